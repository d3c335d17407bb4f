"""A co-op's assortment: how drafts, from a file or a form, become its products and change them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import attributes

from chassis.ids import new_id
from services.catalog.announcing import Seen, announce
from services.catalog.categories import Categories
from services.catalog.draft import ProductDraft, VariantDraft
from services.catalog.indexing import index
from services.catalog.pictures.hanging import hang, show_cover, want
from services.catalog.product import Product, Variant
from services.catalog.sanitise import sanitise
from services.catalog.slug import slug_of

# In one order for everybody, so that two who give some of the same names do not wait for each other.
_GIVE_ALONE = text("""
    SELECT pg_advisory_xact_lock(hashtextextended(name, 0))
    FROM (SELECT DISTINCT unnest(CAST(:names AS text[])) AS name ORDER BY 1) AS given
""")


async def give_alone(session: AsyncSession, names: Sequence[str]) -> None:
    """Until the transaction ends nobody else gives one of these names: who looks afterwards sees whether it is free."""
    await session.execute(_GIVE_ALONE, {"names": list(names)})


class Outcome(StrEnum):
    """What a draft makes of the assortment."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(slots=True)
class Taken:
    """What became of a batch of drafts, one by one in their order."""

    outcomes: list[Outcome] = field(default_factory=list)
    variants: int = 0


class Assortment:
    """Of one co-op, in the marketplace's currency, at one moment."""

    def __init__(self, coop_id: UUID, currency: str, categories: Categories, now: datetime) -> None:
        self._coop_id = coop_id
        self._currency = currency
        self._categories = categories
        self._now = now

    async def take(self, session: AsyncSession, drafts: Sequence[ProductDraft]) -> Taken:
        """A draft that says what it said the last time changes nothing, whatever was sold or edited since."""
        taken = Taken(variants=sum(len(draft.variants) for draft in drafts))
        known = await self._known(session, drafts)
        news: list[tuple[ProductDraft, Product]] = []
        for draft in drafts:
            product = known.get(draft.external_id)
            if product is None:
                taken.outcomes.append(Outcome.NEW)
                news.append((draft, self._begin(draft)))
            elif product.imported_digest == draft.digest():
                taken.outcomes.append(Outcome.UNCHANGED)
            else:
                taken.outcomes.append(Outcome.CHANGED)
                news.append((draft, product))
        await self.lock_variants(session, [product for _, product in news if product.version])
        await self._name(session, [product for _, product in news if not product.slug])
        for draft, product in news:
            self._import(session, draft, product)
        await self._hang(session, drafts, news)
        index(session, [product.product_id for _, product in news])
        return taken

    async def _hang(
        self, session: AsyncSession, drafts: Sequence[ProductDraft], news: Sequence[tuple[ProductDraft, Product]]
    ) -> None:
        """What a file says of pictures holds; what it had said before is asked for again where it could not be had."""
        await want(session, [one.url for draft in drafts for one in draft.pictures if one.url], self._now)
        shown = {product.product_id: draft.pictures for draft, product in news if draft.pictures}
        if shown:
            found = await hang(session, shown, self._now)
            for _, product in news:
                if product.product_id in found:
                    show_cover(session, product, found[product.product_id], self._now)

    async def add(self, session: AsyncSession, draft: ProductDraft) -> Product:
        """A product of a form."""
        product = self._begin(draft)
        await self._name(session, [product])
        self.change(session, draft, product)
        return product

    def change(self, session: AsyncSession, draft: ProductDraft, product: Product) -> None:
        """The draft's quantities are counts of the shelf; one it does not tell leaves the stock as it is."""
        before = self._fill(draft, product)
        product.state = draft.state
        for one, variant in self._matched(draft, product):
            _stock(variant, one, count=one.quantity)
        self._keep(session, product, before)
        index(session, [product.product_id])

    def _import(self, session: AsyncSession, draft: ProductDraft, product: Product) -> None:
        before = self._fill(draft, product)
        if product.imported_state != draft.state:
            product.state = product.imported_state = draft.state
        product.imported_digest = draft.digest()
        for one, variant in self._matched(draft, product):
            news = one.quantity if one.quantity != variant.imported_quantity else None
            _stock(variant, one, count=news)
            variant.imported_quantity = one.quantity if one.quantity is not None else variant.imported_quantity
        self._keep(session, product, before)

    def _keep(self, session: AsyncSession, product: Product, before: Seen) -> None:
        session.add(product)
        announce(session, product, before=before, now=self._now)

    async def _known(self, session: AsyncSession, drafts: Sequence[ProductDraft]) -> dict[str | None, Product]:
        named = [draft.external_id for draft in drafts]
        query = select(Product).where(Product.coop_id == self._coop_id, Product.external_id.in_(named))
        found = await session.scalars(query.order_by(Product.product_id).with_for_update())
        return {product.external_id: product for product in found}

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
        return Product(
            product_id=new_id(),
            coop_id=self._coop_id,
            external_id=draft.external_id,
            slug="",
            title=draft.title,
            currency=self._currency,
            version=0,
            state=draft.state,
            created_at=self._now,
            updated_at=self._now,
            variants=[],
        )

    async def _name(self, session: AsyncSession, products: Sequence[Product]) -> None:
        """Gives slugs nobody else has: the title's words, with something of the id where those are taken."""
        wanted = [slug_of(product.title) or slug_of(product.external_id or "") or "product" for product in products]
        if not wanted:
            return
        await give_alone(session, wanted)
        taken = set(await session.scalars(select(Product.slug).where(Product.slug.in_(wanted))))
        for product, slug in zip(products, wanted, strict=True):
            product.slug = f"{slug}-{product.product_id.hex[-8:]}" if slug in taken else slug
            taken.add(slug)

    def _fill(self, draft: ProductDraft, product: Product) -> Seen:
        before = Seen.of(product) if product.version else Seen(None)
        product.title = draft.title
        product.description_html = sanitise(draft.description)
        product.category = self._categories.place(draft.categories, draft.tags, draft.title)
        product.tags = list(draft.tags)
        return before

    def _matched(self, draft: ProductDraft, product: Product) -> list[tuple[VariantDraft, Variant]]:
        """Each variant of the draft with ours; those it no longer has are taken away."""
        left = list(product.variants)
        matched = [(one, _claim(left, one) or _variant(product)) for one in draft.variants]
        for position, (one, variant) in enumerate(matched):
            variant.position, variant.external_id = position, one.external_id
            variant.options, variant.sku = dict(one.options), one.sku
            variant.price, variant.compare_at = one.price, one.compare_at
            variant.gtin, variant.weight_grams = one.gtin, one.weight_grams
        kept = [] if draft.complete else left
        for position, variant in enumerate(kept, start=len(matched)):
            variant.position = position
        product.variants = [variant for _, variant in matched] + kept
        return matched


def _claim(left: list[Variant], draft: VariantDraft) -> Variant | None:
    """Takes the one that is meant out of those left."""
    meant = (one for one in left if draft.variant_id in (None, one.variant_id))
    found = next((one for one in meant if draft.variant_id or one.external_id == draft.external_id), None)
    if found is not None:
        left.remove(found)
    return found


def _variant(product: Product) -> Variant:
    return Variant(variant_id=new_id(), product_id=product.product_id, reserved=0, on_hand=None)


def _stock(variant: Variant, draft: VariantDraft, *, count: int | None) -> None:
    if not draft.tracked:
        variant.on_hand = None
    elif count is not None or variant.on_hand is None:
        variant.on_hand = count or 0
