"""Mail, sent by smtplib and read on the pages."""

import smtplib
from email.message import EmailMessage
from uuid import uuid4

import pytest

from tests.sandbox.box import HTTP, Box


def send(
    box: Box, to: str, *, subject: str = "Hello", text: str = "Hello", html: str | None = None, bcc: str = ""
) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "market@toadlane.example", to, subject
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", box.smtp_port, timeout=60) as post:
        post.send_message(message, to_addrs=[to, *([bcc] if bcc else [])])


def received(box: Box, to: str) -> list[dict[str, object]]:
    messages: list[dict[str, object]] = HTTP.get(f"{box.url}/mail/messages.json", params={"to": to}).json()["messages"]
    return messages


def test_a_mail_that_was_taken_is_found_by_its_recipient(box: Box) -> None:
    send(box, "Anna@example.org", subject="Your order 7 – thank you", text="See http://127.0.0.1:8000/orders/7?t=x.")
    send(box, "bert@example.org")

    (mail,) = received(box, "anna@example.org")

    assert (mail["subject"], mail["from"]) == ("Your order 7 – thank you", "market@toadlane.example")
    assert mail["links"] == ["http://127.0.0.1:8000/orders/7?t=x"]
    assert received(box, "nobody@example.org") == []


def test_the_newest_mail_comes_first(box: Box) -> None:
    for number in range(3):
        send(box, "many@example.org", subject=f"No {number}")

    assert [mail["subject"] for mail in received(box, "many@example.org")] == ["No 2", "No 1", "No 0"]


def test_a_blind_copy_is_found_too(box: Box) -> None:
    send(box, "seen@example.org", bcc="unseen@example.org")

    (mail,) = received(box, "unseen@example.org")

    assert mail["to"] == ["seen@example.org", "unseen@example.org"]


def test_a_page_shows_a_mails_words_and_never_runs_them(box: Box) -> None:
    attack = '<img src=x onerror="alert(1)"><script>alert(2)</script> javascript:alert(3) http://a.example/"onclick=x'
    send(box, "eve@example.org", subject="<b>bold</b>", text=attack, html="<script>alert(4)</script>")
    (mail,) = received(box, "eve@example.org")

    page = HTTP.get(f"{box.url}/mail/{mail['id']}")

    assert "<script>" not in page.text
    assert "<img" not in page.text
    assert "<b>bold" not in page.text
    assert 'href="javascript' not in page.text
    assert '<a href="http://a.example/" rel="noreferrer noopener nofollow">' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "script-src" not in page.headers["content-security-policy"]
    assert "&lt;b&gt;bold" in HTTP.get(f"{box.url}/mail").text


def test_a_mail_of_html_alone_is_shown_as_its_source(box: Box) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "html@example.org", "H"
    message.set_content("<p>Only <b>this</b></p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", box.smtp_port) as post:
        post.send_message(message)

    (mail,) = received(box, "html@example.org")

    assert "&lt;b&gt;this" in HTTP.get(f"{box.url}/mail/{mail['id']}").text


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"Subject: \xff\xfe\r\n\r\nbytes",
        b"Subject: =?utf-8?q?=ED=A0=80?=\r\n\r\na lone surrogate",
        b"Content-Type: text/plain; charset=idna\r\n\r\n\xff..",
        b'Content-Type: text/plain; charset="a\0b"\r\n\r\nno such encoding',
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n",
        b"Content-Type: multipart/alternative\r\n\r\nno boundary",
        b"Content-Type: ;;;=\r\nSubject: a\r\n b\r\n\r\nodd",
    ],
)
def test_a_mail_in_no_good_order_is_kept_and_shown_all_the_same(box: Box, mail: bytes) -> None:
    address = f"odd-{uuid4().hex}@example.org"
    with smtplib.SMTP("127.0.0.1", box.smtp_port) as post:
        post.sendmail("a@example.org", [address], mail)

    (kept,) = received(box, address)

    assert HTTP.get(f"{box.url}/mail/{kept['id']}").status_code == 200
    assert HTTP.get(f"{box.url}/mail").status_code == 200


def test_an_id_that_is_no_mail_opens_no_file(box: Box) -> None:
    for id in ("nothing", "..%2f..%2fsandbox", "%00"):
        assert HTTP.get(f"{box.url}/mail/{id}").status_code == 404
