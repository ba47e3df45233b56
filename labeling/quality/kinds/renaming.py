"""Votes whose classes are called otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from labeling.quality.frames import Votes


def renamed(votes: Votes, names: Sequence[str], classes: Sequence[str]) -> Votes:
    """The same votes and golden labels, each class called as ``names`` has it: those called alike are one of ``classes``.

    >>> import polars as pl
    >>> from labeling.quality.frames import votes_frame
    >>> votes = votes_frame(pl.DataFrame({"item": [1, 2], "annotator": [1, 1], "label": ["X", "x"]}))
    >>> renamed(votes, ["x", "x"], ["w", "x"]).label.tolist()
    [1, 1]
    """
    place = {name: at for at, name in enumerate(classes)}
    # No golden label, -1, stays none.
    code = np.array([*(place[name] for name in names), -1], dtype=np.int32)
    return replace(votes, label=code[votes.label], golden=code[votes.golden], classes=tuple(classes))
