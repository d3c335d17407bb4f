"""A co-op's assortment: how drafts, from a file or a form, become its products and change them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import attributes

from chassis.alone import take_alone
from chassis.direct import fetch
from chassis.pace import Slices
from services.catalog.announcing import Seen, announce
from services.catalog.assortment.draft import PartDraft, ProductDraft, VariantDraft
from services.catalog.assortment.new_products import new_product, new_variant, write_new
from services.catalog.assortment.outcome import Outcome, outcomes
from services.catalog.assortment.standing import own_ids
from services.catalog.categories import Categories
from services.catalog.pictures.hanging import hang, show_cover, want
from services.catalog.product import Product, Variant
from services.catalog.sanitise import sanitise
from services.catalog.search.indexing import index
from services.catalog.slug import slug_of
from services.catalog.stock.bundling import Bundles, NotAPart, Wish, begin_bundles, set_parts, wishes
from services.catalog.stock.journal import Cause, StockEntry, counted, put
from services.catalog.stock.policy import UNCOUNTED, StockPolicy, Supply

_TAKEN = "SELECT slug FROM products WHERE slug = ANY($1)"


T = TypeVar("T")
Met = tuple[ProductDraft, Product]
Take = Callable[[AsyncSession, ProductDraft, Product], tuple[T, list[StockEntry]]]


@dataclass(slots=True)
class Taken:
    """What became of a batch of drafts, one by one in their order; `refused` says why not, by their place."""

    outcomes: list[Outcome]
    variants: int
    refused: Mapping[int, NotAPart]


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
        met = {
            nth: (draft, known.get(draft.external_id) or self._begin(draft))
            for nth, (draft, outcome) in enumerate(found)
            if outcome is not Outcome.UNCHANGED
        }
        done = await self._each(session, met, self._import)
        refused = {nth: one for nth, one in done.items() if isinstance(one, NotAPart)}
        await self._hang(session, drafts, [one for nth, one in met.items() if nth not in refused])
        made = [Outcome.REJECTED if nth in refused else outcome for nth, (_, outcome) in enumerate(found)]
        return Taken(made, sum(len(draft.variants) for draft in drafts), refused)

    async def _each(self, session: AsyncSession, met: Mapping[int, Met], take: Take[T]) -> dict[int, T | NotAPart]:
        """Names what is new and takes one after the other, bundles last: what they are made of may be among them.

        A bundle that cannot be is left as it was, and is told why.
        """
        if any(draft.has_bundles for draft, _ in met.values()):
            await begin_bundles(session, self._coop_id)
        await self._name(session, [product for _, product in met.values() if not product.slug])
        several = {nth: wished for nth, (draft, product) in met.items() if (wished := wishes(draft, product))}
        former = [
            product for _, product in met.values() if any(one.policy == StockPolicy.BUNDLE for one in product.variants)
        ]
        done: dict[int, T | NotAPart] = {}
        done |= await self._written(session, {nth: one for nth, one in met.items() if nth not in several}, take)
        if not several and not former:
            return done
        await session.flush()
        bundles = await Bundles.of(session, self._coop_id, list(several.values()))
        for nth, wished in several.items():
            draft, product = met[nth]
            try:
                bundles.check(product, draft.title, wished)
            except NotAPart as refused:
                done[nth] = refused
        good = {nth: wished for nth, wished in several.items() if nth not in done}
        done |= await self._written(session, {nth: met[nth] for nth in good}, take)
        await session.flush()
        made = [(met[nth][1], wished) for nth, wished in good.items()]
        await bundles.keep(session, [*made, *((product, ()) for product in former)])
        return done

    async def _written(self, session: AsyncSession, met: Mapping[int, Met], take: Take[T]) -> dict[int, T]:
        done: dict[int, T] = {}
        new = [product for _, product in met.values() if not product.version]
        entries, slices = list[StockEntry](), Slices()
        for nth, (draft, product) in met.items():
            done[nth], told = take(session, draft, product)
            entries += told
            await slices.cut()
        await write_new(session, new, entries)
        return done

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
        """A product of a form; raises NotAPart."""
        [done] = await self.put(session, [(draft, None)])
        if isinstance(done, NotAPart):
            raise done
        product, _ = done
        return product

    async def change(self, session: AsyncSession, draft: ProductDraft, product: Product) -> None:
        """The draft's quantities are counts of the shelf; one it does not tell leaves the stock as it is."""
        if draft.has_bundles:
            await begin_bundles(session, self._coop_id)
        before, entries = self._apply(draft, product)
        self._tell(session, product, before)
        session.add_all(entries)
        await set_parts(session, product, wishes(draft, product))

    async def bundle(self, session: AsyncSession, product: Product, nth: int, parts: Sequence[PartDraft]) -> None:
        """Makes the variant at this place of these parts; of none, something by itself of which none is there.

        Raises NotAPart. Call it with the rows locked.
        """
        await begin_bundles(session, self._coop_id)
        before, variant = Seen.of(product), product.variants[nth]
        _supply(variant, Supply(StockPolicy.BUNDLE if parts else StockPolicy.DENY))
        if (entry := put(variant, None if parts else 0, self._cause)) is not None:
            session.add(entry)
        self._tell(session, product, before)
        await set_parts(session, product, [Wish(nth, variant.variant_id, parts, "parts")] if parts else [])

    async def put(
        self, session: AsyncSession, drafts: Sequence[tuple[ProductDraft, Product | None]]
    ) -> list[tuple[Product, Outcome] | NotAPart]:
        """Each with the product that is to become like it, found and locked by `known`, or with None.

        A product that is like its draft already stays as it is, its version included; so does a bundle that cannot be.
        """
        met = {nth: (draft, product or self._begin(draft)) for nth, (draft, product) in enumerate(drafts)}
        done = await self._each(session, met, self._put)
        return [done[nth] for nth in met]

    def _put(
        self, session: AsyncSession, draft: ProductDraft, product: Product
    ) -> tuple[tuple[Product, Outcome], list[StockEntry]]:
        outcome = Outcome.CHANGED if product.version else Outcome.NEW
        before, entries = self._apply(draft, product)
        if outcome is Outcome.CHANGED and not any(map(session.is_modified, (product, *product.variants))):
            return (product, Outcome.UNCHANGED), []
        self._tell(session, product, before)
        return (product, outcome), entries

    def _apply(self, draft: ProductDraft, product: Product) -> tuple[Seen, list[StockEntry]]:
        before = self._fill(draft, product)
        product.state = draft.state
        entries = []
        for one, variant in self._matched(draft, product):
            _supply(variant, one.supply)
            entries += self._stock(variant, one, on_hand=one.quantity)
        return before, entries

    def _import(self, session: AsyncSession, draft: ProductDraft, product: Product) -> tuple[None, list[StockEntry]]:
        before = self._fill(draft, product)
        product.external_id = draft.external_id
        if product.imported_state != draft.state:
            product.state = product.imported_state = draft.state
        product.imported_digest = draft.digest()
        entries = []
        for one, variant in self._matched(draft, product):
            unbound = one.by_itself and variant.policy == StockPolicy.BUNDLE
            _supply(variant, one.supply if one.parts or unbound else _of_file(one.supply, variant))
            news = one.quantity if unbound or one.quantity != variant.imported_quantity else None
            entries += self._stock(variant, one, on_hand=None if news is None else counted(variant, news))
            variant.imported_quantity = one.quantity if one.quantity is not None else variant.imported_quantity
        self._tell(session, product, before)
        return None, entries

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
        await take_alone(session, [f"{self._coop_id}/{one}" for one in external_ids])
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

    async def _name(self, session: AsyncSession, new: Sequence[Product]) -> None:
        """Gives slugs that nobody else has: the title's words, with something of the id where those are taken."""
        wanted = [slug_of(product.title) or slug_of(product.external_id or "") or "product" for product in new]
        if not wanted:
            return
        await take_alone(session, wanted)
        taken = {row["slug"] for row in await fetch(session, _TAKEN, wanted)}
        for product, slug in zip(new, wanted, strict=True):
            product.slug = f"{slug}-{product.product_id.hex[-8:]}" if slug in taken else slug
            taken.add(slug)

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
    """Files seldom know of bundles, and of the day from which back orders are sent: what staff said of them stays."""
    if supply is None or variant.policy == StockPolicy.BUNDLE:
        return None
    if supply.policy is StockPolicy.BACK_ORDER and supply.available_from is None:
        return replace(supply, available_from=variant.available_from)
    return supply
