"""Makes of anybody's picture our own files: a few sizes, each in three formats, with nothing in them but the picture.

Run as a module it does so for what comes in, in a process that may take so much memory and time and no more. It
imports nothing of the house: whatever a hostile file does, it does there.
"""

import io
import json
import os
import resource
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

WIDTHS = (320, 640, 1280)
# AVIF at this speed takes a fifth of the time of one slower, and a tenth more bytes.
FORMATS: Mapping[str, Mapping[str, object]] = {
    "avif": {"format": "AVIF", "quality": 58, "speed": 9, "max_threads": 1},
    "webp": {"format": "WEBP", "quality": 78, "method": 4},
    "jpg": {"format": "JPEG", "quality": 80, "progressive": True, "optimize": True},
}
READ = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
# How a camera was held, and what brings its picture upright.
TURNS: Mapping[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING = {5, 6, 7, 8}

MOST_BYTES = 15_000_000
MOST_PIXELS = 40_000_000  # A phone's camera has twelve to fifty million; each is four bytes of memory.
TOO_MANY = f"It has more than the {MOST_PIXELS // 1_000_000} million pixels that are taken. Please save it smaller."
SHORTEST_SIDE = 100
LONGEST_TIMES = 5  # A strip longer than so many times its width fits no page.

MEMORY = 1 << 30
SECONDS = 20
NICENESS = 5  # Whoever buys comes first; with more of it a busy house would make no picture at all.


class NotOurPicture(Exception):
    """It is not taken, for this reason; a sentence for people."""


@dataclass(frozen=True)
class Rendered:
    """`width` and `height` are those of the largest; `files` by name, such as `640.webp`."""

    width: int
    height: int
    files: Mapping[str, bytes]


def render(original: bytes) -> Rendered:
    """The same bytes give the same files; raises NotOurPicture."""
    _require_a_picture(original)
    with _opened(original) as opened:
        _require_sizes(*opened.size)
        try:
            base = _largest(opened)
        except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
            raise NotOurPicture("The picture is damaged, or cut short: it cannot be read to its end.") from error
    return Rendered(base.width, base.height, dict(_files(base)))


# What is told apart by how it begins; a picture's own formats are Pillow's to know.
BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"<svg", "This is an SVG drawing. Please save it as PNG."),
    (b"<?xml", "This is an SVG drawing or another XML file. Please save the picture as JPEG or PNG."),
    (b"<", "This is a web page and not a picture. Name the address of the picture itself."),
    (b"%PDF", "This is a PDF. Please save the picture as JPEG or PNG."),
)
HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")
AVIF = {b"avif", b"avis"}


