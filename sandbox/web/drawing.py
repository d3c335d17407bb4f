"""Pictures on the web servers of the demo names: drawn from the address that asks for them, and small."""

import hashlib
import re
import struct
import zlib

ADDRESS = re.compile(r"/pictures/[a-z0-9-]{1,60}\.png")
WIDTH, HEIGHT = 240, 180


def drawn(address: str) -> bytes:
    """The same address gives the same PNG, stripes in two colours of its own."""
    digest = hashlib.sha256(address.encode()).digest()
    light, dark, stripe = digest[:3], digest[3:6], 12 + digest[6] % 24
    rows = [
        b"\0" + b"".join(light if (across + down) // stripe % 2 else dark for across in range(WIDTH))
        for down in range(HEIGHT)
    ]
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
