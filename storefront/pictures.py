"""Draws a picture for goods that have none: the same key always gives the same drawing."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from storefront.motifs import MOTIFS, NATURAL, motif_of
from storefront.static_files import FOREVER

KEY_LENGTH: Final = 160
KEY: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{KEY_LENGTH}}}")
NOT_A_KEY: Final = re.compile(r"[^A-Za-z0-9_-]+")

# Earthy and bright hues that sit well beside each other on one shelf.
HUES: Final = (14, 28, 40, 52, 78, 104, 142, 168, 192, 212, 338, 356)

BACKGROUNDS: Final = tuple(
    path.read_text().replace("\n", "") for path in sorted((Path(__file__).parent / "backdrop").glob("*.svg"))
)


async def serve(request: Request) -> Response:
    key = str(request.path_params["key"])
    if not KEY.fullmatch(key):
        raise HTTPException(404)
    return Response(drawn(key), media_type="image/svg+xml", headers={"cache-control": FOREVER})


def picture_url(picture: str | None, *named: str | None) -> str:
    """Our own pictures only: an address elsewhere would tell that place who looks at what."""
    if picture and picture.startswith("/pictures/"):
        return picture
    named_so = picture or "/".join(name for name in named if name)
    key = "__".join(NOT_A_KEY.sub("-", part) for part in named_so.split("/"))[:KEY_LENGTH].strip("-_")
    return f"/pictures/{key or 'goods'}.svg"


@lru_cache(maxsize=2048)
def drawn(key: str) -> str:
    digest = hashlib.sha256(key.encode()).digest()
    motif = motif_of(key)
    hues = NATURAL.get(motif, HUES)
    colours = palette(HUES[digest[0] % len(HUES)], hues[digest[5] % len(hues)], digest[1])
    background = BACKGROUNDS[digest[2] % len(BACKGROUNDS)]
    tilt = digest[3] % 13 - 6
    scale = 0.94 + digest[4] % 16 / 100
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="400" height="400">'
        f'<rect width="400" height="400" fill="{colours["g"]}"/>'
        f"{background.format(**colours)}"
        f'<ellipse cx="200" cy="316" rx="{112 * scale:.0f}" ry="15" fill="{colours["d"]}" fill-opacity=".16"/>'
        f'<g transform="translate(200 204) rotate({tilt}) scale({scale:.2f}) translate(-200 -204)">'
        f"{MOTIFS[motif].format(**colours)}</g></svg>"
    )


def palette(ground: int, hue: int, turn: int) -> dict[str, str]:
    """Ground and shape behind in one hue; main, dark and light in the thing's own; an accent across the wheel."""
    other = (hue + (150, 180, 30, 210, 330)[turn % 5]) % 360
    return {
        "g": f"hsl({ground},46%,91%)",
        "s": f"hsl({ground},46%,83%)",
        "a": f"hsl({hue},46%,{44 + turn % 9}%)",
        "b": f"hsl({other},54%,{54 + turn % 7}%)",
        "d": f"hsl({hue},38%,24%)",
        "l": f"hsl({hue},60%,96%)",
    }
