"""Goods with a picture, without the darkroom: for tests of what is told of pictures, not of how they are made."""

from chassis.database import Database

DIGEST = "d" * 64
COVER = f"/pictures/{DIGEST}/1280.jpg"

_MADE = "INSERT INTO pictures (digest, width, height, made_at) VALUES ($1, 1280, 960, now()) ON CONFLICT DO NOTHING"
_HUNG = """
    INSERT INTO product_pictures (product_id, position, digest, alt)
    SELECT product_id, 0, $1, '' FROM products WHERE cover IS NULL
"""
_SHOWN = "UPDATE products SET cover = $1 WHERE cover IS NULL"


async def hang_one_on_each(database: Database) -> None:
    """Every product that has none gets the same picture."""
    await database.fetch(_MADE, DIGEST)
    await database.fetch(_HUNG, DIGEST)
    await database.fetch(_SHOWN, COVER)
