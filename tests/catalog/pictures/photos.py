"""Pictures drawn for tests, and files that only pretend to be some."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms

RED, GREEN, BLUE = (200, 30, 30), (30, 160, 60), (30, 60, 200)


def photo(width: int = 800, height: int = 600, kind: str = "JPEG", **told: Any) -> bytes:
    """Red on the left, green on the right, so that one sees how it is held."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(GREEN, (width // 2, 0, width, height))
    return saved(picture, kind, **told)


def saved(picture: Image.Image, kind: str, **told: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **told)
    return out.getvalue()


def held(orientation: int) -> bytes:
    """A photo whose camera says how it was held, where it was, and what its owner is called."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = "PLANTED-OWNER"
    exif.get_ifd(0x8825)[1] = "N"
    return photo(exif=exif, comment=b"PLANTED-COMMENT")


def see_through() -> bytes:
    picture = Image.new("RGBA", (400, 400), (*BLUE, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 200, 400))
    return saved(picture, "PNG")


def held_in_words() -> bytes:
    """A camera that says in letters how it was held, where a number belongs."""
    return held(6).replace(b"\x01\x12\x00\x03", b"\x01\x12\x00\x02")


def sixteen_bits(colour: int, channels: int) -> bytes:
    """A grey PNG of 200 × 200 pixels with sixteen bits in each of its channels."""
    row = b"\0" + b"\x80\x00" * (200 * channels)
    header = struct.pack(">IIBBBBB", 200, 200, 16, colour, 0, 0, 0)
    body = _chunk(b"IDAT", zlib.compress(row * 200)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + body


def avif_that_begins_like_heic() -> bytes:
    return photo(200, 200, "AVIF").replace(b"ftypavif", b"ftypmif1", 1)


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (200, 200), colour) for colour in (RED, GREEN, BLUE)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def with_profile() -> bytes:
    return photo(icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())


def png(width: int, height: int, *, rows: int | None = None) -> bytes:
    """A PNG that says its size and holds so many rows of nothing: forty megapixels of it are forty kilobytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(6)
    row = bytes(1 + width * 3)
    body = b"".join(packer.compress(row) for _ in range(height if rows is None else rows)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def png_with_text_bomb() -> bytes:
    """Its comment unpacks to a hundred megabytes."""
    text = b"Comment\x00\x00" + zlib.compress(bytes(100_000_000), 6)
    head, tail = photo(200, 200, "PNG")[:33], photo(200, 200, "PNG")[33:]
    return head + _chunk(b"zTXt", text) + tail


def gif_with_giant_frame() -> bytes:
    """A screen of one size, and a frame on it that says another."""
    small = bytearray(photo(200, 200, "GIF"))
    at = small.index(b",", 13)
    small[at + 5 : at + 9] = struct.pack("<HH", 65_000, 65_000)
    return bytes(small)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
