"""Pictures that co-ops gave: a browser chooses among sizes and formats, staff say what they show."""

import re

import httpx
import pytest

from storefront.photos import photo_at
from tests.storefront.conftest import hidden, words
from tests.storefront.fake_gateway import FakeGateway, refused
from tests.storefront.fake_gateway.pictures import BACK, FRONT, GONE

DESK = "/desk/sunrise/products/id-dk-yarn"
AT = f"/pictures/{FRONT}"


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(signed_in=True)


def test_a_browser_is_told_of_each_width_there_is() -> None:
    large, small = photo_at(f"{AT}/1280.jpg"), photo_at(f"{AT}/200.jpg")

    assert large is not None
    assert small is not None
    assert large.srcset("avif") == f"{AT}/320.avif 320w, {AT}/640.avif 640w, {AT}/1280.avif 1280w"
    assert large.smallest == f"{AT}/320.jpg"
    assert (small.srcset("jpg"), small.smallest) == (f"{AT}/200.jpg 200w", f"{AT}/200.jpg")


@pytest.mark.parametrize(
    "address", ["/pictures/bread__rye.svg", f"https://evil.example{AT}/640.jpg", f"{AT}/640.svg", f"{AT}/../x/640.jpg"]
)
def test_anything_else_is_no_picture_of_a_co_op(address: str) -> None:
    assert photo_at(address) is None


async def test_a_product_shows_all_its_pictures_with_their_words_and_the_first_at_once(
    visitor: httpx.AsyncClient,
) -> None:
    page = (await visitor.get("/products/dk-yarn")).text
    gallery = page[page.index('class="product-picture gallery"') : page.index('class="product-text"')]

    first, second, *thumbs = re.findall(r"<img [^>]+>", gallery)
    assert 'alt="A skein, unwound" width="1280" height="960"' in first
    assert "lazy" not in first
    assert f'src="/pictures/{BACK}/320.jpg"' in second
    assert 'width="500" height="700" loading="lazy"' in second
    assert 'alt=""' not in second
    assert len(thumbs) == 2
    assert re.findall(r'<source type="([^"]+)"', gallery)[:2] == ["image/avif", "image/webp"]
    assert 'href="#picture-2" aria-label="Picture 2"' in gallery


async def test_what_has_no_picture_is_drawn(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get("/products/rye-sourdough")).text

    assert "gallery" not in page
    assert '.svg" alt="Drawing of' in page


async def test_cards_and_baskets_show_the_first(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get("/search")).text

    assert f'srcset="{AT}/320.webp 320w, {AT}/640.webp 640w, {AT}/1280.webp 1280w"' in page


async def test_a_picture_handed_in_is_passed_on_and_comes_last(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    answer = await visitor.post(f"{DESK}/pictures", files={"file": ("x.jpg", b"\xff\xd8", "image/jpeg")})

    assert answer.headers["location"] == f"{DESK}/pictures?added=1"
    assert b'filename="x.jpg"' in gateway.bodies["POST", "/pictures"]
    assert gateway.bodies["PUT", "/products/id-dk-yarn/pictures"]["pictures"] == [
        {"digest": FRONT, "url": None, "alt": "A skein, unwound"},
        {"digest": BACK, "url": None, "alt": ""},
        {"digest": None, "url": GONE, "alt": ""},
        {"digest": "ef" * 32},
    ]


async def test_what_is_no_picture_is_told_on_the_page(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["POST", "/pictures"] = refused(422, "picture_refused", "This is a HEIC photo.")

    page = await visitor.post(f"{DESK}/pictures", files={"file": ("x.heic", b"x", "image/heic")})

    assert page.status_code == 422
    assert "This is a HEIC photo." in words(page)


async def test_staff_say_what_each_shows_and_which_comes_first(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    page = await visitor.get(f"{DESK}/pictures")
    assert "Not fetched" in words(page)
    assert f"From {GONE} : It answered 404." in words(page)
    form = {name: hidden(page, name) for name in ("etag", "digest-0", "digest-1", "url-2")}
    form |= {"alt-0": "Front", "place-0": "2", "alt-1": "Back", "place-1": "1", "remove-2": "1"}

    answer = await visitor.post(f"{DESK}/pictures/arrange", data=form)

    assert answer.headers["location"] == f"{DESK}/pictures?saved=1"
    assert gateway.headers[-1]["if-match"] == '"3"'
    assert gateway.bodies["PUT", "/products/id-dk-yarn/pictures"]["pictures"] == [
        {"digest": BACK, "url": None, "alt": "Back"},
        {"digest": FRONT, "url": None, "alt": "Front"},
    ]


async def test_an_import_tells_which_pictures_did_not_come_and_why(visitor: httpx.AsyncClient) -> None:
    page = words(await visitor.get("/desk/sunrise/imports/import-1"))

    assert "17 fetched, 1 still to come, 2 failed." in page
    assert "7 https://shop.example/gone.jpg It answered with status 404." in page
