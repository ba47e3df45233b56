"""What the votes on each item add up to: one consensus of a project, for pages, files, analyses and audits alike.

It takes seconds to minutes, so it is kept (:mod:`labeling.facts.kept_consensus`) with the watermark of the facts that it saw.
The upkeep makes a new one when the votes have changed; until then the one before speaks, and says of how many votes it is. A
small project waits for nobody: its consensus is made on the spot.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import Connection

from db.engine import Database
from db.frames import marks, suggestions
from db.frames.annotations import annotations_of
from db.frames.reading import class_codes, label_type
from db.vocabulary import LabelKind
from labeling.facts import kept_consensus, settled
from labeling.facts.aggregate import Aggregate, of_consensus
from labeling.facts.votes import votes
from labeling.kept import Kept
from labeling.projects.kinds import comparison
from labeling.projects.projects import Project
from labeling.quality.frames import votes_frame
from labeling.quality.junior_voter import consensus_with_junior
from labeling.quality.kinds import Kind
from labeling.quality.kinds.consensus import consensus_of_kind
from labeling.quality.kinds.several_junior import sets_with_junior

METHOD = "auto"
# Raised when the same votes come to another consensus, by a new model for instance: then what was kept is of yesterday.
EDITION = 5
# Up to so many votes times classes it is made while somebody waits.
SMALL = 5_000


def consensus(connection: Connection, project: Project, *, as_of: datetime | None = None) -> Aggregate:
    """The consensus in force: of now, made or kept; or of the votes as they stood at ``as_of``, made on the spot."""
    if as_of is None and (aggregate := kept(connection, project)) is not None:
        return aggregate
    return make(read(connection, project, as_of=as_of))


def kept(connection: Connection, project: Project) -> Aggregate | None:
    """The consensus in force where nobody need wait for it; None where it would have to be made, and that takes long."""
    mark = consensus_mark(connection, project)
    if (made := _aggregates.peek((_key(connection, project, mark), METHOD))) is not None:
        return made
    newest = kept_consensus.newest(connection, project.id)
    is_current = newest is not None and newest.mark == mark
    return newest if is_current or not is_small(connection, project) else None


@dataclass(frozen=True, eq=False)
class ConsensusInput:
    """What a consensus is made of, read in one snapshot: VOTES, GOLDEN, and SUGGESTIONS of the ``junior`` that has a vote.

    ``classes`` are all of the project in their order, ``kind`` is that of its labels.
    """

    votes: pl.DataFrame
    golden: pl.DataFrame
    suggestions: pl.DataFrame | None
    labels: pl.DataType
    kind: Kind
    classes: tuple[str, ...]
    allows_none: bool
    junior: int | None
    mark: tuple[int, ...]
    key: Hashable


def read(connection: Connection, project: Project, *, as_of: datetime | None = None) -> ConsensusInput:
    """Read the votes as they stand, or stood at ``as_of``, and what else it takes."""
    speaker = suggestions.speaking(connection, project.id, as_of) if project.junior_votes else None
    mark = consensus_mark(connection, project)
    return ConsensusInput(
        votes(connection, project.id, as_of=as_of),
        settled.golden(connection, project.id, as_of=as_of),
        suggestions.suggestions(connection, project.id, speaker, as_of=as_of) if speaker is not None else None,
        label_type(connection, project.id),
        comparison(connection, project.id, project.kind),
        class_codes(connection, project.id),
        project.allows_none,
        speaker,
        mark,
        _key(connection, project, mark if as_of is None else consensus_mark(connection, project, as_of)),
    )


def make(inputs: ConsensusInput, method: str = METHOD) -> Aggregate:
    """The consensus of what was read; made once for each state of the facts."""
    return _aggregates.of((inputs.key, method), lambda: _make(inputs, method))


def _make(inputs: ConsensusInput, method: str) -> Aggregate:
    golden = _plain(inputs.golden)
    # A scale has its steps whether somebody chose them or not.
    steps = inputs.classes if inputs.kind in (Kind.ORDERED, Kind.PAIR) else None
    votes = votes_frame(_plain(inputs.votes), golden=golden, classes=steps)
    scheme = inputs.classes if inputs.kind is Kind.SEVERAL else None
    result = consensus_of_kind(votes, inputs.kind, method=method, classes=scheme, empty=inputs.allows_none)
    if inputs.suggestions is not None and inputs.kind is Kind.SEVERAL:
        result = sets_with_junior(result, _plain(inputs.suggestions), golden, empty=inputs.allows_none)
    elif inputs.suggestions is not None:
        suggestions = _plain(inputs.suggestions).filter(pl.col("label").is_in(list(result.votes.classes)))
        result = consensus_with_junior(result, suggestions, golden)
    named = inputs.votes.select("item", "item_id").unique("item_id", maintain_order=True)
    return of_consensus(result, named, inputs.labels, junior=inputs.junior, mark=inputs.mark)


def refresh(database: Database, project: Project, *, now: datetime) -> Aggregate:
    """The consensus of the facts as they stand now, made where it isn't there yet, and kept for everybody."""
    with database.snapshot() as connection:
        mark = consensus_mark(connection, project)
        newest = kept_consensus.newest(connection, project.id)
        if newest is not None and newest.mark == mark:
            return newest
        inputs = read(connection, project)
    aggregate = make(inputs)
    with database.transaction() as connection:
        kept_consensus.keep(connection, project.id, aggregate, now=now)
    return aggregate


def consensus_mark(connection: Connection, project: Project, as_of: datetime | None = None) -> tuple[int, ...]:
    """Two equal ones of a project: its consensus is the same."""
    kind = (list(LabelKind).index(project.kind), int(project.allows_none))
    mark = (EDITION, *kind, *marks.votes_mark(connection, project.id, as_of))
    if not project.junior_votes:
        return mark
    speaker = suggestions.speaking(connection, project.id, as_of)
    # What was kept of sets before junior was heard there is of yesterday.
    edition = (1,) if project.kind is LabelKind.SEVERAL else ()
    return (*mark, speaker or 0, suggestions.suggestion_mark(connection, speaker, as_of) if speaker else 0, *edition)


def is_current(connection: Connection, project: Project) -> bool:
    """Whether nobody need make a new one: what is kept is of the newest votes, or is made on the spot anyway."""
    newest = kept_consensus.newest(connection, project.id)
    mark = consensus_mark(connection, project)
    return is_small(connection, project) or (newest is not None and newest.mark == mark)


def is_small(connection: Connection, project: Project) -> bool:
    """Whether a consensus is made before a reader grows impatient."""
    classes = len(class_codes(connection, project.id))
    return annotations_of(connection, project.id).height * classes <= SMALL


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Labels as text: only classes that somebody named take part, in the order of the alphabet, as in files."""
    return frame.with_columns(pl.col("label").cast(pl.String))


def _key(connection: Connection, project: Project, mark: tuple[int, ...]) -> Hashable:
    return str(connection.engine.url), project.id, project.junior_votes, mark


_aggregates: Kept[Aggregate] = Kept(16)
