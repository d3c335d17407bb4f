"""The demo's certificate authority: it vouches for .coop names alone, and only the demo trusts it."""

import os
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from sandbox.names.zone import BadName
from sandbox.registry.pages import registered_name

CERTIFICATE = "web-authority.pem"
LIFE = timedelta(days=3650)
LEAF_LIFE = timedelta(days=90)


class Authority:
    """Made at the first start and kept, its key 0600 like the folder it lies in."""

    def __init__(self, folder: Path) -> None:
        self._key, self._certificate = _kept(folder) or _made(folder)
        self._served: dict[str, ssl.SSLContext] = {}

    def context(self) -> ssl.SSLContext:
        """For a server: shows each visitor a certificate of the demo name that was asked for."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = self._choose
        return context

    def _choose(self, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
        try:
            domain = registered_name(name or "")
        except BadName:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        if domain not in self._served:
            self._served[domain] = self._serving(domain)
        connection.context = self._served[domain]
        return None

    def _serving(self, domain: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_called(domain), self._certificate.subject, key.public_key(), LEAF_LIFE)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(domain)]), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
        )
        certificate = builder.sign(self._key, SHA256())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile() as file:
            Path(file.name).write_bytes(_pem(key) + certificate.public_bytes(Encoding.PEM))
            context.load_cert_chain(file.name)
        return context


def _kept(folder: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate] | None:
    if not (folder / CERTIFICATE).exists():
        return None
    key = load_pem_private_key((folder / "web-authority.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key, x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())


def _made(folder: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key, name = ec.generate_private_key(ec.SECP256R1()), _called("The demo's authority of Toad Lane")
    builder = _builder(name, name, key.public_key(), LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    only = x509.NameConstraints(permitted_subtrees=[x509.DNSName("coop")], excluded_subtrees=None)
    certificate = builder.add_extension(only, critical=True).sign(key, SHA256())
    descriptor = os.open(folder / "web-authority.key", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_pem(key))
    # Written last: whoever finds it finds a whole authority.
    (folder / CERTIFICATE).write_bytes(certificate.public_bytes(Encoding.PEM))
    return key, certificate


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, life: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(minutes=5)).not_valid_after(now + life)
