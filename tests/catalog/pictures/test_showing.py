"""Pictures over the API: handed in by staff, shown with their product, served for ever."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.catalog.conftest import Room
from tests.catalog.pictures import photos
from tests.catalog.pictures.handing_in import handed_in, hung

PRODUCTS = "catalog.products"


async def test_a_picture_is_shown_with_its_product_in_the_fact_and_where_it_is_found(room: Room) -> None:
    coop = await room.coop()
    loaf = await room.made(coop)
    front = await handed_in(coop, photos.photo(400, 300))
    back = await handed_in(coop, photos.see_through())

    answer = await hung(coop, loaf, {"digest": front["digest"], "alt": "A loaf, cut"}, {"digest": back["digest"]})

    shown = answer.json()
    assert shown["picture"] == front["url"] == f"/pictures/{front['digest']}/400.jpg"
    assert [(one["url"], one["alt"], one["width"], one["height"]) for one in shown["pictures"]] == [
        (front["url"], "A loaf, cut", 400, 300),
        (back["url"], "", 400, 400),
    ]
    assert (await room.nobody.get(f"/api/v1/products/{loaf['slug']}")).json() == shown | {"missing": []}
    await room.settled()
    assert (await room.search("rye"))["hits"][0]["picture"] == front["url"]
    assert (await room.facts(PRODUCTS))[-1].data["picture"] == front["url"]

    bare = await hung(coop, shown)
    assert (bare.json()["picture"], bare.json()["pictures"]) == (loaf["picture"], [])


async def test_the_same_picture_twice_is_one_whoever_brings_it(room: Room, tmp_path: Path) -> None:
    one, two = await room.coop("one"), await room.coop("two")

    first = await handed_in(one, photos.photo(200, 200))
    assert await handed_in(two, photos.photo(200, 200)) == first

    form = await two.staff.post(
        "/api/v1/pictures", params={"coop_id": str(two.id)}, files={"file": ("x.svg", photos.photo(200, 200))}
    )
    assert form.json() == first
    assert len(list((tmp_path / "pictures").rglob("*.*"))) == 3


async def test_a_file_is_served_as_what_it_is_for_ever_and_only_if_it_is_there(room: Room) -> None:
    coop = await room.coop()
    kept = await handed_in(coop, photos.photo(400, 300))
    at = kept["url"].removesuffix("400.jpg")

    for name, media in (("320.avif", "image/avif"), ("400.webp", "image/webp"), ("400.jpg", "image/jpeg")):
        served = await room.nobody.get(at + name)
        assert (served.status_code, served.headers["content-type"]) == (200, media)
        assert served.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert served.headers["content-security-policy"] == "default-src 'none'; sandbox"
        again = await room.nobody.get(at + name, headers={"If-None-Match": served.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

    assert (await room.nobody.get(at + "640.jpg")).status_code == 404
    for wants, media in (("*/*", "application/problem+json"), ("image/avif,image/*,*/*;q=0.8", "image/svg+xml")):
        gone = await room.nobody.get(f"/pictures/{'0' * 64}/320.jpg", headers={"accept": wants})
        assert (gone.status_code, gone.headers["content-type"]) == (404, media)
    for hostile in ("..%2F..%2Fbox.json", "320.svg", "320.jpg.exe", "0320.jpg"):
        assert (await room.nobody.get(at + hostile)).status_code in {404, 422}


async def test_what_is_no_picture_is_refused_with_a_code_and_what_to_do(room: Room) -> None:
    coop = await room.coop()
    refused = await coop.staff.post("/api/v1/pictures", params={"coop_id": str(coop.id)}, content=b"<svg/>")

    assert (refused.status_code, refused.json()["code"]) == (422, "picture_refused")
    assert "save it as PNG" in refused.json()["detail"]

    large = await coop.staff.post("/api/v1/pictures", params={"coop_id": str(coop.id)}, content=bytes(15_000_001))
    assert (large.status_code, large.json()["code"]) == (413, "too_large")


async def test_only_staff_with_the_scope_hand_in_show_and_see_what_is_to_come(room: Room) -> None:
    coop, other = await room.coop(), await room.coop("other")
    loaf = await room.made(coop)
    at = f"/api/v1/products/{loaf['id']}/pictures"

    params = {"coop_id": str(coop.id)}
    assert (await other.staff.post("/api/v1/pictures", params=params, content=photos.photo())).status_code == 404
    for stranger in (other.staff, room.nobody):
        assert (await stranger.get(at)).status_code in {401, 404}
        assert (await stranger.put(at, json={"pictures": []}, headers={"If-Match": "*"})).status_code in {401, 404}


@pytest.mark.parametrize(
    ("pictures", "status", "code"),
    [
        ([{"digest": "0" * 64}], 422, "no_such_picture"),
        ([{"digest": "zz"}], 422, "invalid"),
        ([{"alt": "neither"}], 422, "invalid"),
        ([{"digest": "0" * 64, "url": "https://a.example/b.jpg"}], 422, "invalid"),
        ([{"url": "http://127.0.0.1/x.jpg"}], 422, "address_refused"),
        ([{"url": f"https://a.example/{nth}.jpg"} for nth in range(21)], 422, "invalid"),
        ([{"url": "https://a.example/b.jpg", "alt": "x" * 256}], 422, "invalid"),
    ],
)
async def test_a_list_that_cannot_be_shown_is_refused(
    room: Room, pictures: list[dict[str, Any]], status: int, code: str
) -> None:
    coop = await room.coop()
    refused = await hung(coop, await room.made(coop), *pictures)

    assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_of_two_who_change_the_pictures_at_once_the_later_is_told(room: Room) -> None:
    coop = await room.coop()
    loaf = await room.made(coop)
    etag = f'"{loaf["version"]}"'
    assert (await hung(coop, loaf, etag=etag)).status_code == 200

    assert (await hung(coop, loaf, etag=etag)).json()["code"] == "changed_meanwhile"
    without = await coop.staff.put(f"/api/v1/products/{loaf['id']}/pictures", json={"pictures": []})
    assert without.json()["code"] == "if_match_missing"
    missing = await coop.staff.put(
        f"/api/v1/products/{uuid4()}/pictures", json={"pictures": []}, headers={"If-Match": "*"}
    )
    assert missing.status_code == 404
