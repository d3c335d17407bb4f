"""How stock is spoken of at the desk: what is done when none is left, and what changed a level."""

from typing import Final

POLICIES: Final = {"deny": "It is sold out", "back_order": "Take back orders", "made_to_order": "Each is made to order"}
CHANGES: Final = {
    "reserved": "Promised to an order",
    "released": "Promise ended, the order was cancelled",
    "sold": "Sold",
    "put_back": "Put back, a paid order was cancelled",
    "imported": "By an uploaded file",
    "edited": "In the product’s form",
    "counted": "Counted on the shelf",
    "adjusted": "Came or went",
    "opening": "There when this journal began",
}
# The same when it happened several times, for the sum of it.
SUMS: Final = {
    "reserved": "Promised to orders",
    "released": "Promises ended, orders were cancelled",
    "put_back": "Put back, paid orders were cancelled",
}


def change(code: str) -> str:
    return CHANGES.get(code, code)


def changes(code: str) -> str:
    return SUMS.get(code) or change(code)
