"""The tables of orders, as their migrations see them."""

from services.orders import basket, consignment, coop, delivery, guest_link, order, price_book
from services.orders.base import Base
from services.orders.wishes import shelf, wish

__all__ = [
    "basket",
    "consignment",
    "coop",
    "delivery",
    "guest_link",
    "metadata",
    "order",
    "price_book",
    "shelf",
    "wish",
]

metadata = Base.metadata
