"""As much of S3 as the store needs: objects put, read, listed and deleted, each request signed by the right key."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from pydantic import SecretStr

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


class SmallS3:
    """One bucket on a port of loopback, for as long as the context lasts."""

    def __init__(self, bucket: str, *, key_id: str) -> None:
        self.objects: dict[str, bytes] = {}
        self.bucket, self.key_id = bucket, key_id
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"store": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def told(self) -> dict[str, Any]:
        """The catalogue's settings for it."""
        return {
            "pictures_url": f"s3://{self.bucket}/pictures",
            "pictures_endpoint": f"http://127.0.0.1:{self._server.server_port}",
            "pictures_key_id": self.key_id,
            "pictures_key_secret": SecretStr("secret"),
        }

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: SmallS3

    def log_message(self, *_: object) -> None:
        """Tests say enough."""

    def do_PUT(self) -> None:
        if self._is_ours():
            self.store.objects[self._key()] = self._body()
            self._answer(200, headers={"ETag": '"1"'})

    def do_GET(self) -> None:
        if not self._is_ours():
            pass
        elif "list-type" in self.path:
            self._answer(200, self._listed(parse_qs(urlsplit(self.path).query)["prefix"][0]))
        elif (content := self.store.objects.get(self._key())) is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self._answer(200, content, {"ETag": '"1"', "Last-Modified": "Thu, 26 Nov 2026 05:00:00 GMT"})

    def do_DELETE(self) -> None:
        if self._is_ours():
            self.store.objects.pop(self._key(), None)
            self._answer(204)

    def _is_ours(self) -> bool:
        signed = self.headers.get("Authorization", "").startswith(f"AWS4-HMAC-SHA256 Credential={self.store.key_id}/")
        if not signed:
            self._body()
            self._answer(403, b"<Error><Code>InvalidAccessKeyId</Code></Error>")
        return signed

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix(f"/{self.store.bucket}/")

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _listed(self, prefix: str) -> bytes:
        return f'<ListBucketResult xmlns="{NAMESPACE}">{"".join(self._entries(prefix))}</ListBucketResult>'.encode()

    def _entries(self, prefix: str) -> Iterator[str]:
        for key, content in self.store.objects.items():
            if key.startswith(prefix):
                when = "2026-11-26T05:00:00.000Z"
                told = f"<Key>{escape(key)}</Key><LastModified>{when}</LastModified><ETag>1</ETag>"
                yield f"<Contents>{told}<Size>{len(content)}</Size></Contents>"

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
