"""What a drawn picture shows: one small drawing per kind of goods, and the words by which a kind is known.

The drawings are in `motif/`, each laid out in a square of 400 units: `{a}` is the main colour, `{b}` the accent,
`{d}` dark, `{l}` light.
"""

import re
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

# Beginnings of words, and the drawing that they ask for.
WORDS: Final[dict[str, str]] = {
    beginning: motif
    for motif, beginnings in {
        "chocolate": "choco cocoa confection sweet candy praline truffle",
        "bread": "bread bak cake pastr biscuit loaf loaves sourdough cookie brioche oatcake roll bun",
        "cheese": "chees dairy butter yoghurt yogurt milk gouda cheddar feta brie",
        "cup": "coffee tea teas cup mug espresso chai",
        "jar": "honey jam jams preserve spread pickle sauce condiment spice salt chutney marmalade pesto skin balm",
        "bottle": "wine beer cider drink oil oils bottle juice vinegar spirit ale stout syrup lemonade shampoo",
        "fish": "fish sardine salmon tuna mackerel",
        "carrot": "vegetable carrot root beet potato onion kale tomato salad",
        "apple": "fruit apple orchard pear cherr plum berr",
        "sack": "flour grain bean pulse rice pasta lentil nut nuts almond cereal muesli oat oats food pantry seed",
        "shoe": "shoe boot footwear sneaker clog sandal slipper",
        "trousers": "trouser jean pants legging shorts",
        "dress": "dress skirt gown pinafore",
        "yarn": "yarn wool knit textile fabric blanket weav throw towel linen bed cushion craft rug",
        "hat": "hat hats cap beanie scarf sock glove",
        "bag": "bag tote backpack wallet purse",
        "ring": "jewel ring earring necklace bracelet pendant",
        "shirt": "cloth apparel shirt tee top tops sweater jacket coat outerwear hoodie jumper pullover",
        "book": "book magazine zine novel atlas notebook journal",
        "card": "print poster card stationery paper calendar envelope",
        "pot": "ceramic pot pots kitchen bowl glass vase plate pan home jug",
        "soap": "soap bath body clean detergent wash brush",
        "candle": "candle lamp light wax lantern decor",
        "flower": "flower bouquet bulb tulip",
        "plant": "plant garden herb tree",
        "chair": "furniture chair stool bench table shelf desk wood",
        "blocks": "toy toys game play puzzle block rattle",
        "wheel": "bike bicycle cycl sport wheel saddle pannier",
        "tool": "tool tools spade hammer repair knife trowel",
        "chip": "electronic radio solar charger headphone keyboard",
        "record": "music record vinyl album",
        "paw": "pet pets dog cat bird",
    }.items()
    for beginning in beginnings.split()
}
EXACT_UP_TO: Final = 4  # letters; a shorter beginning would be found in words that mean something else

# Kinds so wide that the thing's own name says more.
WIDE: Final = frozenset(
    {
        *("food", "fruit-and-vegetables", "sweets-and-snacks", "meat-fish-and-eggs", "drinks", "clothing", "home"),
        *(
            "trousers-skirts-and-dresses",
            "kitchen-and-table",
            "bed-bath-and-linen",
            "candles-and-decor",
            "garden",
            "garden-tools",
            "body",
        ),
        *(
            "books-and-paper",
            "crafts-and-music",
            "craft-supplies",
            "sport-and-bicycles",
            "tools-and-electronics",
            "other",
        ),
    }
)


def motif_of(key: str) -> str:
    """By the kind before `__` and the name after it; in a name the last word is what it is, a honey cake is a cake."""
    kind, _, name = key.lower().partition("__")
    by_kind, by_name = first_known(words(kind)), first_known(words(name)[::-1])
    return (by_name or by_kind if kind in WIDE else by_kind or by_name) or "parcel"


def words(text: str) -> list[str]:
    return re.split(r"[^a-z0-9]+", text)


def first_known(among: list[str]) -> str | None:
    return next((motif for word in among if (motif := motif_for(word))), None)


def motif_for(word: str) -> str | None:
    if found := WORDS.get(word) or WORDS.get(word.removesuffix("s")):
        return found
    beginnings = (word[:length] for length in range(len(word), EXACT_UP_TO - 1, -1))
    return next((WORDS[beginning] for beginning in beginnings if beginning in WORDS), None)
