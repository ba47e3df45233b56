"""What every process of ours that another one starts must know to find the same code."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parent.parent


def python_path() -> str:
    """``PYTHONPATH`` for a process that is to import what this one does, wherever it is started."""
    return os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
