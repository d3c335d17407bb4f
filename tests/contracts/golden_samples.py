"""One sample of every published fact, in its envelope. A sample is never edited: what was sent stays readable."""

from pathlib import Path

from chassis.events import Envelope, unseal

FOLDER = Path(__file__).parent / "golden"


def samples() -> dict[str, bytes]:
    """The bytes of each sample by the type of its fact."""
    return {file.stem: file.read_bytes() for file in sorted(FOLDER.glob("*.json"))}


def sample(fact: str) -> Envelope:
    """One sample, as a consumer reads it off the bus."""
    return unseal(samples()[fact])
