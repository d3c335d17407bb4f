"""A product and its variants: what they are, what they cost, how many stand on the shelf."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.catalog.assortment.draft import ProductState
from services.catalog.base import Base
from services.catalog.labels.prior_price import Earlier, remembered
from services.catalog.stock.policy import StockPolicy


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
    # Both as they were said, None where nothing was.
    certifications: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    label: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
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

    `on_hand` counts the shelf and `reserved` what of it is promised to orders that are not settled yet. Below zero it
    is what was sold and has yet to come. `stock_version` counts the changes of `on_hand`: a reservation leaves it as
    it is, since what is promised still stands there to be counted. Whatever changes them is in the stock journal.
    """

    __tablename__ = "variants"
    __table_args__ = (
        # Deferred, so that two variants may swap their options in one change.
        UniqueConstraint("product_id", "external_id", deferrable=True, initially="DEFERRED"),
        CheckConstraint("reserved >= 0", name="reserved"),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint(f"policy IN ({', '.join(repr(str(one)) for one in StockPolicy)})", name="policy"),
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
    # As a measure is written: how much is in it, and per what its price is told besides.
    net_quantity: Mapped[str] = mapped_column(String, server_default=text("''"))
    price_per: Mapped[str] = mapped_column(String, server_default=text("''"))
    price: Mapped[int] = mapped_column(BigInteger)
    compare_at: Mapped[int | None] = mapped_column(BigInteger)
    earlier_prices: Mapped[Earlier] = mapped_column(JSON, server_default=text("'[]'"))
    on_hand: Mapped[int | None] = mapped_column(BigInteger)
    reserved: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    stock_version: Mapped[int] = mapped_column(server_default=text("0"))
    policy: Mapped[str] = mapped_column(String, server_default=StockPolicy.DENY)
    available_from: Mapped[date | None]
    lead_days: Mapped[int | None]
    imported_quantity: Mapped[int | None] = mapped_column(BigInteger)

    def ask(self, price: int, compare_at: int | None, now: datetime) -> None:
        """From now on. What was asked until now is remembered, also where a reduction is announced that is none."""
        is_known = self.price is not None
        if is_known and (price != self.price or (compare_at is not None and self.compare_at is None)):
            self.earlier_prices = remembered(self.earlier_prices, self.price, now)
        self.price, self.compare_at = price, compare_at

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
