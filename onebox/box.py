"""What one installation of the one box remembers: its ports and its secrets, made anew for each and kept 0600."""

import os
import secrets
import socket
from pathlib import Path
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pydantic import BaseModel, Field, field_validator

HOST = "127.0.0.1"
NAME_SERVERS = 3  # the demo asks several, as the world is asked


def _token() -> str:
    return secrets.token_urlsafe(32)


def _password() -> str:
    # Easy to copy by hand from a terminal: no character that looks like another.
    return "-".join("".join(secrets.choice("abcdefghkmnpqrstuvwxyz23456789") for _ in range(4)) for _ in range(4))


def is_free(port: int) -> bool:
    """Whether nobody listens on the TCP port just now."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0


def free_port() -> int:
    """A TCP port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class Secrets(BaseModel):
    """Whoever holds these is the house; they never leave the data folder."""

    internal_private_key: str
    internal_public_key: str
    cookie_secret: str = Field(default_factory=_token)
    key_secret: str = Field(default_factory=_token)
    webhook_key: str = Field(default_factory=_token)
    factor_secret: str = Field(default_factory=_token)
    stripe_api_key: str = Field(default_factory=lambda: f"sk_test_sandbox{secrets.token_hex(16)}")
    stripe_publishable_key: str = Field(default_factory=lambda: f"pk_test_sandbox{secrets.token_hex(16)}")
    stripe_webhook_secret: str = Field(default_factory=lambda: f"whsec_{secrets.token_hex(24)}")
    demo_password: str = Field(default_factory=_password)

    @classmethod
    def fresh(cls) -> Self:
        key = Ed25519PrivateKey.generate()
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return cls(internal_private_key=private.decode(), internal_public_key=public.decode())


class Ports(BaseModel):
    """Where the stand-ins listen; chosen once, so that addresses in the demo's mails stay true.

    `metrics` has a port for each process of the house, the first first.
    """

    sandbox: int
    dns: list[int]
    smtp: int
    web: int = Field(default_factory=free_port)
    metrics: list[int] = []

    @field_validator("dns", mode="before")
    @classmethod
    def was_one(cls, dns: object) -> object:
        """An installation from before there were several keeps its one name server."""
        return [dns] if isinstance(dns, int) else dns

    @classmethod
    def free(cls) -> Self:
        return cls(
            sandbox=free_port(), dns=[free_port() for _ in range(NAME_SERVERS)], smtp=free_port(), web=free_port()
        )


class Box(BaseModel):
    """One installation, in one folder."""

    folder: Path = Field(exclude=True)
    port: int
    ports: Ports
    secrets: Secrets
    seeded: bool = False

    @classmethod
    def open(cls, folder: Path, port: int | None) -> Self:
        """The installation in the folder, or a new one; `port` moves it."""
        file = folder / "box.json"
        if file.exists():
            kept = file.read_text()
            box = cls.model_validate_json(kept).model_copy(update={"folder": folder})
            # What was made by an older house lacks the secrets that came later: they are made now, once.
            if port in (None, box.port) and box.model_dump_json(indent=2) == kept:
                return box
        else:
            box = cls(folder=folder, port=port or 8000, ports=Ports.free(), secrets=Secrets.fresh())
        box.port = port or box.port
        box.save()
        return box

    def provide_metrics(self, processes: int) -> None:
        """A port on loopback for the numbers of each process; one that somebody else has taken is given up."""
        kept = [port for port in self.ports.metrics if is_free(port)][:processes]
        self.ports.metrics = kept + [free_port() for _ in range(processes - len(kept))]
        self.save()

    @property
    def metrics_urls(self) -> list[str]:
        """Where operators' tools read the numbers of each process."""
        return [f"http://{HOST}:{port}/metrics" for port in self.ports.metrics]

    def __init__(self, **data: object) -> None:
        super().__init__(**{"folder": Path(), **data})

    def save(self) -> None:
        """Writes it whole or not at all."""
        draft = self.folder / "box.json.new"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(self.model_dump_json(indent=2))
        draft.replace(self.folder / "box.json")

    @property
    def log(self) -> Path:
        """Where the house's processes write what they do, a JSON object a line."""
        return self.folder / "house.log"

    @property
    def public_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://{HOST}:{self.ports.sandbox}"

    def settings(self, process: int = 0) -> dict[str, Any]:
        """What the rooms of one process are told; where the environment says otherwise, that counts."""
        told: dict[str, Any] = {
            "demo": True,
            "public_url": self.public_url,
            "data_folder": self.folder,
            "smtp_url": f"smtp://{HOST}:{self.ports.smtp}",
            "nameservers": ",".join(f"{HOST}:{port}" for port in self.ports.dns),
            "web_stand_in": f"{HOST}:{self.ports.web}",
            "web_stand_in_authority": self.folder / "sandbox" / "web-authority.pem",
            "rdap_bootstrap_url": f"{self.sandbox_url}/rdap/dns.json",
            "sandbox_url": self.sandbox_url,
            "pool_size": 8,
            **self.secrets.model_dump(exclude={"demo_password"}),
        }
        if process < len(self.ports.metrics):
            told["metrics_port"] = self.ports.metrics[process]
        if "STRIPE_API_KEY" not in os.environ:
            told |= {
                "stripe_api_base": self.sandbox_url,
                "stripe_pay_page": f"{self.sandbox_url}/pay",
                "payment_page_origin": self.sandbox_url,
            }
        return {name: value for name, value in told.items() if name.upper() not in os.environ}
