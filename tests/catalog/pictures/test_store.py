"""One store behind two kinds of places: a folder, and a bucket of whatever speaks S3."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from obstore.exceptions import PermissionDeniedError
from pydantic import SecretStr

from chassis.testing import public_key_pem
from services.catalog.pictures.renditions import Rendered
from services.catalog.pictures.store import PictureStore, store_of
from services.catalog.settings import Settings
from tests.catalog.pictures.s3_server import s3_server
from tests.catalog.pictures.small_s3 import SmallS3

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


@pytest.fixture(scope="module")
def real_bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """In a server that is not of our making."""
    with s3_server(tmp_path_factory.mktemp("s3")) as told:
        yield told


@pytest.fixture(params=["folder", "bucket", "real_bucket"])
def told(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The catalogue's settings for each kind of place."""
    if request.param == "folder":
        return {"pictures_url": None}
    named = request.getfixturevalue(request.param)
    return named.told if isinstance(named, SmallS3) else dict(named)


@pytest.fixture
def store(told: dict[str, Any], tmp_path: Path) -> PictureStore:
    return store_of(settings(tmp_path, **told))


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


@pytest.mark.parametrize("told", ["bucket", "real_bucket"], indirect=True)
async def test_a_bucket_is_asked_in_our_name(told: dict[str, Any], tmp_path: Path) -> None:
    stranger = told | {"pictures_key_id": "AKIASOMEBODY", "pictures_key_secret": SecretStr("guessed")}
    digest = "60" * 32

    with pytest.raises(PermissionDeniedError):
        await store_of(settings(tmp_path, **stranger)).put(digest, RENDERED)
    assert await store_of(settings(tmp_path, **told)).get(digest, "320.jpg") is None


async def test_a_key_of_ours_with_another_secret_is_turned_away(real_bucket: dict[str, Any], tmp_path: Path) -> None:
    """The small S3 judges names of keys, and no signature."""
    guessed = real_bucket | {"pictures_key_secret": SecretStr("guessed")}

    with pytest.raises(PermissionDeniedError):
        await store_of(settings(tmp_path, **guessed)).put(DIGEST, RENDERED)
