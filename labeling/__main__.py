"""``python -m labeling COMMAND``; the commands stand in :mod:`labeling.cli`."""

from __future__ import annotations

import sys

from labeling.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
