"""What an expert may read beside an item: the label under suspicion and why, the votes, and in a dispute both rulings.

Nothing in it tells by which route the item came: an item that was drawn for the audit has its reasons like any other, and
one that another expert has ruled shows nothing of that ruling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, exists, select

from db import schema
from db.frames.recoding import Recoding, recoding
from db.vocabulary import Route, Verdict
from labeling.adjudication.queue import Brought
from labeling.facts.votes import votes_on
from labeling.review.triage import Reason

lease, ruling, finding = schema.expert_lease, schema.adjudication, schema.finding

# The ruling that a second opinion must not know of speaks through it.
_OWN_TEXT = Reason.RULINGS_TEXT


@dataclass(frozen=True)
class Vote:
    """One assessor's answer; no ``label`` is "unsure"."""

    label: str | None
    comment: str | None
    flagged: bool
    # The turn of a conversation that decided it, from 0.
    evidence: int | None


@dataclass(frozen=True)
class Opinion:
    """The ruling of one of two experts who differ."""

    label: str
    rationale: str


@dataclass(frozen=True)
class CaseFile:
    """``score``: the chance that ``given`` is wrong. ``reasons``: dicts as :mod:`labeling.review.reasons` has them."""

    given: str | None
    score: float | None
    reasons: tuple[dict[str, Any], ...]
    votes: tuple[Vote, ...]
    rulings: tuple[Opinion, ...]


def case_files(
    connection: Connection, project_id: int, brought: Sequence[Brought], run_id: int | None
) -> dict[str, CaseFile]:
    """A file for each item that lies before an expert, by its token; scores and reasons are those of the run."""
    if not brought:
        return {}
    votes = _votes(connection, project_id, [item.item_id for item in brought])
    by = recoding(connection, project_id)
    same_label = (
        (finding.c.run_id == run_id) & (finding.c.item_id == lease.c.item_id) & (finding.c.given == lease.c.given)
    )
    ruled = exists().where(ruling.c.item_id == lease.c.item_id, ruling.c.verdict == Verdict.LABEL)
    query = (
        select(lease.c.token, lease.c.item_id, lease.c.route, lease.c.given, lease.c.score.label("held_score"))
        .add_columns(finding.c.score, finding.c.prior, finding.c.reasons, ruled.label("ruled"))
        .select_from(lease)
        .outerjoin(finding, same_label)
        .where(lease.c.token.in_([item.token for item in brought]))
    )
    files = {}
    for row in connection.execute(query).all():
        score, reasons = _suspicion(row)
        files[row.token] = CaseFile(
            given=by.of(row.given),
            score=score,
            reasons=reasons,
            votes=tuple(votes.get(row.item_id, ())),
            rulings=_opinions(connection, row.item_id, by) if row.route == Route.DISPUTE else (),
        )
    return files


def _suspicion(row: Row[Any]) -> tuple[float | None, tuple[dict[str, Any], ...]]:
    # No score: the run knows nothing of the item, or of another label of it.
    if row.score is None:
        return row.held_score, ()
    reasons = row.reasons or []
    if not row.ruled:
        return (row.score if row.held_score is None else row.held_score), tuple(reasons)
    # Once learned from, a ruling makes the score 0 or 1: a second opinion reads what stood before it.
    score = row.prior if row.held_score is None else row.held_score
    return score, tuple(reason for reason in reasons if reason["code"] != _OWN_TEXT)


def _votes(connection: Connection, project_id: int, item_ids: Sequence[int]) -> dict[int, list[Vote]]:
    votes: dict[int, list[Vote]] = {}
    answers = votes_on(connection, project_id, item_ids).select("item_id", "label", "comment", "flagged", "evidence")
    for item_id, *vote in answers.iter_rows():
        votes.setdefault(item_id, []).append(Vote(*vote))
    return votes


def _opinions(connection: Connection, item_id: int, by: Recoding) -> tuple[Opinion, ...]:
    """The two rulings that differ, the earlier first."""
    query = select(ruling.c.label, ruling.c.rationale).where(
        ruling.c.item_id == item_id, ruling.c.verdict == Verdict.LABEL
    )
    rows = connection.execute(query.order_by(ruling.c.revision.desc()).limit(2)).all()
    return tuple(Opinion(by.of(row.label) or row.label, row.rationale) for row in reversed(rows))
