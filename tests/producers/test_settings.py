"""The room's settings as an operator writes them into the environment."""

import pytest

from chassis.testing import public_key_pem
from services.producers.settings import Settings


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOADLANE_DEMO", "true")
    monkeypatch.setenv("DATABASE_URL", "postgresql://localhost/producers")
    monkeypatch.setenv("INTERNAL_PUBLIC_KEY", public_key_pem())
    monkeypatch.setenv("WEBHOOK_KEY", "w" * 32)


def test_name_servers_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAMESERVERS", "127.0.0.1:5353, [::1]:53,192.0.2.1")

    assert Settings().nameservers == ("127.0.0.1:5353", "[::1]:53", "192.0.2.1")


@pytest.mark.parametrize("written", ["resolver.example:53", "127.0.0.1:port", "127.0.0.1:99999"])
def test_a_name_server_without_an_address_stops_the_start(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("NAMESERVERS", written)

    with pytest.raises(ValueError, match="nameservers"):
        Settings()


@pytest.mark.parametrize("written", ["", "9.9.9.9", "9.9.9.9,9.9.9.9"])
def test_outside_the_demo_one_name_server_is_not_enough(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("TOADLANE_DEMO", "false")
    monkeypatch.setenv("SMTP_URL", "smtp://mail.example")
    monkeypatch.setenv("NAMESERVERS", written)

    with pytest.raises(ValueError, match="two validating resolvers"):
        Settings()

    monkeypatch.setenv("NAMESERVERS", "9.9.9.9,1.1.1.1")
    assert len(Settings().nameservers) == 2
