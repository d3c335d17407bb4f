"""Every search engine there is, for the tests of what their port promises."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from meilisearch import Client

from services.catalog.search.embedded.engine import TantivyEngine
from services.catalog.search.port import SearchEngine
from services.catalog.search.server.engine import MeilisearchEngine
from tests.engines import missing, named

# Opens the same index again, as another process would.
Open = Callable[[], SearchEngine]
EngineOf = Callable[[Path], AbstractContextManager[Open]]


@contextmanager
def _tantivy(folder: Path) -> Iterator[Open]:
    yield lambda: TantivyEngine(folder)


@contextmanager
def _meilisearch(_: Path) -> Iterator[Open]:
    url, key = named("MEILI_URL"), named("MEILI_API_KEY")
    if not url:
        missing("meilisearch", "name a server by MEILI_URL (and its key by MEILI_API_KEY)")
    uid = f"test-{uuid4().hex}"
    yield lambda: MeilisearchEngine(url, key, uid=uid)
    client = Client(url, key)
    for index in client.get_indexes({"limit": 1000})["results"]:
        if index.uid.startswith(uid):
            client.delete_index(index.uid)


_EACH = [
    pytest.param(_tantivy, id="tantivy"),
    pytest.param(_meilisearch, id="meilisearch", marks=pytest.mark.meilisearch),
]


@pytest.fixture(scope="module", params=_EACH)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    """One of each kind for the tests of a file, which is empty until they fill it."""
    with request.param(tmp_path_factory.mktemp("search")) as open_engine:
        yield open_engine()


@pytest.fixture(params=_EACH)
def open_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """One of each kind for a test of its own."""
    with request.param(tmp_path) as open_engine:
        yield open_engine
