"""What holds for every page: a policy without exceptions, labels, one heading, no script or style inside."""

import re
from html.parser import HTMLParser

import httpx
import pytest

from storefront.app import PAGES
from tests.storefront.fake_gateway import FakeGateway


def addresses() -> list[str]:
    return [address_of(path) for method, path, _ in PAGES if method == "GET"]


def address_of(path: str) -> str:
    if path == "/desk/{coop}/products/{id}":
        return "/desk/sunrise/products/id-dk-yarn"
    if path.endswith("/parts/{variant}"):
        return "/desk/sunrise/products/id-dk-yarn/parts/var-Oatmeal"
    slug = "dk-yarn" if path.startswith("/products") else "sunrise"
    return path.format(slug=slug, id="order-1", token="abc", coop="sunrise")


class Outline(HTMLParser):
    """Collects what a screen reader relies on."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: list[dict[str, str | None]] = []
        self.headings: list[int] = []
        self.images: list[dict[str, str | None]] = []
        self.inline: list[str] = []
        self.linked: list[str] = []
        self._labels_open = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        self.linked += [given[name] or "" for name in ("aria-labelledby", "aria-describedby", "for") if given.get(name)]
        self._labels_open += tag == "label"
        if tag == "label" and given.get("for"):
            self.labels.add(given["for"] or "")
        is_field = tag in {"select", "textarea"} or (tag == "input" and given.get("type") not in {"hidden", "submit"})
        if is_field and not self._labels_open:
            self.fields.append(given)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "img":
            self.images.append(given)
        if tag == "style" or given.get("style") or any(name.startswith("on") for name in given):
            self.inline.append(tag)
        if tag == "script" and not given.get("src") and given.get("type") != "application/ld+json":
            self.inline.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._labels_open -= tag == "label"


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(signed_in=True, operator=True, lines={"rye-sourdough": 2, "oat-cakes": 1})


@pytest.mark.parametrize("address", [*addresses(), "/search?q=zeppelin", "/nowhere"])
async def test_every_page_can_be_read_by_everybody(visitor: httpx.AsyncClient, address: str) -> None:
    page = await visitor.get(address)
    if page.status_code == 303:
        return
    outline = Outline()
    outline.feed(page.text)

    assert page.status_code in {200, 404}
    assert outline.headings.count(1) == 1
    assert outline.headings[0] == 1, "the page's own heading comes first"
    assert len(outline.ids) == len(set(outline.ids)), "an id is used twice"
    assert outline.inline == [], "the policy allows nothing inline"
    assert all("alt" in image and "width" in image for image in outline.images)
    unlabelled = [field.get("name") for field in outline.fields if field.get("id") not in outline.labels]
    assert unlabelled == []
    assert [name for names in outline.linked for name in names.split() if name not in outline.ids] == []
    assert 'href="#main"' in page.text


async def test_the_policy_of_every_page_allows_only_ourselves(visitor: httpx.AsyncClient) -> None:
    policy = (await visitor.get("/")).headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


async def test_what_a_page_links_of_its_own_is_there_and_kept_for_ever(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/")
    sheet = re.search(r'href="(/static/site\.[0-9a-f]{12}\.css)"', page.text)
    assert sheet

    css = await visitor.get(sheet[1])
    awning = re.search(r'url\("(/static/awning\.[0-9a-f]{12}\.svg)"\)', css.text)
    assert awning
    # What co-ops gave is handed out by the catalogue.
    for address in (sheet[1], awning[1], *re.findall(r'src="(/(?!pictures/[0-9a-f]{64}/)[^"]+)"', page.text)):
        found = await visitor.get(address)
        assert found.status_code == 200, address
        assert "immutable" in found.headers["cache-control"]


async def test_a_form_sent_to_an_address_that_takes_none_is_answered_by_a_page(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.post("/coops")).status_code == 404
    assert (
        await visitor.post("/sign-in", content=b"\xff", headers={"content-type": "multipart/form-data"})
    ).status_code == 400
