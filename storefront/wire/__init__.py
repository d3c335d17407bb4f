"""The storefront's own readers of the API's answers: only the fields that a page shows, tolerant of new ones."""

from storefront.wire.reading import Money, Page, Wire

__all__ = ["Money", "Page", "Wire"]
