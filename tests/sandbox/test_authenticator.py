"""The demo's authenticator app: the codes that it shows are those of RFC 6238, and programs are given each once."""

import re
from pathlib import Path

import httpx
import pytest
from pyotp import TOTP

from sandbox.authenticator.phone import BadSecret, NoCodeYet, Phone
from sandbox.store import Store
from tests.sandbox.box import HTTP, Box

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of RFC 6238's own test vectors
OLIVE = "olive@toadlane.example"


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    return Phone(Store(tmp_path / "phone.sqlite3"), lambda: 59.0)


def test_it_shows_the_code_that_the_standard_says(phone: Phone) -> None:
    phone.add(OLIVE, SECRET)

    [shown] = phone.shown()

    assert (shown.account, shown.code) == (OLIVE, "287082")
    assert phone.seconds_left == 1


def test_a_program_is_given_each_code_once_and_at_most_one_ahead_of_time(phone: Phone) -> None:
    phone.add(OLIVE, "gezd gnbv gy3t qojq gezd gnbv gy3t qojq")

    given = [phone.take(OLIVE), phone.take(OLIVE)]

    assert given == ["287082", TOTP(SECRET).generate_otp(2)]
    assert phone.shown()[0].code == given[1]
    with pytest.raises(NoCodeYet):
        phone.take(OLIVE)
    assert phone.take("nobody@toadlane.example") is None


@pytest.mark.parametrize(
    ("account", "secret"), [("", SECRET), (OLIVE, "short"), (OLIVE, "1" * 32), ("x" * 300, SECRET)]
)
def test_what_is_no_secret_is_not_taken(phone: Phone, account: str, secret: str) -> None:
    with pytest.raises(BadSecret):
        phone.add(account, secret)


def test_people_see_the_codes_and_a_way_back(box: Box) -> None:
    added = HTTP.post(f"{box.url}/authenticator", data={"account": OLIVE, "secret": SECRET})
    page = HTTP.get(f"{box.url}/authenticator")

    assert added.status_code == 303
    assert OLIVE in page.text
    assert re.search(r"/sign-in/second-factor\?code=\d{6}", page.text)


def test_a_code_leads_back_to_the_page_that_asked_for_it(box: Box) -> None:
    asks = "/account/security/apps/7?next=/desk"
    added = HTTP.post(f"{box.url}/authenticator", data={"account": OLIVE, "secret": SECRET, "page": asks})
    page = HTTP.get(box.url + added.headers["location"])
    elsewhere = HTTP.get(f"{box.url}/authenticator", params={"account": OLIVE, "page": ".elsewhere.example/"})

    assert re.search(r"/account/security/apps/7\?next=/desk&(amp;)?code=\d{6}", page.text)
    assert "elsewhere" not in elsewhere.text
    assert re.search(r"/sign-in/second-factor\?code=\d{6}", elsewhere.text)


def test_programs_add_an_account_and_take_its_codes(box: Box) -> None:
    added = HTTP.put(f"{box.url}/authenticator/program", json={"secret": SECRET})
    taken: httpx.Response = HTTP.post(f"{box.url}/authenticator/program/codes")

    assert added.status_code == 200
    assert re.fullmatch(r"\d{6}", taken.json()["code"])
    assert HTTP.post(f"{box.url}/authenticator/nobody/codes").status_code == 404
    assert HTTP.put(f"{box.url}/authenticator/program", json={}).status_code == 422
