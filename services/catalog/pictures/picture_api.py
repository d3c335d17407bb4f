"""Pictures over HTTP: hand one in, say which a product shows, and get its files, which never change."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import NotFound, Refused
from chassis.http import CurrentCaller, Now, Reading, Transaction
from chassis.upload import received
from services.catalog.announcing import Seen, announce
from services.catalog.assortment.draft import PictureDraft
from services.catalog.assortment.product_form import MOST_VARIANTS, Name
from services.catalog.pictures.hanging import hang
from services.catalog.pictures.picture import (
    MOST_PICTURES,
    Picture,
    PictureSource,
    ProductPicture,
    SourceState,
    address,
)
from services.catalog.pictures.renditions import MOST_BYTES
from services.catalog.pictures.sources import as_address
from services.catalog.product import Product, Variant
from services.catalog.product_api import READ, WRITE, changed, locked, require_current
from services.catalog.product_view import ProductView
from services.catalog.search.indexing import index
from services.catalog.shopfront import Shop

router = APIRouter(tags=["pictures"])

PRODUCTS = "/api/v1/products/{product_id}/pictures"
TOO_LARGE = "A picture may have up to {megabytes} MB. Please save it smaller."
MEDIA = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
FOREVER = "public, max-age=31536000, immutable"
# Should a browser ever take one for a page, it is a page that may do nothing.
POLICY = "default-src 'none'; sandbox"
# An order shows what its goods looked like, also when that is long gone: no page has a broken picture.
GONE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400"><rect width="400" height="400" fill="#e9e4da"/>'
    '<g fill="none" stroke="#b7ad9c" stroke-width="10"><rect x="110" y="130" width="180" height="140" rx="8"/>'
    '<path d="m120 250 50-60 40 45 25-25 45 45"/><circle cx="240" cy="170" r="14"/></g></svg>'
)

Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
File = Annotated[str, Path(pattern=r"^[1-9][0-9]{2,3}\.(avif|webp|jpg)$")]


class NoSuchPicture(Refused):
    code = "no_such_picture"
    title = "This picture is not here"


class NotItsVariant(Refused):
    code = "not_its_variant"
    title = "The product has no such variant"


class KeptPicture(BaseModel):
    """`url` is the largest, as JPEG."""

    digest: str
    url: str
    width: int
    height: int


class PictureForm(BaseModel):
    """One that was handed in, by its digest, or one to be fetched from an address.

    `variants` are those it is a picture of; left out, what was said of it stays.
    """

    model_config = ConfigDict(extra="forbid")

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    url: Annotated[str, Field(max_length=2000)] | None = None
    alt: Name = ""
    variants: Annotated[list[UUID], Field(max_length=MOST_VARIANTS)] | None = None

    @model_validator(mode="after")
    def says_which(self) -> "PictureForm":
        if (self.digest is None) == (self.url is None):
            raise ValueError("give either a digest or a url")
        return self


class PicturesForm(BaseModel):
    """All that the product shall show, the first first."""

    model_config = ConfigDict(extra="forbid")

    pictures: Annotated[list[PictureForm], Field(max_length=MOST_PICTURES)]


class HungPicture(BaseModel):
    """`shown` is its address here; without one `state` says whether it is still fetched from `url`.

    `reason` is why the last try to fetch it failed; what had come before is shown all the same.
    """

    digest: str | None
    url: str | None
    alt: str
    variants: list[UUID]
    shown: str | None
    state: Literal["shown"] | SourceState
    reason: str | None


class HungPictures(BaseModel):
    items: list[HungPicture]


@router.post("/api/v1/pictures", status_code=201)
async def hand_in(request: Request, coop_id: UUID, caller: CurrentCaller, shop: Shop) -> KeptPicture:
    """The body is the picture itself, or a form with it in the field `file`. The same one twice is one.

    JPEG, PNG, WebP, AVIF or GIF; it is made anew in our own sizes, and nothing of its metadata is kept. The answer
    comes when that is done; a co-op has up to eight waiting, and pictures of others do not wait for them.
    """
    caller.require_acting_for(coop_id, WRITE)
    async with received(request, MOST_BYTES, refusal=TOO_LARGE) as incoming:
        kept = await shop.intake.take(incoming.file, turn_of=coop_id)
    return KeptPicture(digest=kept.digest, url=address(kept.digest, kept.width), width=kept.width, height=kept.height)


@router.get(PRODUCTS)
async def hung(product_id: UUID, session: Reading, caller: CurrentCaller) -> HungPictures:
    """As staff see them, those included that are not there yet."""
    product = await session.get(Product, product_id)
    if product is None:
        raise NotFound("There is nothing here, or it is not yours")
    caller.require_acting_for(product.coop_id, READ)
    query = select(ProductPicture, Picture, PictureSource).outerjoin(Picture, Picture.digest == ProductPicture.digest)
    query = query.outerjoin(PictureSource, PictureSource.url == ProductPicture.url)
    rows = await session.execute(query.where(ProductPicture.product_id == product_id).order_by(ProductPicture.position))
    named = select(Variant.external_id, Variant.variant_id).where(Variant.product_id == product_id)
    ids = {row.external_id: row.variant_id for row in await session.execute(named)}
    return HungPictures(items=[_hung(ids, *row) for row in rows])


@router.put(PRODUCTS, responses={200: {"model": ProductView}})
async def show(
    product_id: UUID,
    form: PicturesForm,
    session: Transaction,
    caller: CurrentCaller,
    shop: Shop,
    now: Now,
    if_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The whole list as it shall be; one that is left out is no longer shown."""
    product = await locked(session, product_id, caller)
    require_current(product, if_match)
    pictures = await _drafts(session, form, product)
    before = Seen.of(product)
    product.cover = (await hang(session, product.coop_id, {product_id: pictures}, now))[product_id]
    announce(session, product, before=before, now=now)
    index(session, [product_id])
    return await changed(session, product, shop.categories)


