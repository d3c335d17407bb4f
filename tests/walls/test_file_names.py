"""A file is named after an idea, or it does not exist."""

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from tests.walls.house import modules

ATTICS = {"utils", "util", "helpers", "helper", "common", "constants", "misc", "shared", "lib", "core", "tools"}


def attics(paths: Iterable[str]) -> Iterator[str]:
    """Files and folders whose name says nothing of what is in them."""
    for path in paths:
        if ATTICS & set(PurePath(path).with_suffix("").parts):
            yield path


def test_no_file_of_the_house_is_an_attic() -> None:
    assert list(attics(module.path for module in modules())) == []


def test_a_planted_attic_is_found() -> None:
    assert list(attics(["services/orders/utils.py", "gateway/helpers/text.py", "ledger/books.py"])) == [
        "services/orders/utils.py",
        "gateway/helpers/text.py",
    ]
