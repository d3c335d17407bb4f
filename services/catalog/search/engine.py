"""Which engine searches: Meilisearch where a server is named, else an index in the data folder."""

from services.catalog.search.embedded.engine import TantivyEngine
from services.catalog.search.port import SearchEngine
from services.catalog.search.server.engine import MeilisearchEngine
from services.catalog.settings import Settings


def search_engine(settings: Settings) -> SearchEngine:
    if settings.meili_url is None:
        return TantivyEngine(settings.data_folder / "search")
    key = settings.meili_api_key
    return MeilisearchEngine(settings.meili_url, None if key is None else key.get_secret_value())
