"""A product and its variants: what they are, what they cost, how many stand on the shelf."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.catalog.base import Base
from services.catalog.draft import ProductState


class Product(Base):
    """`slug` never changes. `version` counts its changes, those of stock left aside."""

    __tablename__ = "products"
    __table_args__ = (
        UniqueConstraint("slug"),
        UniqueConstraint("coop_id", "external_id"),
        Index("ix_products_of_coop", "coop_id", "product_id"),
        CheckConstraint("state IN ('draft', 'listed', 'archived')", name="state"),
    )

    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    coop_id: Mapped[UUID]
    external_id: Mapped[str | None] = mapped_column(String)
    slug: Mapped[str] = mapped_column(String)
    title: Mapped[str] = mapped_column(String)
    description_html: Mapped[str] = mapped_column(String)
    category: Mapped[str] = mapped_column(String)
    tags: Mapped[list[str]] = mapped_column(ARRAY(String))
    cover: Mapped[str | None] = mapped_column(String)
    state: Mapped[str] = mapped_column(String)
    currency: Mapped[str] = mapped_column(String(3))
    version: Mapped[int]
    imported_digest: Mapped[bytes | None]
    imported_state: Mapped[str | None] = mapped_column(String)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    variants: Mapped[list["Variant"]] = relationship(
        order_by="Variant.position", lazy="raise", cascade="all, delete-orphan"
    )

    @property
    def picture(self) -> str:
        """The address of the first of its pictures; without one, what the storefront draws one from."""
        return self.cover or f"{self.category}/{self.slug}"

    @property
    def is_listed(self) -> bool:
        return self.state == ProductState.LISTED


class Variant(Base):
    """What is put into a basket. `on_hand` is None where the co-op keeps no count: sold without one.

    `on_hand` counts the shelf and `reserved` what of it is promised to orders that are not settled yet.
    """

    __tablename__ = "variants"
    __table_args__ = (
        # Deferred, so that two variants may swap their options in one change.
        UniqueConstraint("product_id", "external_id", deferrable=True, initially="DEFERRED"),
        CheckConstraint("reserved >= 0", name="reserved"),
        CheckConstraint("price >= 0", name="price"),
    )

    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.product_id", ondelete="CASCADE"))
    position: Mapped[int]
    external_id: Mapped[str] = mapped_column(String)
    # Not JSONB, which would forget the order of the options.
    options: Mapped[dict[str, str]] = mapped_column(JSON)
    sku: Mapped[str] = mapped_column(String)
    gtin: Mapped[str] = mapped_column(String, server_default=text("''"))
    weight_grams: Mapped[int | None]
    price: Mapped[int] = mapped_column(BigInteger)
    compare_at: Mapped[int | None] = mapped_column(BigInteger)
    on_hand: Mapped[int | None] = mapped_column(BigInteger)
    reserved: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    imported_quantity: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def title(self) -> str:
        return " / ".join(self.options.values())

    @property
    def tracked(self) -> bool:
        return self.on_hand is not None

    @property
    def available(self) -> int | None:
        """How many can still be promised; None where no count is kept."""
        return None if self.on_hand is None else max(0, self.on_hand - self.reserved)

    @property
    def in_stock(self) -> bool:
        return self.available is None or self.available > 0
