"""Which engine searches: Meilisearch where a server is named, else an index in the data folder."""

from services.catalog.meilisearch_engine import MeilisearchEngine
from services.catalog.search import SearchEngine
from services.catalog.settings import Settings
from services.catalog.tantivy_engine import TantivyEngine


def search_engine(settings: Settings) -> SearchEngine:
    if settings.meili_url is None:
        return TantivyEngine(settings.data_folder / "search")
    key = settings.meili_api_key
    return MeilisearchEngine(settings.meili_url, None if key is None else key.get_secret_value())
