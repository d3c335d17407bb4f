"""A house that lets glibc keep what each thread needed once: `python -m tests.journeys.hoarding …`.

It is the negative control of an import's memory: here it must grow.
"""

import sys

import onebox.house
from onebox.cli import main

if __name__ == "__main__":
    onebox.house.give_back_freed = lambda: False  # type: ignore[attr-defined]
    sys.exit(main(launcher="tests.journeys.hoarding"))
