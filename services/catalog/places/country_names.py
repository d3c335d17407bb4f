"""What countries are called: for facets, and to know which one a shopper means."""

from functools import lru_cache

from babel import Locale

from services.catalog.places.folding import folded

LANGUAGES = ("en", "es", "fr", "de", "it", "pt", "nl")


@lru_cache(maxsize=512)
def country_name(code: str) -> str:
    """The English name, or the two letters where there is none."""
    return str(Locale("en").territories.get(code, code))


def is_country(code: str) -> bool:
    """Whether the two letters are a country's."""
    return code in _codes()


@lru_cache(maxsize=512)
def country_called(name: str) -> str | None:
    """The two letters of the country that is called so in one of our languages."""
    return _by_name().get(folded(name))


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha())


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    return {
        folded(str(name)): str(code)
        for language in reversed(LANGUAGES)
        for code, name in Locale(language).territories.items()
        if code in _codes()
    }
