"""Samples of every published fact, in its envelope. A sample is never edited: what was sent stays readable.

What a fact has learned to say since is in a further sample, `catalog.ProductPublished+food.json`.
"""

from pathlib import Path

from chassis.events import Envelope, unseal

FOLDER = Path(__file__).parent / "golden"


def all_samples() -> dict[str, bytes]:
    """The bytes of each sample by the name of its file."""
    return {file.stem: file.read_bytes() for file in sorted(FOLDER.glob("*.json"))}


def type_of(name: str) -> str:
    """The fact that the sample of this name is of."""
    return name.partition("+")[0]


def samples() -> dict[str, bytes]:
    """The bytes of the first sample of each fact by its type."""
    return {name: content for name, content in all_samples().items() if name == type_of(name)}


def sample(fact: str) -> Envelope:
    """One sample, as a consumer reads it off the bus."""
    return unseal(samples()[fact])
