"""Where the files of pictures lie: a folder, or a bucket of any store that speaks S3, behind one client."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, ObjectStore, S3Store

from services.catalog.pictures.renditions import Rendered
from services.catalog.settings import Settings

if TYPE_CHECKING:  # The client's own words for its options are there for the checker alone.
    from obstore.store import ClientConfig, RetryConfig, S3Config

PATIENCE = timedelta(seconds=10)  # Somebody waits for the picture; a task is tried again.


class PictureStore:
    """Files are written once, under the digest of the picture they were made of, and never changed."""

    def __init__(self, files: ObjectStore) -> None:
        self._files = files

    async def put(self, digest: str, rendered: Rendered) -> None:
        """Writing the same once more changes nothing."""
        for name, content in rendered.files.items():
            await obstore.put_async(self._files, _path(digest, name), content)

    async def get(self, digest: str, name: str) -> bytes | None:
        try:
            found = await obstore.get_async(self._files, _path(digest, name))
        except (NotFoundError, FileNotFoundError):
            return None
        return bytes(await found.bytes_async())

    async def forget(self, digest: str) -> None:
        """All its files; whether there are any does not matter."""
        paths = [one["path"] async for some in obstore.list(self._files, _path(digest, "")) for one in some]
        if paths:
            await obstore.delete_async(self._files, paths)


def store_of(settings: Settings) -> PictureStore:
    """The bucket that the settings name, or else a folder beside the room's other data."""
    if settings.pictures_url is None:
        return PictureStore(LocalStore(settings.data_folder / "pictures", mkdir=True))
    options: ClientConfig = {"allow_http": _is_plain(settings.pictures_endpoint), "timeout": PATIENCE}
    retries: RetryConfig = {"max_retries": 2, "retry_timeout": PATIENCE}
    return PictureStore(
        S3Store.from_url(settings.pictures_url, config=_config(settings), client_options=options, retry_config=retries)
    )


def _config(settings: Settings) -> S3Config:
    """Without a key it is found as Amazon's own tools find one."""
    # Not every store that speaks S3 deletes several files at once.
    config: S3Config = {"region": settings.pictures_region, "disable_bulk_delete": True}
    if settings.pictures_endpoint:
        config["endpoint"] = settings.pictures_endpoint
    if settings.pictures_key_id and settings.pictures_key_secret:
        config["access_key_id"] = settings.pictures_key_id
        config["secret_access_key"] = settings.pictures_key_secret.get_secret_value()
    return config


def _is_plain(endpoint: str | None) -> bool:
    """A store within our own walls may answer without TLS."""
    return endpoint is not None and endpoint.startswith("http://")


def _path(digest: str, name: str) -> str:
    return f"{digest[:2]}/{digest}/{name}"
