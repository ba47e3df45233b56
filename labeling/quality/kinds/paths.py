"""A class of a tree as one code: the way to it from the top."""

from __future__ import annotations

#: Between the steps of a path.
STEP = " > "
