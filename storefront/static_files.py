"""Style sheet, scripts and drawings, read once and served under names that carry their content's hash."""

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

FOREVER = "public, max-age=31536000, immutable"
NAMED = re.compile(r'url\("([^"/]+)"\)')
FOLDER = Path(__file__).parent / "static"


@dataclass(frozen=True)
class StaticFile:
    content: bytes
    media_type: str
    url: str


class StaticFiles:
    def __init__(self, folder: Path = FOLDER) -> None:
        # The style sheet comes last: it names the drawings, and must name them by their hashed address.
        paths = sorted((path for path in folder.iterdir() if path.is_file()), key=lambda path: path.suffix == ".css")
        self._by_name: dict[str, StaticFile] = {}
        for path in paths:
            self._by_name[path.name] = self._read(path)
        self._by_url = {file.url: file for file in self._by_name.values()}

    def url(self, name: str) -> str:
        return self._by_name[name].url

    def text(self, name: str) -> str:
        return self._by_name[name].content.decode()

    async def serve(self, request: Request) -> Response:
        file = self._by_url.get(request.url.path)
        if file is None:
            raise HTTPException(404)
        return Response(file.content, media_type=file.media_type, headers={"cache-control": FOREVER})

    def _read(self, path: Path) -> StaticFile:
        content = path.read_bytes()
        if path.suffix == ".css":
            content = NAMED.sub(lambda found: f'url("{self.url(found[1])}")', content.decode()).encode()
        digest = hashlib.sha256(content).hexdigest()[:12]
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return StaticFile(content, media_type, f"/static/{path.stem}.{digest}{path.suffix}")
