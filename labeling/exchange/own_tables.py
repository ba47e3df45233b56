"""Tables that we wrote ourselves: which of their columns are figures, and which have cells guarded for a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from labeling.exchange.formulas import restore_all

# A table for spreadsheets has this column last. It outlives what they do to a file: another separator, encoding or order.
GUARDED = "guarded"

# Columns that our own exports derive from facts: read back, they would make facts of figures.
# The turn of a conversation that decided a vote, from 0.
EVIDENCE = "evidence"
_VOTES = frozenset({"item", "annotator", "revision", "latest"})
_DERIVED = (
    (frozenset({"item", "source", "probability", "state"}), ("label", "source", "method", "probability", "n", "state")),
    (_VOTES, ("latest", "counts", "aided", "chunk", "swapped", "pressed")),
    (frozenset({"item", "label", "explanation", "revision"}), ("revision",)),
)
_SHARES = "p_"
# Before there was a table for spreadsheets each CSV and XLSX was one, and had its columns in this order.
_ALL_GUARDED = (
    "item,text,context,label,source,method,probability,n,state,reference,priority,metadata",
    "item,text,annotator,label,unsure,revision,latest,comment,flagged,seconds,surplus,chunk,created_at",
    "item,text,annotator,label,unsure,revision,latest,counts,comment,flagged,seconds,surplus,aided,chunk,created_at",
    "item,text,label,explanation,revision,created_at",
)


def derived_columns(names: Sequence[str]) -> tuple[str, ...]:
    """Those of a table's columns that an import passes over, because we made them.

    >>> derived_columns(["item", "text", "label", "source", "probability", "state", "p_card"])
    ('label', 'source', 'probability', 'state', 'p_card')
    >>> derived_columns(["text", "label", "state"])
    ()
    """
    signature, derived = next((rule for rule in _DERIVED if rule[0] <= set(names)), (frozenset(), ()))
    of_final = "state" in signature
    return tuple(name for name in names if name in derived or (of_final and name.startswith(_SHARES)))


def is_our_votes(names: Sequence[str]) -> bool:
    """Whether a table is our export of annotations, with the turns that decided them.

    >>> is_our_votes(["item", "annotator", "label", "revision", "latest", "evidence"]), is_our_votes(["item", "evidence"])
    (True, False)
    """
    return {*_VOTES, EVIDENCE} <= set(names)


def is_guarded(names: Sequence[str]) -> bool:
    """Whether cells of a table with these columns got apostrophes when it was written.

    >>> is_guarded(["item", "text", "guarded"]), is_guarded(["item", "text"])
    (True, False)
    """
    return {"item", GUARDED} <= set(names) or ",".join(names) in _ALL_GUARDED


def given_back(columns: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """The columns of a guarded table as they were before it was written.

    >>> given_back({"item": ["'=1", "b"], "guarded": ["1", ""]})
    {'item': ['=1', 'b']}
    """
    return {name: restore_all(cells) for name, cells in columns.items() if name != GUARDED}
