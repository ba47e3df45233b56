"""One item with all that was said of it: answers, golden labels, rulings, suspicions, suggestions, snapshots,
and what they come to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection, case, func, select

from db import schema
from db.frames import history
from db.frames.recoding import recoding
from db.vocabulary import RunKind
from labeling.errors import LabelingError
from labeling.items.standing import standing_of_some
from labeling.projects.projects import Project
from labeling.runs import runs
from labeling.snapshots.kept import held_in

_item, _finding, _ruling = schema.item, schema.finding, schema.adjudication


@dataclass(frozen=True)
class Suspicion:
    """What an analysis says of an item: ``score`` is the chance that ``given`` is wrong; ``reasons`` the strongest first."""

    analysis: str
    at: datetime | None
    given: str
    probable: str
    score: float
    reasons: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Outcome:
    """What an item is now: ``source`` and ``state`` as in :mod:`labeling.facts.final`; ``n`` votes name a label.

    ``waits``: a consensus is still to be made, the label would be its.
    """

    state: str
    label: str | None
    source: str | None
    probability: float | None
    n: int
    disagreement: float | None
    waits: bool


@dataclass(frozen=True, eq=False)
class History:
    """``said``, ``appointed``, ``ruled`` and ``proposed`` are SAID, APPOINTED, RULED and PROPOSED of :mod:`db.frames.history`.

    ``suspicion`` is that of the newest analysis, None where it says nothing of the item. ``held`` is HELD of
    :mod:`labeling.snapshots.kept`: the snapshots that it went into.
    """

    item_id: int
    item: str
    text: str
    context: str | None
    metadata: dict[str, Any]
    came_at: datetime
    outcome: Outcome
    said: pl.DataFrame
    appointed: pl.DataFrame
    ruled: pl.DataFrame
    proposed: pl.DataFrame
    suspicion: Suspicion | None
    held: pl.DataFrame


def history_of(connection: Connection, project: Project, item: str) -> History:
    """Read it by the external id. Raises LabelingError ``unknown_item``."""
    columns = (_item.c[name] for name in ("id", "text", "context", "metadata", "created_at"))
    mine = (_item.c.project_id == project.id) & (_item.c.external_id == item)
    # No text of PostgreSQL has it.
    row = None if "\0" in item else connection.execute(select(*columns).where(mine)).first()
    if row is None:
        raise LabelingError("unknown_item", item=item)
    return History(
        row.id,
        item,
        row.text,
        row.context,
        row.metadata or {},
        row.created_at,
        _outcome(connection, project, row.id),
        history.said_of(connection, project.id, row.id),
        history.appointed_of(connection, project.id, row.id),
        history.ruled_of(connection, project.id, row.id),
        history.proposed_of(connection, project.id, row.id),
        _suspicion(connection, project, row.id),
        held_in(connection, project.id, item),
    )


def _outcome(connection: Connection, project: Project, item_id: int) -> Outcome:
    standing = standing_of_some(connection, project, [item_id])
    told = standing.items.row(0, named=True)
    waits = standing.waits and told["source"] is None and told["n"] > 0
    named = {name: told[name] for name in ("state", "label", "source", "probability", "n", "disagreement")}
    return Outcome(**named, waits=waits)


def _suspicion(connection: Connection, project: Project, item_id: int) -> Suspicion | None:
    run = runs.latest_run(connection, project.id, RunKind.ANALYSIS)
    if run is None:
        return None
    named = (_finding.c[name] for name in ("given", "probable", "score", "reasons"))
    query = select(*named).where(_finding.c.run_id == run.id, _finding.c.item_id == item_id)
    row = connection.execute(query).first()
    if row is None:
        return None
    by = recoding(connection, project.id)
    if (given := by.of(row.given)) is None:
        return None
    probable = by.of(row.probable) or row.probable
    return Suspicion(run.name, run.finished_at, given, probable, row.score, tuple(row.reasons or ()))


def withheld_from(connection: Connection, project: Project, item_ids: Sequence[int], expert_id: int) -> list[int]:
    """Of these items those of which an expert must not read the ruling: others have ruled, and a second opinion is blind."""
    if not project.second_share:
        return []
    own = func.coalesce(func.sum(case((_ruling.c.expert_id == expert_id, 1), else_=0)), 0)
    ruled = select(_ruling.c.item_id).where(_ruling.c.item_id.in_(item_ids)).group_by(_ruling.c.item_id)
    return list(connection.execute(ruled.having(own == 0)).scalars())