@router.get("/pictures/{digest}/{file}", response_class=Response)
async def file(
    digest: Digest,
    file: File,
    shop: Shop,
    if_none_match: Annotated[str | None, Header()] = None,
    accept: Annotated[str, Header()] = "",
) -> Response:
    """`640.avif`, `640.webp`, `640.jpg` and those of the other widths there are; each the same for ever.

    Whoever accepts pictures, as a page's does, gets one with a 404 too: an empty one.
    """
    etag = f'"{digest[:32]}-{file}"'
    headers = {"cache-control": FOREVER, "etag": etag, "content-security-policy": POLICY}
    if if_none_match is not None and etag in if_none_match:
        return Response(status_code=304, headers=headers)
    content = await shop.pictures.get(digest, file)
    if content is None and "image/" in accept:
        return Response(GONE, 404, {"content-security-policy": POLICY, "vary": "accept"}, media_type="image/svg+xml")
    if content is None:
        raise NotFound("There is no such picture.")
    return Response(content, media_type=MEDIA[file.rpartition(".")[2]], headers=headers)


async def _drafts(session: AsyncSession, form: PicturesForm, product: Product) -> list[PictureDraft]:
    """Raises Refused with the picture that is not to be had, or the variant that is none of the product's."""
    names = {variant.variant_id: variant.external_id for variant in product.variants}
    named = {one.digest for one in form.pictures if one.digest}
    # Held, so that none of them is swept away before the product shows it.
    held = select(Picture.digest).where(Picture.digest.in_(named)).with_for_update(read=True, key_share=True)
    known = set(await session.scalars(held))
    drafts = []
    for nth, one in enumerate(form.pictures):
        if one.digest is not None and one.digest not in known:
            raise NoSuchPicture("Hand it in first.", field=f"pictures.{nth}.digest")
        if not names.keys() >= set(one.variants or ()):
            raise NotItsVariant("Name variants of this product.", field=f"pictures.{nth}.variants")
        shows = None if one.variants is None else [names[variant] for variant in one.variants]
        drafts.append(PictureDraft(as_address(one.url) if one.url else None, one.digest, one.alt, variants=shows))
    return drafts


def _hung(
    ids: Mapping[str, UUID], one: ProductPicture, picture: Picture | None, source: PictureSource | None
) -> HungPicture:
    return HungPicture(
        digest=one.digest,
        url=one.url,
        alt=one.alt,
        variants=[ids[name] for name in one.variants if name in ids],
        shown=address(picture.digest, picture.width) if picture else None,
        state="shown" if picture or source is None else SourceState(source.state),
        reason=source.reason if source else None,
    )
