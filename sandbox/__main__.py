"""`python -m sandbox`."""

import asyncio
import sys

from sandbox.options import parse
from sandbox.server import CannotStart, serve


def main() -> int:
    options = parse()
    try:
        asyncio.run(serve(options))
    except CannotStart as problem:
        print(f"sandbox: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
