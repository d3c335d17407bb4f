"""The web server of the demo names: a file for each, over HTTPS, vouched for by an authority of the demo's own."""

import ssl
from collections.abc import Mapping

import httpx
import pytest

from sandbox.web.files import PATH
from tests.sandbox.box import HTTP, Box


def get(box: Box, host: str, path: str = PATH, *, named: str | None = None) -> httpx.Response:
    """As somebody who trusts the demo's authority asks for a page of that host."""
    trust = ssl.create_default_context(cafile=box.data / "web-authority.pem")
    headers: Mapping[str, str] = {"Host": named or host}
    with httpx.Client(verify=trust, trust_env=False, timeout=60) as client:
        url = f"https://127.0.0.1:{box.web_port}{path}"
        return client.get(url, headers=headers, extensions={"sni_hostname": host})


def test_a_person_puts_a_file_on_the_page_and_takes_it_away(box: Box) -> None:
    HTTP.post(f"{box.url}/web", data={"name": "sunrise.coop", "value": "a-token", "action": "put"})
    held = get(box, "sunrise.coop")

    HTTP.post(f"{box.url}/web", data={"name": "sunrise.coop", "action": "remove"})

    assert (held.status_code, held.text) == (200, "a-token")
    assert get(box, "sunrise.coop").status_code == 404


def test_each_name_has_its_own_file_and_no_other_page(box: Box) -> None:
    HTTP.put(f"{box.url}/web/sunrise.coop", json={"text": "hers"}).raise_for_status()
    HTTP.put(f"{box.url}/web/sunset.coop", json={"text": "his"}).raise_for_status()

    assert [get(box, name).text for name in ("sunrise.coop", "sunset.coop")] == ["hers", "his"]
    assert get(box, "sunrise.coop", "/").status_code == 404
    assert get(box, "sunrise.coop", named="example.org").status_code == 404


def test_it_has_pictures_for_whoever_fetches_them(box: Box) -> None:
    first, other = (get(box, "sunrise.coop", f"/pictures/{name}.png") for name in ("rye", "oat"))

    assert (first.status_code, first.headers["content-type"]) == (200, "image/png")
    assert first.content.startswith(b"\x89PNG")
    assert first.content == get(box, "sunset.coop", "/pictures/rye.png").content != other.content
    assert get(box, "sunrise.coop", "/pictures/../rye.png").status_code == 404


@pytest.mark.parametrize("host", ["example.org", "shop.sunrise.coop", "coop"])
def test_it_shows_a_certificate_for_registrable_demo_names_alone(box: Box, host: str) -> None:
    with pytest.raises(httpx.ConnectError):
        get(box, host)


def test_who_does_not_trust_the_demo_does_not_trust_it(box: Box) -> None:
    with httpx.Client(trust_env=False, timeout=60) as client, pytest.raises(httpx.ConnectError, match="CERTIFICATE"):
        client.get(f"https://127.0.0.1:{box.web_port}{PATH}", extensions={"sni_hostname": "sunrise.coop"})


def test_what_is_no_file_of_a_demo_name_is_refused(box: Box) -> None:
    for body in (b"", b"[]", b'{"text": 7}', b'{"text": "' + b"x" * 2001 + b'"}'):
        assert HTTP.put(f"{box.url}/web/sunrise.coop", content=body).status_code == 422
    assert HTTP.put(f"{box.url}/web/example.org", json={"text": "x"}).status_code == 422
    page = HTTP.post(f"{box.url}/web", data={"name": "example.org", "value": "x", "action": "put"})
    assert (page.status_code, "must end in .coop" in page.text) == (422, True)
