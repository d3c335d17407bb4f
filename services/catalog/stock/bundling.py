"""Making bundles: which variants their parts are, and what may be a part of what."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import attributes

from chassis.alone import take_alone
from chassis.direct import fetch
from chassis.errors import Refused
from services.catalog.assortment.draft import PartDraft, ProductDraft, ProductState, part_name
from services.catalog.assortment.standing import own_ids
from services.catalog.product import Product
from services.catalog.stock.policy import StockPolicy

_VARIANT = """
    SELECT v.variant_id, v.product_id, v.position, v.options, v.policy, p.coop_id, p.state,
           coalesce(p.external_id, p.product_id::text) AS product
    FROM variants v JOIN products p USING (product_id)
"""
# By our ids whoever's they are, by a co-op's own names its own; each with an index of its own.
_MEANT = f"""
    {_VARIANT} WHERE v.variant_id = ANY($2)
    UNION ALL {_VARIANT} WHERE p.coop_id = $1 AND p.external_id = ANY($3)
    UNION ALL {_VARIANT} WHERE p.coop_id = $1 AND p.external_id IS NULL AND p.product_id = ANY($4)
"""
_MADE_OF = "SELECT bundle_id, part_id, quantity FROM bundle_parts WHERE bundle_id = ANY($1)"
_IN_BUNDLES = """
    SELECT DISTINCT ON (part_id) part_id, made.title FROM bundle_parts
    JOIN variants v ON v.variant_id = bundle_id JOIN products made ON made.product_id = v.product_id
    WHERE part_id = ANY($1)
"""
_FORGET = """
    DELETE FROM bundle_parts WHERE bundle_id = ANY($1)
       OR bundle_id IN (SELECT variant_id FROM variants WHERE product_id = ANY($2) AND policy <> 'bundle')
"""
_KEEP = """
    INSERT INTO bundle_parts (bundle_id, part_id, quantity)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[])
