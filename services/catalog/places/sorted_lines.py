"""A list as it lies in its file: lines in order, searched without being taken apart."""

from collections.abc import Iterator


class SortedLines:
    """Costs its own size in memory and nothing more, and is there in a tenth of a second."""

    def __init__(self, lines: bytes) -> None:
        self._lines = lines

    def beginning(self, start: bytes) -> Iterator[bytes]:
        """The lines that begin so."""
        at = self._first(start)
        while self._lines.startswith(start, at):
            end = self._lines.index(b"\n", at)
            yield self._lines[at:end]
            at = end + 1

    def _first(self, start: bytes) -> int:
        """Where the first line that is not before `start` begins."""
        low, high = 0, len(self._lines)
        while low < high:
            begins = self._lines.rfind(b"\n", 0, (low + high) // 2) + 1
            ends = self._lines.index(b"\n", begins) + 1
            if self._lines[begins:ends] < start:
                low = ends
            else:
                high = begins
        return low
