"""Junior's suggestions on the desk: which are shown, to whom and when; decided when the lease is taken, and written on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from db import schema
from db.frames.reading import in_force
from db.frames.recoding import recoding
from db.frames.suggestions import which_speaks
from db.vocabulary import SuggestionPolicy
from labeling.desk import picking
from labeling.desk.leases import PROJECT
from labeling.desk.policy import arm_of, is_probe, stable_hash
from labeling.projects.classes import get_classes
from labeling.projects.projects import Project
from labeling.quality.kinds.sets import members

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

    label: str | None
    confidence: float | None
    rationale: str


_SPEAKS = which_speaks(PROJECT).scalar_subquery()
_said = suggestion.alias("said")
_SAID = select(_said.c.item_id).where(_said.c.prompt_id == _SPEAKS, _said.c.item_id == picking.COMING.c.item_id)
_PROPOSED_TO = select(
    suggestion.c.item_id,
    suggestion.c.label,
    suggestion.c.confidence,
    suggestion.c.rationale,
    select(picking.COMING.c.item_id).where(~_SAID.exists()).exists().label("lacks"),
).where(suggestion.c.prompt_id == _SPEAKS, suggestion.c.item_id.in_(bindparam("items", expanding=True)))


def proposed(connection: Connection, project_id: int, item_ids: Collection[int]) -> dict[int, Suggestion]:
    """What the version that speaks proposes for these items, by item; those it wasn't asked about are left out."""
    if not item_ids:
        return {}
    columns = (suggestion.c.item_id, suggestion.c.label, suggestion.c.confidence, suggestion.c.rationale)
    query = select(*columns).where(
        suggestion.c.prompt_id == which_speaks(project_id).scalar_subquery(), suggestion.c.item_id.in_(item_ids)
    )
    by = recoding(connection, project_id)
    return {item_id: Suggestion(by.of(label), *why) for item_id, label, *why in connection.execute(query)}


def speaks_of_all(
    connection: Connection, project: Project, assessor_id: int, item_ids: Collection[int], *, n: int
) -> tuple[dict[int, Suggestion], bool]:
    """What is :func:`proposed` for these items, and whether the version speaks of all that comes next to this assessor.

    ``n`` of each kind are looked at, however many come. Asked of golden items alone, or of some of the others, a version would
    tell golden items by showing a suggestion: so it shows none to whom it couldn't show one with all.
    """
    if not item_ids:
        return {}, False
    parameters = {"project": project.id, "me": assessor_id, "items": list(item_ids), "n": n}
    rows = connection.execute(_PROPOSED_TO, parameters).all()
    of_all = not project.golden_per_chunk or any(not row.lacks for row in rows)
    by = recoding(connection, project.id)
    return {row.item_id: Suggestion(by.of(row.label), row.confidence, row.rationale) for row in rows}, of_all


def hint(project: Project, label: str, proposal: Suggestion | None) -> Hint:
    """The suggestion ``label`` with what junior proposed."""
    if project.suggestion_policy is SuggestionPolicy.EXPERIMENT or proposal is None or proposal.label != label:
        return Hint(label)
    return Hint(label, proposal.confidence, proposal.rationale)


def after_answer(connection: Connection, project: Project, lease: Any, answer: str | None) -> Hint | None:
    """The suggestion that an assessor sees once they have answered otherwise; None where there is none to show.

    ``lease`` has the ``item_id``, ``arm`` and ``suggestion`` of what was answered.
    """
    if lease.arm != SuggestionPolicy.AFTER or lease.suggestion in (None, answer):
        return None
    by = recoding(connection, project.id)
    if (suggested := by.of(lease.suggestion)) in (None, by.of(answer)):
        return None
    experiment = project.suggestion_policy is SuggestionPolicy.EXPERIMENT
    proposals = {} if experiment else proposed(connection, project.id, [lease.item_id])
    return hint(project, suggested, proposals.get(lease.item_id))


def to_show(
    connection: Connection, project: Project, assessor_id: int, proposals: Mapping[int, Suggestion | None]
) -> dict[int, Shown]:
    """What is shown with items for which these are the ``proposals``; one without a suggestion, or whose arm is hidden, is in the
    hidden arm.

    Wrong suggestions are shown in experiments only, on golden items, and look like the others. Which items are looked at
    for one is drawn before it is known whether they are golden, so that it takes as long for all.
    """
    labels = {
        item_id: proposal.label for item_id, proposal in proposals.items() if proposal and proposal.label is not None
    }
    wrong: dict[int, str] = {}
    if project.suggestion_policy is SuggestionPolicy.EXPERIMENT:
        drawn = [item_id for item_id in labels if is_probe(project.seed, assessor_id, item_id, project.probe_share)]
        wrong = _wrong(connection, project, drawn) if drawn else {}
    shown: dict[int, Shown] = {}
    for item_id, label in labels.items():
        # A probe tests what a suggestion does: it must be on screen, or its twin must be hidden.
        arm = arm_of(project.suggestion_policy, project.seed, assessor_id, item_id)
        shown[item_id] = Shown(arm, wrong.get(item_id, label), item_id in wrong)
    return shown


def _wrong(connection: Connection, project: Project, item_ids: Sequence[int]) -> dict[int, str]:
    """A wrong label for each golden one of these items, the same for everybody; for none where there is only one class."""
    query = select(golden.c.item_id, golden.c.label).where(
        golden.c.item_id.in_(item_ids), golden.c.label.is_not(None), in_force(golden)
    )
    ruled = connection.execute(query).all()
    codes = [entry.code for entry in get_classes(connection, project.id)]
    by = recoding(connection, project.id)
    wrong = {}
    for row in ruled:
        others = [code for code in codes if code not in members(by.of(row.label) or row.label)]
        if others:
            wrong[row.item_id] = others[stable_hash("wrong", project.seed, row.item_id) % len(others)]
    return wrong