def _require_a_picture(original: bytes) -> None:
    if not original:
        raise NotOurPicture("There is nothing in the file.")
    if len(original) > MOST_BYTES:
        raise NotOurPicture(f"A picture may have up to {MOST_BYTES // 1_000_000} MB.")
    head = original[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for beginning, sentence in BEGINNINGS:
        if head.startswith(beginning.lower()):
            raise NotOurPicture(sentence)
    if original[4:8] == b"ftyp" and original[8:12] in HEIC and not AVIF & set(_brands(original)):
        raise NotOurPicture("This is a HEIC photo. Please save it as JPEG.")


def _brands(original: bytes) -> list[bytes]:
    """What else a file of this family says it is: an AVIF may begin as a HEIC does."""
    length = min(int.from_bytes(original[:4], "big"), 64)
    return [original[at : at + 4] for at in range(16, length, 4)]


def _opened(original: bytes) -> Image.Image:
    """Its header is read, and no pixel of it."""
    try:
        return Image.open(io.BytesIO(original), formats=READ)
    except UnidentifiedImageError as error:
        raise NotOurPicture("This is not a picture that is known here. JPEG, PNG, WebP, AVIF and GIF are.") from error
    except Image.DecompressionBombError as error:
        raise NotOurPicture(TOO_MANY) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise NotOurPicture("The picture is damaged: not even its beginning can be read.") from error


def _require_sizes(width: int, height: int) -> None:
    """By what the header says, before a pixel of it is unpacked."""
    if width * height > MOST_PIXELS:
        raise NotOurPicture(TOO_MANY)
    if min(width, height) < SHORTEST_SIDE:
        raise NotOurPicture(f"It has {width} × {height} pixels. Each side must have {SHORTEST_SIDE} or more.")
    if max(width, height) > LONGEST_TIMES * min(width, height):
        raise NotOurPicture(f"It is more than {LONGEST_TIMES} times as long as wide. Please cut it.")


def _largest(opened: Image.Image) -> Image.Image:
    """Upright, in sRGB, as wide as our widest or as it is; a new picture, so that nothing hidden comes along."""
    scale = min(1.0, WIDTHS[-1] / _upright_width(opened))
    wanted = tuple(max(1, round(side * scale)) for side in opened.size)
    # A JPEG is unpacked at a half, a quarter or an eighth of its size, as far as that is enough.
    opened.draft(opened.mode, (wanted[0], wanted[1]))
    opened.load()
    profile = opened.info.get("icc_profile")
    small = _in_eight_bits(opened).resize((wanted[0], wanted[1]), Image.Resampling.LANCZOS, reducing_gap=3.0)
    if (turn := TURNS.get(_orientation(opened))) is not None:
        small = small.transpose(turn)
    small = _in_srgb(small, profile)
    clean = Image.new(small.mode, small.size)
    clean.paste(small)
    return clean


def _upright_width(opened: Image.Image) -> int:
    return opened.height if _orientation(opened) in LYING else opened.width


def _orientation(opened: Image.Image) -> int:
    told = opened.getexif().get(ExifTags.Base.Orientation)
    return told if isinstance(told, int) else 1


def _in_eight_bits(opened: Image.Image) -> Image.Image:
    """RGBA where something can be seen through, else RGB; CMYK stays until its colours are known."""
    if opened.mode.startswith("I"):
        return opened.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if opened.mode in {"RGBA", "LA", "PA"} or "transparency" in opened.info:
        return opened.convert("RGBA")
    return opened if opened.mode in {"RGB", "CMYK"} else opened.convert("RGB")


def _in_srgb(small: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if small.mode == "RGBA" else "RGB"
    if profile:
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(small, given, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError):
            turned = None  # A profile that is none, or of another kind of colours, says nothing.
        small = turned or small
    small = small if small.mode == mode else small.convert(mode)
    return small.convert("RGB") if mode == "RGBA" and small.getchannel("A").getextrema() == (255, 255) else small


def _files(base: Image.Image) -> Iterator[tuple[str, bytes]]:
    for width in [*(one for one in WIDTHS if one < base.width), base.width]:
        height = max(1, round(base.height * width / base.width))
        small = base if width == base.width else base.resize((width, height), Image.Resampling.LANCZOS)
        for ending, told in FORMATS.items():
            out = io.BytesIO()
            (_on_white(small) if ending == "jpg" else small).save(out, **told)  # type: ignore[arg-type]
            yield f"{width}.{ending}", out.getvalue()


def _on_white(small: Image.Image) -> Image.Image:
    """JPEG knows nothing one can see through."""
    if small.mode != "RGBA":
        return small
    ground = Image.new("RGB", small.size, "white")
    ground.paste(small, mask=small.getchannel("A"))
    return ground


def main() -> None:
    """Reads a picture and writes a line of JSON and then the files, or the reason why not."""
    if sys.platform == "linux":  # Elsewhere this limit is not to be had.
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    os.nice(NICENESS)
    try:
        rendered = render(sys.stdin.buffer.read(MOST_BYTES + 1))
    except NotOurPicture as refused:
        told: dict[str, object] = {"refused": str(refused)}
        files: Mapping[str, bytes] = {}
    else:
        told = {"width": rendered.width, "height": rendered.height}
        files = rendered.files
    told["files"] = [[name, len(content)] for name, content in files.items()]
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + b"".join(files.values()))


if __name__ == "__main__":
    main()
