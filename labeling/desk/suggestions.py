"""Junior's suggestions on the desk: which are shown, to whom and when; decided when the lease is taken, and written on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from db import schema
from db.frames.reading import in_force
from db.frames.suggestions import speaking
from db.vocabulary import SuggestionPolicy
from labeling.desk.policy import arm_of, is_probe, stable_hash
from labeling.projects.projects import Project

suggestion, golden = schema.suggestion, schema.golden


@dataclass(frozen=True)
class Shown:
    """What a lease shows of a suggestion. ``probe``: it is wrong on purpose."""

    arm: SuggestionPolicy
    label: str
    probe: bool = False


@dataclass(frozen=True)
class Hint:
    """A suggestion as the card shows it; in an experiment the label alone, or a probe could be told by its reason."""

    label: str
    confidence: float | None = None
    rationale: str = ""


@dataclass(frozen=True)
class Suggestion:
    """What junior proposes for an item; a label of None is a refusal."""

    item_id: int
    label: str | None
    confidence: float | None
    rationale: str
    prompt_id: int


def suggested(connection: Connection, prompt_id: int, item_ids: Collection[int]) -> dict[int, Suggestion]:
    """What a version proposes for these items, by item; those it wasn't asked about are left out."""
    names = ("item_id", "label", "confidence", "rationale", "prompt_id")
    query = select(*(suggestion.c[name] for name in names)).where(
        suggestion.c.prompt_id == prompt_id, suggestion.c.item_id.in_(item_ids)
    )
    return {row.item_id: Suggestion(*row) for row in connection.execute(query)}


def hint(connection: Connection, project: Project, item_id: int, label: str) -> Hint:
    """The suggestion ``label`` with what junior said of it."""
    prompt_id = speaking(connection, project.id)
    if project.suggestion_policy is SuggestionPolicy.EXPERIMENT or prompt_id is None:
        return Hint(label)
    one = suggested(connection, prompt_id, [item_id]).get(item_id)
    return Hint(label, one.confidence, one.rationale) if one and one.label == label else Hint(label)


def after_answer(connection: Connection, project: Project, token: str, answer: str | None) -> Hint | None:
    """The suggestion that an assessor sees once they have answered otherwise; None where there is none to show."""
    lease = schema.lease
    query = select(lease.c.item_id, lease.c.arm, lease.c.suggestion).where(lease.c.token == token)
    row = connection.execute(query).first()
    if row is None or row.arm != SuggestionPolicy.AFTER or row.suggestion in (None, answer):
        return None
    return hint(connection, project, row.item_id, row.suggestion)


def to_show(connection: Connection, project: Project, assessor_id: int, item_ids: Sequence[int]) -> Mapping[int, Shown]:
    """What is shown with these items; an item without a suggestion, or whose arm is hidden, is in the hidden arm.

    Wrong suggestions are shown in experiments only, on golden items, and look like the others.
    """
    if project.suggestion_policy is SuggestionPolicy.HIDDEN:
        return {}
    prompt_id = speaking(connection, project.id)
    if prompt_id is None:
        return {}
    found = suggested(connection, prompt_id, item_ids)
    known = {item_id: one.label for item_id, one in found.items() if one.label is not None}
    ruled = _golden(connection, list(known)) if project.suggestion_policy is SuggestionPolicy.EXPERIMENT else {}
    shown: dict[int, Shown] = {}
    for item_id, label in known.items():
        arm = arm_of(project.suggestion_policy, project.seed, assessor_id, item_id)
        right = ruled.get(item_id)
        if right is not None and is_probe(project.seed, assessor_id, item_id, project.probe_share):
            # A probe tests what a suggestion does: it must be on screen, or its twin must be hidden.
            wrong = _wrong(connection, project, item_id, right)
            shown[item_id] = Shown(arm, wrong, True) if wrong else Shown(arm, label)
        else:
            shown[item_id] = Shown(arm, label)
    return shown


def _golden(connection: Connection, item_ids: Sequence[int]) -> dict[int, str]:
    query = select(golden.c.item_id, golden.c.label).where(
        golden.c.item_id.in_(item_ids), golden.c.label.is_not(None), in_force(golden)
    )
    return {row.item_id: row.label for row in connection.execute(query)}


def _wrong(connection: Connection, project: Project, item_id: int, right: str) -> str | None:
    """A wrong label for an item, the same for everybody; None where there is only one class."""
    table = schema.label_class
    query = select(table.c.code).where(table.c.project_id == project.id, ~table.c.retired, table.c.code != right)
    others = list(connection.execute(query.order_by(table.c.position)).scalars())
    return others[stable_hash("wrong", project.seed, item_id) % len(others)] if others else None
