"""Every search engine there is, for the tests of what their port promises."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from services.catalog.search import SearchEngine
from services.catalog.tantivy_engine import TantivyEngine

# Opens the same index again, as another process would.
Open = Callable[[], SearchEngine]
EngineOf = Callable[[Path], AbstractContextManager[Open]]


@contextmanager
def _tantivy(folder: Path) -> Iterator[Open]:
    yield lambda: TantivyEngine(folder)


_EACH = [pytest.param(_tantivy, id="tantivy")]


@pytest.fixture(scope="module", params=_EACH)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    """One of each kind for the tests of a file, which is empty until they fill it."""
    with request.param(tmp_path_factory.mktemp("search")) as open_engine:
        yield open_engine()