"""


class NotAPart(Refused):
    code, title = "not_a_part", "That cannot be a part of a bundle"


# In an id before a choice: `gid://shopify/Product/1` has one, a Merchant id of Google's content API three.
MOST_COLONS = 8
UNKNOWN = "Your shop has no “{}”."
SEVERAL = "“{}” comes in several choices: name one, as “{}”."
OF_ANOTHER = "This is another co-op’s."
ITSELF = "A bundle is no part of itself."
A_BUNDLE = "“{}” is a bundle itself: name what it is made of."
ARCHIVED = "“{}” is archived. List it again, or leave it out."
TWICE = "“{}” is named twice: give one quantity."
A_PART = "It is a part of “{}”, so that it cannot be a bundle itself."


@dataclass(frozen=True, slots=True)
class Wish:
    """The bundle that variant `nth` shall be; `variant_id` is known where it is there already.

    `field` is where its parts stand in what was sent.
    """

    nth: int
    variant_id: UUID | None
    parts: Sequence[PartDraft]
    field: str


def wishes(draft: ProductDraft, product: Product | None) -> list[Wish]:
    """The bundles of a draft; a variant is one of ours by its id, else by its options."""
    ours = {one.external_id: one.variant_id for one in product.variants} if product else {}
    return [
        Wish(nth, one.variant_id or ours.get(one.external_id), one.parts, f"variants.{nth}.parts")
        for nth, one in enumerate(draft.variants)
        if one.parts
    ]


async def begin_bundles(session: AsyncSession, coop_id: UUID) -> None:
    """Call it before anything is named or changed.

    Two at once could each make a bundle of what the other one takes for a part: the second looks after the first.
    """
    await take_alone(session, [f"bundles of {coop_id}"])


class Bundles:
    """Of one co-op, made in one transaction that has begun them; what is read is how it stands by then."""

    def __init__(
        self,
        coop_id: UUID,
        variants: Sequence[Mapping[str, Any]],
        made_of: Sequence[Mapping[str, Any]],
        in_bundles: Sequence[Mapping[str, Any]],
    ) -> None:
        self._coop_id = coop_id
        self._variants = {row["variant_id"]: row for row in variants}
        self._named: dict[str, list[UUID]] = defaultdict(list)
        for row in self._variants.values():
            if row["coop_id"] == coop_id:
                for name in _names(row):
                    self._named[name].append(row["variant_id"])
        self._made_of: dict[UUID, dict[UUID, int]] = defaultdict(dict)
        for row in made_of:
            self._made_of[row["bundle_id"]][row["part_id"]] = row["quantity"]
        self._parts: dict[UUID, str] = {row["part_id"]: row["title"] for row in in_bundles}
        self._new: set[str] = set()  # The co-op's own ids of bundles that are not in the database yet.
        self._bundles = {one for one, row in self._variants.items() if row["policy"] == StockPolicy.BUNDLE}

    @classmethod
    async def of(cls, session: AsyncSession, coop_id: UUID, several: Sequence[Sequence[Wish]]) -> "Bundles":
        """Reads what all of them need in three statements."""
        wished = [wish for one in several for wish in one]
        parts = [part for wish in wished for part in wish.parts]
        ids = [part.variant_id for part in parts if part.variant_id]
        keys = sorted({key for part in parts if not part.variant_id for key in keys_of(part.name)})
        return await cls.among(session, coop_id, await variants_meant(session, coop_id, ids, keys), wished)

    @classmethod
    async def among(
        cls, session: AsyncSession, coop_id: UUID, variants: Sequence[Mapping[str, Any]], wished: Sequence[Wish]
    ) -> "Bundles":
        """Made of these variants, as `variants_meant` tells them."""
        own = [wish.variant_id for wish in wished if wish.variant_id]
        return cls(coop_id, variants, await fetch(session, _MADE_OF, own), await fetch(session, _IN_BUNDLES, own))

    def check(self, product: Product, title: str, several: Sequence[Wish]) -> None:
        """Raises NotAPart, and then nothing of it counts. What is made of something else counts as changed."""
        for wish, parts in self.look(product.external_id or "", title, several):
            if wish.variant_id:
                self._bundles.add(wish.variant_id)
            if wish.variant_id and self._made_of[wish.variant_id] != parts:
                attributes.flag_modified(product, "version")

    def look(self, key: str, title: str, several: Sequence[Wish]) -> Sequence[tuple[Wish, Mapping[UUID, int]]]:
        """What the bundles of one product are made of; raises NotAPart, and then nothing of it counts."""
        found = [(wish, self._made(wish)) for wish in several]
        for wish in several:
            if wish.variant_id in self._parts:
                raise NotAPart(A_PART.format(self._parts[wish.variant_id]), field=wish.field)
        siblings = {wish.variant_id for wish in several}
        for wish, parts in found:
            for place, part in enumerate(parts):
                if part in siblings:
                    raise _refusal(wish, place, A_BUNDLE, title)
        self._new.add(key.casefold())
        for _, parts in found:
            self._parts |= dict.fromkeys(parts, title)
        return found

    async def keep(self, session: AsyncSession, made: Sequence[tuple[Product, Sequence[Wish]]]) -> None:
        """With the variants flushed, those that are bundles no longer among them."""
        rows = [
            (product.variants[wish.nth].variant_id, part, quantity)
            for product, several in made
            for wish in several
            for part, quantity in self._made(wish).items()
        ]
        bundles = list({bundle for bundle, _, _ in rows})
        await fetch(session, _FORGET, bundles, [product.product_id for product, _ in made])
        if rows:
            await fetch(session, _KEEP, *(list(column) for column in zip(*rows, strict=True)))

    def _made(self, wish: Wish) -> dict[UUID, int]:
        """How many of which variants; raises NotAPart."""
        found: dict[UUID, int] = {}
        for place, part in enumerate(wish.parts):
            variant_id = part.variant_id or self._meant(wish, place, part.name)
            row = self._variants.get(variant_id)
            name = part.name or (part_name(row["product"], _options(row)) if row else str(variant_id))
            for wrong, sentence in self._wrong(wish, row, variant_id in found):
                if wrong:
                    raise _refusal(wish, place, sentence, name)
            found[variant_id] = part.quantity
        return found

    def _wrong(self, wish: Wish, row: Mapping[str, Any] | None, twice: bool) -> Iterator[tuple[bool, str]]:
        yield row is None, UNKNOWN
        assert row is not None
        part = row["variant_id"]
        yield row["coop_id"] != self._coop_id, OF_ANOTHER
        yield part == wish.variant_id, ITSELF
        yield part in self._bundles, A_BUNDLE
        is_in_it = wish.variant_id is not None and part in self._made_of[wish.variant_id]
        yield row["state"] == ProductState.ARCHIVED and not is_in_it, ARCHIVED
        yield twice, TWICE

    def _meant(self, wish: Wish, place: int, name: str) -> UUID:
        found = self._named.get(name.casefold(), [])
        if not found:
            is_new = any(key.casefold() in self._new for key in keys_of(name))
            raise _refusal(wish, place, A_BUNDLE if is_new else UNKNOWN, name)
        if len(found) > 1:
            row = min((self._variants[one] for one in found), key=lambda one: one["position"])
            raise _refusal(wish, place, SEVERAL, name, part_name(row["product"], _options(row)))
        return found[0]


async def variants_meant(
    session: AsyncSession, coop_id: UUID, ids: Sequence[UUID], keys: Sequence[str]
) -> Sequence[Mapping[str, Any]]:
    """Whosever variants these are by our ids, and all of the co-op's own products by its ids of those."""
    return await fetch(session, _MEANT, coop_id, ids, keys, own_ids(keys))


async def set_parts(session: AsyncSession, product: Product, wished: Sequence[Wish]) -> None:
    """Of one product, once it has been changed so; what is a bundle already and not wished for stays as it is.

    Raises NotAPart for another co-op's variant, one that is a bundle itself, or a bundle that is a part of another.
    """
    await session.flush()
    if not wished:
        await fetch(session, _FORGET, [], [product.product_id])
        return
    several = [replace(wish, variant_id=product.variants[wish.nth].variant_id) for wish in wished]
    bundles = await Bundles.of(session, product.coop_id, [several])
    bundles.check(product, product.title, several)
    await bundles.keep(session, [(product, several)])


def _refusal(wish: Wish, place: int, sentence: str, *names: str) -> NotAPart:
    return NotAPart(sentence.format(*names), field=f"{wish.field}.{place}")


def _options(row: Mapping[str, Any]) -> Mapping[str, str]:
    options: Mapping[str, str] = row["options"]
    return options


def _names(row: Mapping[str, Any]) -> set[str]:
    """What a co-op can call the variant: by its product alone, which has to have no other, or by its choice too."""
    alone = f"{row['product']}:"
    return {name.casefold() for name in (row["product"], alone, part_name(row["product"], _options(row)))}


def keys_of(name: str) -> Iterator[str]:
    """The ids of products that the name may begin with: ids may hold colons themselves, up to so many."""
    yield name
    colons = (at for at in range(len(name)) if name.startswith(":", at))
    yield from (name[:at] for at in islice(colons, MOST_COLONS))
