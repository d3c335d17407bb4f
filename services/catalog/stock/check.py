"""Checks that stock adds up: each level is what its journal says, and what is reserved is what held orders ask for."""

from dataclasses import dataclass
from uuid import UUID

from chassis.direct import Statements, fetch

MOST_NAMED = 100

# One statement, so one moment: what is sold meanwhile is in all of it or in none.
_WRONG = """
    SELECT variant_id, coalesce(v.on_hand, 0) AS on_hand, v.reserved, coalesce(told.on_hand, 0) AS told_on_hand,
           coalesce(told.reserved, 0) AS told_reserved, coalesce(held.quantity, 0) AS held
    FROM variants v
    LEFT JOIN (SELECT variant_id, sum(on_hand_change) AS on_hand, sum(reserved_change) AS reserved
               FROM stock_journal GROUP BY variant_id) told USING (variant_id)
    LEFT JOIN (SELECT variant_id, sum(quantity) AS quantity
               FROM reservation_lines JOIN reservations USING (order_id)
               WHERE state = 'held' GROUP BY variant_id) held USING (variant_id)
    WHERE (coalesce(v.on_hand, 0), v.reserved, v.reserved)
       <> (coalesce(told.on_hand, 0), coalesce(told.reserved, 0), coalesce(held.quantity, 0))
    ORDER BY variant_id LIMIT $1
"""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A variant whose level is not explained: what it says, what its journal does, what held orders ask for."""

    variant_id: UUID
    on_hand: int
    reserved: int
    told_on_hand: int
    told_reserved: int
    held: int

    def __str__(self) -> str:
        return (
            f"variant {self.variant_id} has {self.on_hand} on the shelf and {self.reserved} reserved; its journal says "
            f"{self.told_on_hand} and {self.told_reserved}, and {self.held} are held for orders"
        )


async def discrepancies(through: Statements) -> list[Discrepancy]:
    """The first hundred variants that do not add up; none where stock is as it should be."""
    rows = await fetch(through, _WRONG, MOST_NAMED)
    return [
        Discrepancy(
            row["variant_id"],
            row["on_hand"],
            row["reserved"],
            int(row["told_on_hand"]),
            int(row["told_reserved"]),
            int(row["held"]),
        )
        for row in rows
    ]
