"""What a change would do to the labels that were given, read and worked out without writing anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl
from sqlalchemy import Connection

from db.frames.recoding import Recoding
from db.vocabulary import LabelKind
from labeling.class_changes.acting import scheme_of
from labeling.class_changes.plans import Change, Plan, plan
from labeling.facts import consensus as consensuses
from labeling.facts import settled
from labeling.facts.consensus import ConsensusInput
from labeling.facts.votes import coded_votes, votes
from labeling.projects.classes import LabelClass, get_classes
from labeling.projects.projects import Project
from labeling.quality.agreement import Agreement, agreement
from labeling.quality.kinds import Kind
from labeling.quality.kinds.sets import members


@dataclass(frozen=True)
class Effect:
    """What becomes of the labels of one class: ``becomes`` is another class, itself, or None where they don't say which.

    ``votes`` count now, ``golden`` items have it as their golden label, ``rulings`` in force name it.
    """

    code: str
    becomes: str | None
    votes: int
    golden: int
    rulings: int


@dataclass(frozen=True, eq=False)
class Preview:
    """``changed`` items would have a final label that is another than the one that theirs would stand for, ``unlabelled`` none.

    Of a project whose consensus takes long they are of what experts said alone, and ``waits`` says so. ``asked_again`` items
    had votes or rulings that would count no more: they go back to the queue. ``before`` and ``after`` are the agreement of
    independent votes.
    """

    plan: Plan
    effects: tuple[Effect, ...]
    labelled: int
    changed: int
    unlabelled: int
    asked_again: int
    waits: bool
    before: Agreement
    after: Agreement

    @property
    def golden_lost(self) -> int:
        """How many golden items are asked of nobody until an expert has ruled on them anew."""
        return sum(effect.golden for effect in self.effects if effect.becomes is None)

    @property
    def votes_lost(self) -> int:
        """How many votes are kept and count no more."""
        return sum(effect.votes for effect in self.effects if effect.becomes is None)


def preview(connection: Connection, project: Project, change: Change) -> Preview:
    """Work out what a change would do. Raises LabelingError as :func:`labeling.class_changes.plans.plan` does."""
    made = plan(change, scheme_of(connection, project))
    several = project.kind is LabelKind.SEVERAL
    codes = tuple(entry.code for entry in made.classes)
    step = Recoding({code: to for code, to in made.mapping.items() if code != to}, codes if several else ())
    counted = votes(connection, project.id)
    golden, ruled = settled.golden(connection, project.id), settled.ruled(connection, project.id)
    effects = _effects(made, counted, golden, ruled)
    waits = consensuses.kept(connection, project) is None and not consensuses.is_small(connection, project)
    inputs = None if waits else consensuses.read(connection, project)
    spoken = settled.settled(connection, project.id)
    now = _finals(spoken, _consensus(inputs))
    later = _finals(_stepped(spoken, step), _consensus(inputs and _next(inputs, made, step)))
    told = _stepped(now, step, keep=True).join(later.select("item_id", after="label"), on="item_id", how="left")
    same = pl.col("label").eq_missing(pl.col("after"))
    unlabelled = told["after"].is_null().sum()
    free = votes(connection, project.id, independent=True)
    classes = get_classes(connection, project.id, retired=True)
    return Preview(
        made,
        effects,
        now.height,
        told.filter(~same, pl.col("after").is_not_null()).height,
        int(unlabelled),
        _asked_again(step, counted, ruled, golden),
        waits,
        _agreement(free, golden, classes),
        _agreement(_stepped(free, step), _stepped(golden, step), made.classes),
    )


def _effects(made: Plan, counted: pl.DataFrame, golden: pl.DataFrame, ruled: pl.DataFrame) -> tuple[Effect, ...]:
    """Of every class that the change is about, and of those that follow it."""
    numbers = [_by_class(frame) for frame in (counted, golden, ruled)]
    about = dict.fromkeys((*made.mapping, *made.change.codes))
    stands = {code: code for code in about} | dict(made.mapping)
    return tuple(Effect(code, stands[code], *(number.get(code, 0) for number in numbers)) for code in about)


def _by_class(frame: pl.DataFrame) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for label, n in frame["label"].cast(pl.String).drop_nulls().value_counts().iter_rows():
        for code in members(label) or (label,):
            counts[code] = counts.get(code, 0) + n
    return counts


def _stepped(frame: pl.DataFrame, step: Recoding, *, keep: bool = False) -> pl.DataFrame:
    """The labels as they would be read; those that wouldn't say which class are left out, or null with ``keep``."""
    given = frame.with_columns(pl.col("label").cast(pl.String))
    read = step.labels(given, "label")
    return read if keep else read.filter(~step.lost(given["label"]))


def _next(inputs: ConsensusInput, made: Plan, step: Recoding) -> ConsensusInput:
    codes = tuple(entry.code for entry in made.classes)
    labels = pl.String() if inputs.kind is Kind.SEVERAL else pl.Enum(codes)
    kind = inputs.kind
    if kind in (Kind.SINGLE, Kind.TREE):
        kind = Kind.TREE if any(entry.parent for entry in made.classes) else Kind.SINGLE
    proposed = inputs.suggestions
    return replace(
        inputs,
        votes=_stepped(inputs.votes, step).cast({"label": labels}),
        golden=_stepped(inputs.golden, step).cast({"label": labels}),
        suggestions=None if proposed is None else _stepped(proposed, step, keep=True).cast({"label": labels}),
        labels=labels,
        kind=kind,
        classes=codes,
        key=(inputs.key, tuple(sorted(made.mapping.items(), key=str)), codes),
    )


def _consensus(inputs: ConsensusInput | None) -> pl.DataFrame | None:
    return None if inputs is None else consensuses.make(inputs).frame


def _finals(spoken: pl.DataFrame, agreed: pl.DataFrame | None) -> pl.DataFrame:
    """(item_id, label) of all that have one: an expert's word before that of the votes."""
    said = spoken.select("item_id", pl.col("label").cast(pl.String))
    if agreed is None:
        return said
    voted = agreed.select("item_id", pl.col("label").cast(pl.String)).join(said, on="item_id", how="anti")
    return pl.concat([said, voted]).filter(pl.col("label").is_not_null())


def _asked_again(step: Recoding, counted: pl.DataFrame, ruled: pl.DataFrame, golden: pl.DataFrame) -> int:
    lost = [frame.filter(step.lost(frame["label"].cast(pl.String))).select("item_id") for frame in (counted, ruled)]
    asked = pl.concat(lost).unique().join(golden.select("item_id"), on="item_id", how="anti")
    standing = ruled.filter(~step.lost(ruled["label"].cast(pl.String))).select("item_id")
    return asked.join(standing, on="item_id", how="anti").height


def _agreement(
    free: pl.DataFrame, golden: pl.DataFrame, classes: list[LabelClass] | tuple[LabelClass, ...]
) -> Agreement:
    return agreement(coded_votes(free, golden, classes))
