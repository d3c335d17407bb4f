"""Who may look at the demo's pages: the person at this machine, and no other site."""

import pytest

from tests.sandbox.box import HTTP, SECRET, Box

PAGES = ("/", "/mail", "/mail/messages.json", "/registry", "/names", "/names/a.sunrise.coop/TXT", "/pay/x")


@pytest.mark.parametrize("path", PAGES)
def test_a_name_that_only_points_at_loopback_opens_no_page(box: Box, path: str) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "[", ""):
        assert HTTP.get(f"{box.url}{path}", headers={"Host": host}).status_code in {400, 403}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_loopbacks_own_names_open_the_pages(box: Box, host: str) -> None:
    assert HTTP.get(f"{box.url}/mail", headers={"Host": f"{host}:{box.port}"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
def test_another_site_changes_nothing(box: Box, headers: dict[str, str]) -> None:
    name = f"{box.url}/names/guarded.sunrise.coop/TXT"

    assert HTTP.put(name, json={"values": ["planted"]}, headers=headers).status_code == 403
    assert HTTP.post(f"{box.url}/names", data={"name": "x.coop"}, headers=headers).status_code == 403
    assert HTTP.get(name).json()["values"] == []


def test_the_pages_own_form_and_a_program_change_what_they_wish(box: Box) -> None:
    name = f"{box.url}/names/open.sunrise.coop/TXT"

    assert HTTP.put(name, json={"values": ["a"]}).status_code == 200
    own = {"Sec-Fetch-Site": "same-origin", "Origin": box.url}
    assert HTTP.put(name, json={"values": ["b"]}, headers=own).status_code == 200


def test_faults_ask_for_the_secret_key(box: Box) -> None:
    url = f"{box.url}/faults"

    assert HTTP.put(url, json={"webhooks": "hold"}).status_code == 401
    headers = {"Authorization": f"Bearer {SECRET}"}
    assert HTTP.put(url, json={"webhooks": "burn"}, headers=headers).status_code == 422
    assert HTTP.put(url, content=b"?", headers=headers).status_code == 422


def test_a_late_success_asks_for_the_secret_key(box: Box) -> None:
    assert HTTP.post(f"{box.url}/v1/test/late_success/pi_x").status_code == 401


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"amount=1&amount[x]=2", b"a[[b]=1", b"%ff=1", b"a" * 1_100_000, b"x[a][b][c][d][e][f][g]=1"]
)
def test_a_body_that_makes_no_sense_is_an_invalid_request(box: Box, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/x-www-form-urlencoded"}

    refused = HTTP.post(f"{box.url}/v1/payment_intents", content=body, headers=headers)

    assert refused.status_code == 400
    assert refused.json()["error"]["type"] == "invalid_request_error"


def test_a_form_as_large_as_a_film_is_refused(box: Box) -> None:
    assert HTTP.post(f"{box.url}/names", data={"name": "x" * 200_000}).status_code == 413


def test_an_unknown_call_says_so_in_stripes_shape(box: Box) -> None:
    answer = HTTP.get(f"{box.url}/v1/subscriptions", headers={"Authorization": f"Bearer {SECRET}"})

    assert answer.status_code == 404
    assert "Unrecognized request URL" in answer.json()["error"]["message"]
