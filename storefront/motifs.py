"""What a drawn picture shows: one small drawing per kind of goods, and the words by which a kind is known.

The drawings are in `motif/`, each laid out in a square of 400 units.
`{a}` is the main colour, `{b}` the accent, `{d}` dark, `{l}` light.
"""

from pathlib import Path
from typing import Final

MOTIFS: Final = {
    path.stem: path.read_text().replace("\n", "") for path in sorted((Path(__file__).parent / "motif").glob("*.svg"))
}

# Things that look odd in any colour but their own; the rest take any hue of the shelf.
NATURAL: Final[dict[str, tuple[int, ...]]] = {
    "bread": (26, 30, 34),
    "cheese": (42, 46, 50),
    "carrot": (18, 22, 26),
    "apple": (2, 10, 354, 84, 96),
    "chocolate": (16, 20, 24),
    "jar": (24, 36, 348, 12),
    "sack": (30, 36, 40),
    "plant": (104, 122, 140),
    "chair": (22, 28, 34),
    "fish": (192, 206, 218),
}

# The first kind one of whose words is part of the picture's key.
WORDS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("chocolate", ("chocolate", "cocoa", "confection", "sweet", "candy")),
    ("bread", ("bread", "bak", "cake", "pastr", "biscuit", "loaf")),
    ("cheese", ("cheese", "dairy", "butter", "yoghurt", "yogurt", "milk", "egg")),
    ("cup", ("coffee", "tea", "cup", "mug", "herbal")),
    ("jar", ("honey", "jam", "preserve", "pantry", "spread", "pickle", "sauce", "condiment", "spice")),
    ("bottle", ("wine", "beer", "cider", "drink", "oil", "bottle", "juice", "vinegar", "spirit", "beverage")),
    ("fish", ("fish", "sea", "seafood")),
    ("carrot", ("veg", "carrot", "produce", "root", "salad")),
    ("apple", ("fruit", "apple", "orchard", "berr")),
    ("sack", ("flour", "grain", "bean", "pulse", "rice", "pasta", "seed", "nut", "cereal", "food", "grocer")),
    ("shoe", ("shoe", "boot", "footwear", "leather")),
    ("trousers", ("trouser", "jean", "pants", "bottoms")),
    ("yarn", ("yarn", "wool", "knit", "textile", "fabric", "blanket", "weav")),
    ("bag", ("bag", "tote", "accessor", "jewel")),
    ("shirt", ("cloth", "apparel", "shirt", "wear", "fashion", "men", "women", "kids", "top")),
    ("card", ("print", "poster", "card", "art", "stationery", "paper")),
    ("book", ("book", "magazine", "media", "zine", "publish", "notebook")),
    ("pot", ("ceramic", "pot", "kitchen", "table", "bowl", "glass", "craft", "home")),
    ("soap", ("soap", "body", "care", "beauty", "cosmetic", "clean", "bath", "health")),
    ("candle", ("candle", "light", "wax", "lamp")),
    ("flower", ("flower", "gift", "bouquet")),
    ("plant", ("plant", "garden", "herb")),
    ("chair", ("furniture", "wood", "chair", "joiner", "house")),
    ("blocks", ("toy", "child", "game", "play", "baby")),
    ("wheel", ("bike", "bicycle", "cycl", "sport", "outdoor", "transport")),
    ("tool", ("tool", "hardware", "repair")),
    ("chip", ("electronic", "tech", "software", "computer", "phone", "solar", "energy")),
)


def motif_of(key: str) -> str:
    key = key.lower()
    return next((motif for motif, words in WORDS if any(word in key for word in words)), "parcel")
