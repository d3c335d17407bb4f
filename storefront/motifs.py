"""What a drawn picture shows: one small drawing per kind of goods, and the words by which a kind is known.

Each is laid out in a square of 400 units. `{a}` is the main colour, `{b}` the accent, `{d}` dark, `{l}` light.
"""

from typing import Final

MOTIFS: Final[dict[str, str]] = {
    "bread": '<path fill="{a}" d="M92 268v-66c0-44 32-68 68-68h80c36 0 68 24 68 68v66a18 18 0 0 1-18 18H110a18 18 0 0 1-18-18z"/>'
    '<path fill="{b}" d="M104 214c0-42 24-64 56-64h80c32 0 56 22 56 64-30-14-162-14-192 0z"/>'
    '<g stroke="{l}" stroke-width="10" stroke-linecap="round"><path d="M142 200l28-34"/><path d="M190 198l28-34"/><path d="M238 200l28-34"/></g>',
    "cheese": '<path fill="{b}" d="M84 226l196-92c24 4 40 30 40 60v32z"/><path fill="{a}" d="M84 226h236v54a10 10 0 0 1-10 10H94a10 10 0 0 1-10-10z"/>'
    '<g fill="{d}" fill-opacity=".35"><circle cx="140" cy="258" r="14"/><circle cx="206" cy="250" r="9"/><circle cx="264" cy="262" r="17"/><ellipse cx="240" cy="188" rx="20" ry="10"/></g>',
    "jar": '<rect x="138" y="112" width="124" height="30" rx="8" fill="{d}"/>'
    '<path fill="{a}" d="M130 150h140c14 14 20 26 20 44v76c0 14-10 24-24 24H134c-14 0-24-10-24-24v-76c0-18 6-30 20-44z"/>'
    '<rect x="132" y="200" width="136" height="62" rx="8" fill="{l}"/><path stroke="{b}" stroke-width="8" stroke-linecap="round" d="M154 222h92M168 242h64"/>',
    "bottle": '<rect x="178" y="84" width="44" height="24" rx="6" fill="{b}"/><path fill="{a}" d="M182 106h36v48c0 18 34 26 34 66v62a16 16 0 0 1-16 16h-72a16 16 0 0 1-16-16v-62c0-40 34-48 34-66z"/>'
    '<rect x="148" y="214" width="104" height="54" fill="{l}"/><path fill="{b}" d="M200 222l18 19-18 19-18-19z"/>',
    "cup": '<path d="M272 184h20a34 34 0 0 1 0 68h-26" fill="none" stroke="{a}" stroke-width="18"/><path fill="{a}" d="M112 164h168v66a58 58 0 0 1-58 58h-52a58 58 0 0 1-58-58z"/>'
    '<ellipse cx="196" cy="166" rx="84" ry="18" fill="{d}"/><rect x="104" y="294" width="188" height="14" rx="7" fill="{b}"/>'
    '<g fill="none" stroke="{b}" stroke-width="9" stroke-linecap="round"><path d="M168 134c-14-18 14-26 0-46"/><path d="M218 134c-14-18 14-26 0-46"/></g>',
    "sack": '<path fill="{a}" d="M132 152c-34 42-42 88-32 128 2 10 10 16 20 16h160c10 0 18-6 20-16 10-40 2-86-32-128z"/>'
    '<path fill="{b}" d="M128 112c24 16 44-8 72 4 28-12 48 12 72-4l-8 40H136z"/><circle cx="200" cy="228" r="40" fill="{l}"/>'
    '<path fill="{b}" d="M200 200c18 14 18 42 0 56-18-14-18-42 0-56z"/>',
    "apple": '<path fill="{a}" d="M200 150c40-26 100-2 100 58 0 50-34 92-64 92-16 0-22-8-36-8s-20 8-36 8c-30 0-64-42-64-92 0-60 60-84 100-58z"/>'
    '<path d="M200 152c-2-24 4-40 16-54" fill="none" stroke="{d}" stroke-width="10" stroke-linecap="round"/><path fill="{b}" d="M214 128c14-34 48-38 66-30-6 26-36 42-66 30z"/>'
    '<ellipse cx="146" cy="196" rx="12" ry="22" fill="{l}" fill-opacity=".55" transform="rotate(18 146 196)"/>',
    "carrot": '<g fill="{b}"><path d="M236 152c-16-30-10-58 6-74 16 22 14 50 2 76z"/><path d="M246 156c6-34 28-54 54-56 0 28-18 52-46 62z"/><path d="M252 166c24-18 50-18 66-4-14 20-42 24-64 12z"/></g>'
    '<path fill="{a}" d="M216 146c20-14 58 22 44 44-22 36-88 92-140 106-8 2-14-4-12-12 14-52 66-116 108-138z"/>'
    '<g stroke="{d}" stroke-opacity=".4" stroke-width="7" stroke-linecap="round"><path d="M190 176l18 14M224 222l-22-20M150 232l20 14"/></g>',
    "fish": '<path fill="{a}" d="M78 204c40-62 128-72 190-8l48-40c8 30 8 66 0 96l-48-40c-62 64-150 54-190-8z"/><circle cx="126" cy="194" r="9" fill="{l}"/>'
    '<g fill="none" stroke="{b}" stroke-width="8" stroke-linecap="round"><path d="M164 176c12 18 12 38 0 56M198 172c14 20 14 44 0 64M232 180c8 16 8 32 0 48"/></g>',
    "chocolate": '<rect x="122" y="100" width="156" height="204" rx="12" fill="{d}"/><g fill="{a}"><rect x="136" y="114" width="58" height="40" rx="6"/><rect x="206" y="114" width="58" height="40" rx="6"/><rect x="136" y="164" width="58" height="40" rx="6"/><rect x="206" y="164" width="58" height="40" rx="6"/></g>'
    '<path fill="{b}" d="M114 216l22-12 22 12 22-12 22 12 22-12 22 12 22-12 18 10v80a14 14 0 0 1-14 14H128a14 14 0 0 1-14-14z"/><rect x="146" y="240" width="108" height="36" rx="6" fill="{l}"/>',
    "shirt": '<path fill="{a}" d="M156 104l-66 38 26 54 24-12v108a12 12 0 0 0 12 12h96a12 12 0 0 0 12-12V184l24 12 26-54-66-38c-10 22-78 22-88 0z"/>'
    '<path d="M156 104c10 30 78 30 88 0" fill="none" stroke="{d}" stroke-width="9"/><path fill="{b}" d="M140 226h120v26H140z"/>',
    "trousers": '<path fill="{a}" d="M136 96h128l18 212h-62l-20-138-20 138h-62z"/><path fill="{d}" d="M135 96h130l3 26H132z"/><path stroke="{b}" stroke-width="7" d="M150 142l28 4M250 142l-28 4" stroke-linecap="round"/>',
    "shoe": '<path fill="{a}" d="M92 176c22 10 40 4 50-18l84 62c20 14 78 14 86 42 2 10-4 18-14 18H92z"/><path fill="{d}" d="M88 274h228v10a14 14 0 0 1-14 14H102a14 14 0 0 1-14-14z"/><path d="M160 184l-18 18M186 202l-18 18M212 220l-18 18" stroke="{b}" stroke-width="9" stroke-linecap="round"/>',
    "bag": '<path d="M150 178v-26a50 50 0 0 1 100 0v26" fill="none" stroke="{d}" stroke-width="13"/><path fill="{a}" d="M106 166h188l14 126a12 12 0 0 1-12 14H104a12 12 0 0 1-12-14z"/><path fill="{b}" d="M200 208c22-22 54 4 36 30-8 12-24 20-36 32-12-12-28-20-36-32-18-26 14-52 36-30z"/>',
    "yarn": '<circle cx="196" cy="204" r="92" fill="{a}"/><g fill="none" stroke="{l}" stroke-opacity=".75" stroke-width="8" stroke-linecap="round"><path d="M122 174c40-30 104-34 146-2M112 206c50-30 120-32 172 0M122 242c44-26 104-28 146-2"/><path d="M160 124c-26 48-26 110 4 158M216 118c34 46 42 112 16 166"/></g>'
    '<path d="M270 262c40 10 40 44 8 42s-60-12-96-2" fill="none" stroke="{b}" stroke-width="9" stroke-linecap="round"/>',
    "book": '<path fill="{a}" d="M112 100h148a24 24 0 0 1 24 24v156H136a24 24 0 0 0-24 24z" /><path fill="{d}" d="M112 304a24 24 0 0 1 24-24h148v24z"/><path fill="{l}" d="M136 286h142v12H136a6 6 0 0 1 0-12z"/>'
    '<rect x="146" y="134" width="104" height="64" rx="6" fill="{l}"/><path stroke="{b}" stroke-width="9" stroke-linecap="round" d="M164 156h68M176 176h44"/>',
    "card": '<rect x="98" y="122" width="150" height="180" rx="8" fill="{d}" fill-opacity=".5" transform="rotate(-9 170 210)"/><rect x="142" y="112" width="156" height="188" rx="8" fill="{l}"/><rect x="158" y="128" width="124" height="112" fill="{a}"/><circle cx="246" cy="162" r="18" fill="{b}"/><path fill="{d}" d="M158 240l44-58 30 34 18-18 32 42z"/><path stroke="{a}" stroke-width="8" stroke-linecap="round" d="M176 266h88M192 284h56"/>',
    "pot": '<path fill="{a}" d="M142 116h116c4 28 46 52 46 104 0 44-40 76-104 76s-104-32-104-76c0-52 42-76 46-104z"/><rect x="134" y="98" width="132" height="22" rx="10" fill="{d}"/><path d="M100 214c32 18 168 18 200 0" fill="none" stroke="{b}" stroke-width="14"/><path d="M106 242c40 18 148 18 188 0" fill="none" stroke="{l}" stroke-width="6"/>',
    "soap": '<rect x="96" y="186" width="208" height="96" rx="30" fill="{a}"/><rect x="112" y="176" width="176" height="74" rx="26" fill="{b}"/><path stroke="{l}" stroke-width="9" stroke-linecap="round" d="M154 214h92"/><g fill="none" stroke="{a}" stroke-width="7"><circle cx="150" cy="138" r="18"/><circle cx="196" cy="112" r="12"/><circle cx="236" cy="142" r="24"/></g>',
    "candle": '<rect x="146" y="172" width="108" height="128" rx="10" fill="{a}"/><ellipse cx="200" cy="174" rx="54" ry="14" fill="{l}"/><path stroke="{d}" stroke-width="6" d="M200 174v-24"/><path fill="{b}" d="M200 86c26 30 26 62 0 66-26-4-26-36 0-66z"/><rect x="146" y="214" width="108" height="46" fill="{l}"/>',
    "plant": '<path fill="{b}" d="M132 222h136l-14 70a14 14 0 0 1-14 11h-80a14 14 0 0 1-14-11z"/><rect x="122" y="206" width="156" height="24" rx="8" fill="{d}"/><g fill="{a}"><path d="M200 206c-50 4-78-26-80-68 46-4 78 22 80 68z"/><path d="M200 206c-6-52 20-88 62-100 18 44-8 92-62 100z"/><path d="M198 206c-30-30-34-76-8-112 28 30 34 74 8 112z" fill-opacity=".75"/></g>',
    "flower": '<path d="M200 200c4 40 2 70-6 104" fill="none" stroke="{d}" stroke-width="10" stroke-linecap="round"/><path fill="{d}" d="M198 270c20-36 50-40 70-34-8 30-38 44-70 34z"/><g fill="{a}"><circle cx="200" cy="118" r="36"/><circle cx="252" cy="154" r="36"/><circle cx="232" cy="214" r="36"/><circle cx="168" cy="214" r="36"/><circle cx="148" cy="154" r="36"/></g><circle cx="200" cy="172" r="30" fill="{b}"/>',
    "chair": '<g fill="{a}"><rect x="126" y="92" width="20" height="214" rx="6"/><rect x="126" y="196" width="148" height="22" rx="6"/><rect x="254" y="204" width="20" height="102" rx="6"/></g><g fill="{b}"><rect x="140" y="108" width="104" height="18" rx="6"/><rect x="140" y="142" width="104" height="18" rx="6"/><rect x="226" y="92" width="18" height="110" rx="6"/></g><path d="M146 262h110" stroke="{d}" stroke-width="10"/>',
    "blocks": '<rect x="102" y="206" width="94" height="94" rx="8" fill="{a}"/><rect x="204" y="206" width="94" height="94" rx="8" fill="{b}"/><rect x="152" y="104" width="94" height="94" rx="8" fill="{d}"/><circle cx="149" cy="253" r="24" fill="{l}"/><path fill="{l}" d="M251 226l26 50h-52z"/><rect x="180" y="132" width="38" height="38" fill="{l}"/>',
    "wheel": '<g fill="none" stroke="{a}" stroke-width="13"><circle cx="130" cy="246" r="56"/><circle cx="274" cy="246" r="56"/></g><g fill="none" stroke="{d}" stroke-width="11" stroke-linecap="round" stroke-linejoin="round"><path d="M130 246l44-92h74l26 92M174 154l28 92 46-92M130 246h72"/></g><path d="M152 140h44M236 124h34" stroke="{b}" stroke-width="14" stroke-linecap="round"/><circle cx="202" cy="246" r="14" fill="{b}"/>',
    "tool": '<path stroke="{b}" stroke-width="20" stroke-linecap="round" d="M200 106v108"/><path d="M166 102h68" stroke="{d}" stroke-width="20" stroke-linecap="round"/><path fill="{a}" d="M146 206h108v42c0 34-30 50-54 66-24-16-54-32-54-66z"/><path stroke="{l}" stroke-width="7" stroke-linecap="round" d="M200 226v54"/>',
    "chip": '<rect x="128" y="132" width="144" height="144" rx="18" fill="{a}"/><rect x="164" y="168" width="72" height="72" rx="10" fill="{l}"/><g stroke="{d}" stroke-width="11" stroke-linecap="round"><path d="M160 112v18M200 112v18M240 112v18M160 278v18M200 278v18M240 278v18M108 164h18M108 204h18M108 244h18M274 164h18M274 204h18M274 244h18"/></g><circle cx="200" cy="204" r="16" fill="{b}"/>',
    "parcel": '<path fill="{a}" d="M200 100l98 46v110l-98 50-98-50V146z"/><path fill="{d}" fill-opacity=".35" d="M200 194l98-48v110l-98 50z"/><path fill="{b}" d="M140 128l98 48v40l22-12v-38l-98-48z"/>',
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
