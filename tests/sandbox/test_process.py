"""The sandbox as a process: it starts, says so, stops cleanly, and forgets nothing."""

import smtplib
import subprocess
from pathlib import Path

import dns.message
import dns.query

from tests.sandbox.box import HTTP, ROOT, Box
from tests.sandbox.house import House


def test_it_says_that_it_is_ready_and_healthy(box: Box) -> None:
    health = HTTP.get(f"{box.url}/health").json()

    assert health["status"] == "ok"
    assert (health["dns_ports"], health["smtp_port"], health["web_port"]) == (
        box.dns_ports,
        box.smtp_port,
        box.web_port,
    )


def test_a_polite_stop_is_clean(tmp_path: Path, house: House) -> None:
    with Box(tmp_path, house.webhook_url) as box:
        assert box.stop() == 0


def test_mail_and_names_survive_a_kill(own_box: Box) -> None:
    HTTP.put(f"{own_box.url}/names/kept.sunrise.coop/TXT", json={"values": ["kept"]}).raise_for_status()
    with smtplib.SMTP("127.0.0.1", own_box.smtp_port) as post:
        post.sendmail("a@example.org", ["b@example.org"], b"Subject: kept\r\n\r\nkept")

    own_box.kill()
    own_box.start()

    query = dns.message.make_query("kept.sunrise.coop", "TXT")
    assert b"kept" in dns.query.udp(query, "127.0.0.1", timeout=30, port=own_box.dns_port).to_wire()
    (mail,) = HTTP.get(f"{own_box.url}/mail/messages.json", params={"to": "b@example.org"}).json()["messages"]
    assert mail["subject"] == "kept"


def test_a_second_sandbox_on_the_same_folder_is_refused_in_one_line(own_box: Box) -> None:
    own_box_ports, own_box.port, own_box.dns_ports, own_box.smtp_port = own_box.port, 0, [0], 0
    refused = subprocess.run(own_box.command(), cwd=ROOT, capture_output=True, text=True, timeout=90, check=False)
    own_box.port = own_box_ports

    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "Another sandbox is running" in refused.stderr


def test_a_taken_port_is_said_in_one_line(box: Box, tmp_path: Path, house: House) -> None:
    for taken in ("port", "dns_ports", "smtp_port", "web_port"):
        other = Box(tmp_path, house.webhook_url)
        setattr(other, taken, getattr(box, taken))
        refused = subprocess.run(other.command(), cwd=ROOT, capture_output=True, text=True, timeout=90, check=False)

        assert refused.returncode == 1
        assert refused.stderr.count("\n") == 1
        assert "cannot be used" in refused.stderr


def test_a_folder_that_cannot_be_is_said_in_one_line(tmp_path: Path, house: House) -> None:
    (tmp_path / "file").write_text("in the way")
    other = Box(tmp_path / "file", house.webhook_url)

    refused = subprocess.run(other.command(), cwd=ROOT, capture_output=True, text=True, timeout=90, check=False)

    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "cannot be written" in refused.stderr
