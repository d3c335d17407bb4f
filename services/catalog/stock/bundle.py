"""A bundle: a variant made of others of the same co-op. It has no stock of its own; its parts are what is taken."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.catalog.base import Base


class BundlePart(Base):
    """No foreign key to the part: a bundle whose part is gone is sold out, and not a smaller bundle."""

    __tablename__ = "bundle_parts"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("part_id <> bundle_id", name="not_itself"),
        Index("ix_bundle_parts_part_id", "part_id"),
    )

    bundle_id: Mapped[UUID] = mapped_column(ForeignKey("variants.variant_id", ondelete="CASCADE"), primary_key=True)
    part_id: Mapped[UUID] = mapped_column(primary_key=True)
    quantity: Mapped[int]


# How many of variant `v` can be had at once, NULL where no count is kept. Of a bundle as many as the scarcest of its
# parts allows; of a back-ordered one below zero where some were sold that have yet to come.
AVAILABLE = """
    CASE WHEN v.policy <> 'bundle' THEN v.on_hand - v.reserved ELSE (
        SELECT min(CASE WHEN part.variant_id IS NULL THEN 0 ELSE (part.on_hand - part.reserved) / needed.quantity END)
        FROM bundle_parts needed LEFT JOIN variants part ON part.variant_id = needed.part_id
        WHERE needed.bundle_id = v.variant_id) END
"""

# What bundle `v` is made of, as JSON.
PARTS = """(
    SELECT json_agg(json_build_object(
        'variant_id', needed.part_id, 'quantity', needed.quantity,
        'title', concat_ws(' · ', made.title, (SELECT string_agg(value, ' / ') FROM json_each_text(part.options))),
        'slug', CASE WHEN made.state = 'listed' THEN made.slug END) ORDER BY made.product_id, part.position)
    FROM bundle_parts needed LEFT JOIN variants part ON part.variant_id = needed.part_id
    LEFT JOIN products made ON made.product_id = part.product_id WHERE needed.bundle_id = v.variant_id)"""
