"""Pictures that co-ops gave us, as a page offers them to a browser: each in sizes and formats to choose from."""

import re
from dataclasses import dataclass
from typing import Final

WIDTHS: Final = (320, 640, 1280)
ADDRESS: Final = re.compile(r"(?P<folder>/pictures/[0-9a-f]{64})/(?P<width>\d+)\.jpg")


@dataclass(frozen=True)
class Photo:
    """Its files lie in one folder; there is one of each of our widths below its own, and one of its own."""

    folder: str
    width: int

    @property
    def smallest(self) -> str:
        """For browsers that know no choice."""
        return f"{self.folder}/{min(self.width, WIDTHS[0])}.jpg"

    def srcset(self, ending: str) -> str:
        widths = [*(width for width in WIDTHS if width < self.width), self.width]
        return ", ".join(f"{self.folder}/{width}.{ending} {width}w" for width in widths)


def photo_at(address: str) -> Photo | None:
    """None where the address is that of a drawing."""
    found = ADDRESS.fullmatch(address)
    return Photo(found["folder"], int(found["width"])) if found else None
