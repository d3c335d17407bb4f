"""`python -m onebox` is `toadlane`."""

import sys

from onebox.cli import main

if __name__ == "__main__":
    sys.exit(main())
