"""One store behind two kinds of places: a folder, and a bucket of whatever speaks S3."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from obstore.exceptions import PermissionDeniedError

from chassis.testing import public_key_pem
from services.catalog.pictures.renditions import Rendered
from services.catalog.pictures.store import PictureStore, store_of
from services.catalog.settings import Settings
from tests.catalog.pictures.small_s3 import SmallS3
from tests.engines import missing

DIGEST = "5e" * 32
RENDERED = Rendered(320, 240, {"320.jpg": b"jpeg", "320.avif": bytes(300_000)})


def settings(folder: Path, **told: Any) -> Settings:
    return Settings(
        database_url="postgresql://unused", internal_public_key=public_key_pem(), demo=True, data_folder=folder, **told
    )


@pytest.fixture
def bucket() -> Iterator[SmallS3]:
    with SmallS3("goods", key_id="AKIATEST") as small:
        yield small


@pytest.fixture
def real_bucket() -> None:
    """One that the environment names as the catalogue would be told of it."""
    if "PICTURES_URL" not in os.environ:
        missing("s3", "name a bucket by PICTURES_URL, PICTURES_ENDPOINT, PICTURES_KEY_ID and PICTURES_KEY_SECRET")


@pytest.fixture(params=["folder", "bucket", "real_bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> PictureStore:
    if request.param == "folder":
        return store_of(settings(tmp_path))
    named = request.getfixturevalue(request.param)
    return store_of(settings(tmp_path, **(named.told if isinstance(named, SmallS3) else {})))


async def test_what_was_put_is_found_and_nothing_else(store: PictureStore) -> None:
    await store.put(DIGEST, RENDERED)
    await store.put(DIGEST, RENDERED)

    for name, content in RENDERED.files.items():
        assert await store.get(DIGEST, name) == content
    assert await store.get(DIGEST, "640.jpg") is None
    assert await store.get("00" * 32, "320.jpg") is None


async def test_what_was_forgotten_is_gone(store: PictureStore) -> None:
    await store.put(DIGEST, RENDERED)
    await store.put("5f" * 32, RENDERED)

    await store.forget(DIGEST)
    await store.forget(DIGEST)

    assert await store.get(DIGEST, "320.jpg") is None
    assert await store.get("5f" * 32, "320.jpg") == b"jpeg"


async def test_a_bucket_is_asked_in_our_name(bucket: SmallS3, tmp_path: Path) -> None:
    store = store_of(settings(tmp_path, **bucket.told | {"pictures_key_id": "AKIASOMEBODY"}))

    with pytest.raises(PermissionDeniedError):
        await store.put(DIGEST, RENDERED)
    assert not bucket.objects
