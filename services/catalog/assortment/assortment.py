"""A co-op's assortment: how drafts, from a file or a form, become its products and change them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import attributes

from chassis.direct import fetch
from chassis.pace import Slices
from services.catalog.announcing import Seen, announce
from services.catalog.assortment.draft import ProductDraft, VariantDraft
from services.catalog.assortment.new_products import new_product, new_variant, write_new
from services.catalog.assortment.outcome import Outcome, outcomes
from services.catalog.assortment.standing import own_ids
from services.catalog.categories import Categories
from services.catalog.pictures.hanging import hang, show_cover, want
from services.catalog.product import Product, Variant
from services.catalog.sanitise import sanitise
from services.catalog.search.indexing import index
from services.catalog.slug import slug_of
from services.catalog.stock.journal import Cause, StockEntry, counted, put
from services.catalog.stock.policy import UNCOUNTED, StockPolicy, Supply

# In one order for everybody, so that two who give some of the same names do not wait for each other.
_GIVE_ALONE = """
    SELECT pg_advisory_xact_lock(hashtextextended(name, 0))
    FROM (SELECT DISTINCT unnest($1::text[]) AS name ORDER BY 1) AS given
"""
_TAKEN = "SELECT slug FROM products WHERE slug = ANY($1)"


async def give_alone(session: AsyncSession, names: Sequence[str]) -> None:
    """Until the transaction ends nobody else gives one of these names: who looks afterwards sees whether it is free."""
    await fetch(session, _GIVE_ALONE, names)


@dataclass(slots=True)
class Taken:
    """What became of a batch of drafts, one by one in their order."""

    outcomes: list[Outcome]
    variants: int


class Assortment:
    """Of one co-op, in the marketplace's currency, at one moment; `cause` is what the stock journal will say."""

    def __init__(self, coop_id: UUID, currency: str, categories: Categories, now: datetime, cause: Cause) -> None:
        self._coop_id = coop_id
        self._currency = currency
        self._categories = categories
        self._now = now
        self._cause = cause

    async def take(self, session: AsyncSession, drafts: Sequence[ProductDraft]) -> Taken:
        """Those that change nothing leave everything as it is: see `outcomes`."""
        told = [(draft.external_id, draft.digest()) for draft in drafts]
        found = list(zip(drafts, await outcomes(session, self._coop_id, told, lock=True), strict=True))
        known = await self._known(session, [one.external_id for one, outcome in found if outcome is Outcome.CHANGED])
        await self.lock_variants(session, list(known.values()))
        news = [
            (draft, known.get(draft.external_id) or self._begin(draft))
            for draft, outcome in found
            if outcome is not Outcome.UNCHANGED
        ]
        new = await self._name(session, [product for _, product in news])
        entries, slices = list[StockEntry](), Slices()
        for draft, product in news:
            entries += self._import(session, draft, product)
            await slices.cut()
        await write_new(session, new, entries)
        await self._hang(session, drafts, news)
        return Taken([outcome for _, outcome in found], sum(len(draft.variants) for draft in drafts))

    async def _hang(
        self, session: AsyncSession, drafts: Sequence[ProductDraft], news: Sequence[tuple[ProductDraft, Product]]
    ) -> None:
        """What a file says of pictures holds; what it had said before is asked for again."""
        named = [one.url for draft in drafts for one in draft.pictures if one.url]
        await want(session, self._coop_id, named, self._now)
        shown = {product.product_id: draft.pictures for draft, product in news if draft.pictures}
        if shown:
            found = await hang(session, self._coop_id, shown, self._now)
            for _, product in news:
                if product.product_id in found:
                    show_cover(session, product, found[product.product_id], self._now)

    async def add(self, session: AsyncSession, draft: ProductDraft) -> Product:
        """A product of a form."""
        [(product, _)] = await self.put(session, [(draft, None)])
        return product

    def change(self, session: AsyncSession, draft: ProductDraft, product: Product) -> None:
        """The draft's quantities are counts of the shelf; one it does not tell leaves the stock as it is."""
        before, entries = self._apply(draft, product)
        self._tell(session, product, before)
        session.add_all(entries)

    async def put(
        self, session: AsyncSession, drafts: Sequence[tuple[ProductDraft, Product | None]]
    ) -> list[tuple[Product, Outcome]]:
        """Each with the product that is to become like it, found and locked by `known`, or with None.

        A product that is like its draft already stays as it is, its version included.
        """
        met = [(draft, product or self._begin(draft)) for draft, product in drafts]
        new = await self._name(session, [product for _, product in met])
        put = [(product, *self._put(session, draft, product)) for draft, product in met]
        await write_new(session, new, [entry for _, _, entries in put for entry in entries])
        return [(product, outcome) for product, outcome, _ in put]

    def _put(self, session: AsyncSession, draft: ProductDraft, product: Product) -> tuple[Outcome, list[StockEntry]]:
        outcome = Outcome.CHANGED if product.version else Outcome.NEW
        before, entries = self._apply(draft, product)
        if outcome is Outcome.CHANGED and not any(map(session.is_modified, (product, *product.variants))):
            return Outcome.UNCHANGED, []
        self._tell(session, product, before)
        return outcome, entries

    def _apply(self, draft: ProductDraft, product: Product) -> tuple[Seen, list[StockEntry]]:
        before = self._fill(draft, product)
        product.state = draft.state
        entries = []
        for one, variant in self._matched(draft, product):
            _supply(variant, one.supply)
            entries += self._stock(variant, one, on_hand=one.quantity)
        return before, entries

    def _import(self, session: AsyncSession, draft: ProductDraft, product: Product) -> list[StockEntry]:
        before = self._fill(draft, product)
        product.external_id = draft.external_id
        if product.imported_state != draft.state:
            product.state = product.imported_state = draft.state
        product.imported_digest = draft.digest()
        entries = []
        for one, variant in self._matched(draft, product):
            _supply(variant, _of_file(one.supply, variant))
            news = one.quantity if one.quantity != variant.imported_quantity else None
            entries += self._stock(variant, one, on_hand=None if news is None else counted(variant, news))
            variant.imported_quantity = one.quantity if one.quantity is not None else variant.imported_quantity
        self._tell(session, product, before)
        return entries

    def _stock(self, variant: Variant, draft: VariantDraft, *, on_hand: int | None) -> list[StockEntry]:
        """What the journal will say. None leaves the shelf as it is, where a count of it is kept already."""
        tracked = draft.tracked and variant.policy not in UNCOUNTED
        if tracked and on_hand is None:
            on_hand = variant.on_hand or 0
        entry = put(variant, on_hand if tracked else None, self._cause)
        return [] if entry is None else [entry]

    def _tell(self, session: AsyncSession, product: Product, before: Seen) -> None:
        announce(session, product, before=before, now=self._now)
        index(session, [product.product_id])

    async def known(self, session: AsyncSession, external_ids: Sequence[str]) -> dict[str | None, Product]:
        """Those of the co-op's products that have these ids, with their variants, locked.

        Until the transaction ends nobody else begins one with such an id.
        """
        await give_alone(session, [f"{self._coop_id}/{one}" for one in external_ids])
        met = await self._known(session, external_ids)
        found = {name: product for name, product in met.items() if product.external_id is not None}
        await self.lock_variants(session, list(found.values()))
        return found

    async def _known(self, session: AsyncSession, external_ids: Sequence[str | None]) -> dict[str | None, Product]:
        """By external id, or by our own where no file has brought the product yet."""
        named = [one for one in external_ids if one]
        if not named:
            return {}
        meant = or_(
            Product.external_id.in_(named), and_(Product.external_id.is_(None), Product.product_id.in_(own_ids(named)))
        )
        query = select(Product).where(Product.coop_id == self._coop_id, meant)
        found = await session.scalars(query.order_by(Product.product_id).with_for_update())
        return {product.external_id or str(product.product_id): product for product in found}

    @staticmethod
    async def lock_variants(session: AsyncSession, products: Sequence[Product]) -> None:
        """Locks their rows in id order, as reservations do."""
        if not products:
            return
        ids = [product.product_id for product in products]
        query = select(Variant).where(Variant.product_id.in_(ids)).order_by(Variant.variant_id).with_for_update()
        variants = (await session.scalars(query)).all()
        for product in products:
            own = [variant for variant in variants if variant.product_id == product.product_id]
            attributes.set_committed_value(product, "variants", sorted(own, key=lambda one: one.position))

    def _begin(self, draft: ProductDraft) -> Product:
        return new_product(draft, self._coop_id, self._currency, self._now)

    async def _name(self, session: AsyncSession, products: Sequence[Product]) -> list[Product]:
        """Gives the new ones among them, which it answers, slugs that nobody else has.

        Those are the title's words, with something of the id where they are taken.
        """
        new = [product for product in products if not product.slug]
        wanted = [slug_of(product.title) or slug_of(product.external_id or "") or "product" for product in new]
        if new:
            await give_alone(session, wanted)
            taken = {row["slug"] for row in await fetch(session, _TAKEN, wanted)}
            for product, slug in zip(new, wanted, strict=True):
                product.slug = f"{slug}-{product.product_id.hex[-8:]}" if slug in taken else slug
                taken.add(slug)
        return new

    def _fill(self, draft: ProductDraft, product: Product) -> Seen:
        before = Seen.of(product) if product.version else Seen(None)
        product.title = draft.title
        product.description_html = sanitise(draft.description)
        product.category = self._categories.place(draft.categories, draft.tags, draft.title)
        product.tags = list(draft.tags)
        if draft.label is not None:
            product.label = draft.label.kept() or None
        if draft.certifications is not None:
            product.certifications = [one.model_dump() for one in draft.certifications] or None
        return before

    def _matched(self, draft: ProductDraft, product: Product) -> list[tuple[VariantDraft, Variant]]:
        """Each variant of the draft with ours; those it no longer has are taken away."""
        left = list(product.variants)
        matched = [(one, _claim(left, one) or new_variant(product)) for one in draft.variants]
        for position, (one, variant) in enumerate(matched):
            variant.position, variant.external_id = position, one.external_id
            variant.options, variant.sku = dict(one.options), one.sku
            variant.ask(one.price, one.compare_at, self._now)
            variant.gtin, variant.weight_grams = one.gtin, one.weight_grams
            if one.net_quantity is not None:
                variant.net_quantity, variant.price_per = one.net_quantity, one.price_per or ""
        kept = [] if draft.complete else left
        for position, variant in enumerate(kept, start=len(matched)):
            variant.position = position
        variants = [variant for _, variant in matched] + kept
        if product.version:
            product.variants = variants
        else:
            attributes.set_committed_value(product, "variants", variants)  # No session asks what was added.
        return matched


def _claim(left: list[Variant], draft: VariantDraft) -> Variant | None:
    """Takes the one that is meant out of those left."""
    meant = (one for one in left if draft.variant_id in (None, one.variant_id))
    found = next((one for one in meant if draft.variant_id or one.external_id == draft.external_id), None)
    if found is not None:
        left.remove(found)
    return found


def _supply(variant: Variant, supply: Supply | None) -> None:
    if supply is not None:
        variant.policy = supply.policy
        variant.available_from, variant.lead_days = supply.available_from, supply.lead_days


def _of_file(supply: Supply | None, variant: Variant) -> Supply | None:
    """Files know no bundles, and seldom the day from which back orders are sent: what staff said of it stays."""
    if supply is None or variant.policy == StockPolicy.BUNDLE:
        return None
    if supply.policy is StockPolicy.BACK_ORDER and supply.available_from is None:
        return replace(supply, available_from=variant.available_from)
    return supply
