"""Which room answers what, where the first part of an address does not say it."""

import pytest

from gateway.route_table import PAGES, Route, find_route

DIGEST = "ab" * 32


def found(path: str) -> Route:
    route = find_route(path)
    assert route is not None
    return route


@pytest.mark.parametrize(
    ("path", "room"),
    [
        (f"/pictures/{DIGEST}/640.avif", "catalog"),
        (f"/pictures/{DIGEST}/640.avif/", PAGES),
        ("/pictures/bread__rye.svg", PAGES),
        ("/pictures", PAGES),
        ("/api/v1/pictures", "catalog"),
        ("/desk/sunrise/products/1/pictures", PAGES),
    ],
)
def test_the_files_of_pictures_are_the_catalogues_and_drawings_a_page(path: str, room: str) -> None:
    assert found(path).room == room


def test_a_picture_may_be_handed_in_by_page_and_by_api() -> None:
    assert found("/api/v1/pictures").large
    assert found("/desk/sunrise/products/1/pictures").large
    assert not found("/desk/sunrise/products/1").large
