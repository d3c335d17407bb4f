"""Papers: told by their first bytes, counted while they come, taken away as files, by nobody but the two sides."""

import hashlib
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.producers.document import MOST_BYTES, MOST_DOCUMENTS, readable
from tests.producers.conftest import ADMISSION, Room

PDF, PNG, JPEG = b"%PDF-1.7\n...", b"\x89PNG\r\n\x1a\n...", b"\xff\xd8\xff\xe0..."


async def send(
    client: httpx.AsyncClient, application: dict[str, Any], content: bytes = PDF, kind: str = "statutes", **query: str
) -> httpx.Response:
    path = f"/api/v1/applications/{application['id']}/documents"
    return await client.post(path, params={"kind": kind, **query}, content=content)


@pytest.mark.parametrize(("content", "type"), [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")])
async def test_a_paper_is_what_its_first_bytes_say(room: Room, content: bytes, type: str) -> None:
    ann = room.as_account()
    application = await room.applied(ann)

    added = await send(ann, application, content, filename="statutes.exe")

    assert (added.status_code, added.json()["type"], added.json()["name"]) == (201, type, "statutes.exe")
    seen = (await ann.get(f"/api/v1/applications/{application['id']}")).json()
    assert [one["size"] for one in seen["documents"]] == [len(content)]


@pytest.mark.parametrize("content", [b"<html><script>alert(1)</script>", b"GIF89a", b"MZ\x90", b"", b" %PDF-1.7"])
async def test_whatever_else_is_refused_whatever_its_name(room: Room, content: bytes) -> None:
    ann = room.as_account()

    answer = await send(ann, await room.applied(ann), content, filename="statutes.pdf")

    assert (answer.status_code, answer.json()["code"]) == (422, "not_a_paper")


async def test_a_paper_is_taken_away_as_a_file_of_our_naming_and_never_shown(room: Room) -> None:
    ann, operator = room.as_account(), room.as_account(operator=True)
    application = await room.applied(ann)
    added = (await send(ann, application, PDF, filename='a"; filename="evil.html')).json()

    for client in (ann, operator):
        answer = await client.get(f"/api/v1/applications/{application['id']}/documents/{added['id']}")

        assert answer.content == PDF
        assert answer.headers["content-disposition"] == f'attachment; filename="statutes-{added["id"][-6:]}.pdf"'
        assert answer.headers["content-security-policy"].startswith("sandbox")


async def test_a_form_sends_a_paper_too(room: Room) -> None:
    ann = room.as_account()
    path = f"/api/v1/applications/{(await room.applied(ann))['id']}/documents"

    answer = await ann.post(path, params={"kind": "other"}, files={"file": ("C:\\papers\\entry.png", PNG, "text/html")})

    assert (answer.json()["name"], answer.json()["type"]) == ("entry.png", "image/png")


async def test_a_paper_that_is_too_large_is_refused_while_it_comes(room: Room) -> None:
    ann = room.as_account()

    answer = await send(ann, await room.applied(ann), PDF + bytes(MOST_BYTES))

    assert (answer.status_code, answer.json()["detail"][:30]) == (413, "A paper may have up to 5 MB. P")


async def test_an_application_holds_so_many_papers_and_no_more(room: Room) -> None:
    ann = room.as_account()
    application = await room.applied(ann)
    for _ in range(MOST_DOCUMENTS):
        assert (await send(ann, application)).status_code == 201

    assert (await send(ann, application)).json()["code"] == "too_many_papers"


async def test_papers_are_for_the_applicant_and_for_operators(room: Room) -> None:
    ann, operator, ben = room.as_account(), room.as_account(operator=True), room.as_account()
    application, other = await room.applied(ann), await room.applied(ben, "sunset.coop")
    added = (await send(ann, application)).json()

    for client in (ben, room.as_nobody()):
        path = f"/api/v1/applications/{application['id']}/documents/{added['id']}"
        assert (await client.get(path)).status_code in (401, 404)
        assert (await send(client, application)).status_code in (401, 404)
    assert (await send(operator, application)).status_code == 404
    # Nor by way of one's own application, nor by an id that never was.
    for document_id in (added["id"], str(uuid4())):
        assert (await ben.get(f"/api/v1/applications/{other['id']}/documents/{document_id}")).status_code == 404


async def test_a_controlled_company_shows_by_a_paper_which_co_op_controls_it(room: Room) -> None:
    ann, operator = room.as_account(), room.as_account(operator=True)
    application = await room.proved(ann, eligibility="CC", controlled_by="Rochdale Pioneers, 1844")
    path = f"/api/v1/applications/{application['id']}/admit"

    named = await operator.post(path, json=ADMISSION)
    await send(ann, application, kind="controlling_coop")
    shown = await operator.post(path, json=ADMISSION)

    assert (named.json()["requirements"], shown.json()["state"]) == (["eligible"], "admitted")
    assert (await send(ann, application)).json()["code"] == "already_decided"


async def test_each_paper_is_in_the_audit_log_by_its_digest(room: Room) -> None:
    ann, operator = room.as_account(), room.as_account(operator=True)
    application = await room.applied(ann)

    await send(ann, application, filename="Ann Tweedale.pdf")

    last = (await operator.get("/api/v1/audit/entries")).json()["items"][0]
    assert (last["what"], last["why"], last["evidence"]) == (
        "document_added",
        "statutes",
        hashlib.sha256(PDF).hexdigest(),
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [("../../etc/passwd", "passwd"), ("a\r\nb\x00.pdf", "ab.pdf"), ("", "paper"), ("x" * 500, "x" * 120)],
)
def test_a_name_is_shown_as_far_as_it_can_be_read(name: str, shown: str) -> None:
    assert readable(name) == shown
