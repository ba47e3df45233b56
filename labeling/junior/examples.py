"""Few-shot examples for a prompt: ruled items that were never golden, and a set of them that shows much."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from db import schema
from db.frames.reading import in_force
from db.frames.recoding import in_sql
from db.vocabulary import Verdict
from labeling.junior.prompts import Example
from labeling.projects.projects import Project

# Longer texts teach little for what they cost.
LONGEST = 600
# Of so many of the newest rulings the set is chosen.
_MOST = 2_000
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Candidate:
    """A ruled item that may be an example; ``external_id`` is how people know it, a corner case stands in the guide."""

    example: Example
    external_id: str
    is_corner: bool


def candidates(connection: Connection, project: Project) -> list[Candidate]:
    """Items with a ruling in force that were never golden, corner cases first, then the newest rulings."""
    ruling, item, case = schema.adjudication, schema.item, schema.corner_case
    golden = select(schema.golden.c.item_id).where(schema.golden.c.item_id == ruling.c.item_id)
    ruled, shown = in_sql(connection, project.id, ruling.c.label, case.c.label)
    corner = case.c.removed_at.is_(None) & (shown == ruled)
    query = (
        select(
            ruling.c.item_id,
            item.c.text,
            ruled.label("label"),
            ruling.c.rationale,
            item.c.external_id,
            case.c.id.is_not(None).label("corner"),
            case.c.rationale.label("lesson"),
        )
        .join(item, item.c.id == ruling.c.item_id)
        .join(case, (case.c.item_id == ruling.c.item_id) & corner, isouter=True)
        .where(ruling.c.project_id == project.id, ruling.c.verdict == Verdict.LABEL, in_force(ruling), ~golden.exists())
        .where(ruled.is_not(None))
        .order_by(case.c.id.is_(None), ruling.c.created_at.desc(), ruling.c.item_id)
        .limit(_MOST)
    )
    return [
        Candidate(
            Example(row.item_id, row.text, row.label, row.lesson or row.rationale or ""),
            row.external_id,
            bool(row.corner),
        )
        for row in connection.execute(query)
    ]


def propose(candidates: Sequence[Candidate], classes: Sequence[str], count: int) -> list[Candidate]:
    """A set that shows much: classes in turn; of each its corner cases first, then what is least like those chosen before.

    >>> def candidate(n: int, text: str, label: str, corner: bool = False) -> Candidate:
    ...     return Candidate(Example(n, text, label), str(n), corner)
    >>> cards = [candidate(1, "my card", "a"), candidate(2, "my card is lost", "a")]
    >>> others = [candidate(3, "thanks", "b"), candidate(4, "hm", "a", True)]
    >>> [chosen.example.item_id for chosen in propose([*cards, *others], ["a", "b"], 3)]
    [4, 3, 1]
    """
    short = [candidate for candidate in candidates if len(candidate.example.text) <= LONGEST] or list(candidates)
    left = {code: [candidate for candidate in short if candidate.example.label == code] for code in classes}
    chosen: list[Candidate] = []
    while len(chosen) < count and any(left.values()):
        for code in classes:
            if left[code] and len(chosen) < count:
                best = max(left[code], key=lambda candidate: (candidate.is_corner, _distance(candidate, chosen)))
                left[code].remove(best)
                chosen.append(best)
    return chosen


def _distance(candidate: Candidate, chosen: Sequence[Candidate]) -> float:
    """How unlike its nearest neighbour among the chosen of its class it is (Jaccard's, of words)."""
    words = _words(candidate)
    same = [_words(other) for other in chosen if other.example.label == candidate.example.label]
    return min((1 - len(words & other) / max(1, len(words | other)) for other in same), default=1.0)


def _words(candidate: Candidate) -> frozenset[str]:
    return frozenset(_WORD.findall(candidate.example.text.lower()))
