"""Agreement, consensus and losses of labels that are more than one class: several, in an order, in a tree, of a pair."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a label is: one class, any number of them, one of an order, a path in a tree, which of two candidates is better."""

    SINGLE = "single"
    SEVERAL = "several"
    ORDERED = "ordered"
    TREE = "tree"
    PAIR = "pair"
