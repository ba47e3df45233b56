"""Why final labels are others than they were: what was said between two moments, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import polars as pl
from sqlalchemy import Connection

from db.frames import marks, work
from db.frames.annotations import annotations_of
from db.frames.recoding import recoding
from db.frames.settled import appointments, rulings
from db.vocabulary import LabelSource, Verdict
from labeling.facts.votes import COUNTS

CAUSES = {"item_id": pl.Int64, "cause": pl.String, "who": pl.List(pl.String)}
_NOBODY = pl.lit([], dtype=pl.List(pl.String))


class Cause(StrEnum):
    """What made a final label another one, the strongest word first."""

    CLASSES = "classes"
    RULING = "ruling"
    RULING_WITHDRAWN = "ruling_withdrawn"
    GOLDEN = "golden"
    GOLDEN_RETIRED = "golden_retired"
    VOTES = "votes"
    CHUNKS = "chunks"
    METHOD = "method"
    WEIGHTS = "weights"


@dataclass(frozen=True)
class Mark:
    """A moment of a project: when it was, and the newest answer and event that were there. Votes from files bear any date."""

    at: datetime
    answer: int
    event: int

    @classmethod
    def now(cls, connection: Connection, project_id: int, at: datetime) -> Mark:
        """What this connection sees, ``at`` a moment; a ruling that is seen and bears a later one moves it there.

        Between the clock and the reading somebody may have ruled, and another machine's clock may be ahead.
        """
        newest = marks.newest_settled(connection, project_id)
        return cls(at if newest is None else max(at, newest), *marks.newest_said(connection, project_id))

    @classmethod
    def of(cls, at: datetime, kept: Mapping[str, int]) -> Mark:
        """As :attr:`kept` keeps it."""
        return cls(at, kept["answer"], kept["event"])

    @property
    def kept(self) -> dict[str, int]:
        """All but the moment, as JSON."""
        return {name: number for name, number in asdict(self).items() if name != "at"}


def causes(connection: Connection, project_id: int, changed: pl.DataFrame, since: Mark, until: Mark) -> pl.DataFrame:
    """CAUSES(item_id, cause, who): why each of CHANGED has another final label at ``until`` than at ``since``.

    CHANGED is (item_id, before, after, source, method, source_before, method_before). ``cause`` is one of :class:`Cause`; ``who``
    the names of those whose word it was, in alphabetical order: the expert, who appointed the golden label, who gave new votes,
    who set a chunk aside. It is empty where a command or the consensus itself did it, or where only the classes were changed:
    ``weights`` says that the same votes weigh otherwise, by what was said of other items.
    """
    # The same label by what was done to the classes since.
    now = recoding(connection, project_id).labels(changed, "before", "after")
    changed = changed.with_columns(renamed=(now["before"] == now["after"]).fill_null(False))
    spoke = _spoken(rulings(connection, project_id), since, until, pl.col("expert"), pl.col("verdict"))
    appointed = _spoken(appointments(connection, project_id), since, until, pl.col("name"), pl.col("label"))
    named = (
        changed.join(spoke.rename({"who": "expert", "word": "verdict"}), on="item_id", how="left")
        .join(appointed.rename({"who": "appointer", "word": "golden"}), on="item_id", how="left")
        .join(_voted(connection, project_id, changed, since, until), on="item_id", how="left")
        .join(_set_aside(connection, project_id, changed, since, until), on="item_id", how="left")
    )
    told = (
        (None, Cause.CLASSES, pl.col("renamed")),
        ("expert", Cause.RULING, _was(LabelSource.ADJUDICATION) & (pl.col("verdict") == Verdict.LABEL.value)),
        ("expert", Cause.RULING_WITHDRAWN, _was(LabelSource.ADJUDICATION) & pl.col("verdict").is_not_null()),
        ("appointer", Cause.GOLDEN, _was(LabelSource.GOLDEN) & (pl.col("golden") != "")),
        ("appointer", Cause.GOLDEN_RETIRED, _was(LabelSource.GOLDEN) & pl.col("golden").is_not_null()),
        ("voters", Cause.VOTES, pl.col("voters").is_not_null()),
        ("judges", Cause.CHUNKS, pl.col("judges").is_not_null()),
        (None, Cause.METHOD, pl.col("method").ne_missing(pl.col("method_before"))),
        (None, Cause.WEIGHTS, pl.lit(True)),
    )
    cause: Any = pl
    who: Any = pl
    for by, name, holds in told:
        cause = cause.when(holds).then(pl.lit(name.value))
        who = who.when(holds).then(_NOBODY if by is None else pl.col(by))
    return named.select("item_id", cause.alias("cause"), who.alias("who"))


def _was(source: LabelSource) -> pl.Expr:
    """That the label was of this source before, or is now."""
    return ((pl.col("source") == source.value) | (pl.col("source_before") == source.value)).fill_null(False)


def _spoken(said: pl.DataFrame, since: Mark, until: Mark, who: pl.Expr, word: pl.Expr) -> pl.DataFrame:
    """(item_id, who, word) of the last revision until then, where it was said since; the word is "" where there is none."""
    last = said.filter(pl.col("at") <= until.at).sort("revision").unique("item_id", keep="last")
    names = pl.when(who.is_null()).then(_NOBODY).otherwise(pl.concat_list(who.cast(pl.String)))
    newer = last.filter(pl.col("at") > since.at)
    return newer.select("item_id", names.alias("who"), word.cast(pl.String).fill_null("").alias("word"))


def _voted(connection: Connection, project_id: int, changed: pl.DataFrame, since: Mark, until: Mark) -> pl.DataFrame:
    """(item_id, voters): whose answers of the time between are votes."""
    number = pl.col("id")
    between = annotations_of(connection, project_id).filter(number > since.answer, number <= until.answer)
    states = work.chunk_states(connection, project_id, until.at)
    counted = (
        between.join(changed.select("item_id"), on="item_id", how="semi")
        .join(states, on="chunk", how="left")
        .with_columns(pl.col("suspended").fill_null(False))
        .filter(COUNTS)
    )
    return _by_item(counted.select("item_id", pl.col("assessor").alias("person")), connection, "voters")


def _set_aside(
    connection: Connection, project_id: int, changed: pl.DataFrame, since: Mark, until: Mark
) -> pl.DataFrame:
    """(item_id, judges): who set chunks with answers to them aside, or took them back in; the gate has no name."""
    judged = work.chunks_judged(connection, project_id, since.event, until.event)
    in_them = annotations_of(connection, project_id).join(judged, on="chunk").select("item_id", "person")
    return _by_item(in_them.join(changed.select("item_id"), on="item_id", how="semi"), connection, "judges")


def _by_item(said: pl.DataFrame, connection: Connection, name: str) -> pl.DataFrame:
    people = work.annotators(connection).select(pl.col("assessor").alias("person"), pl.col("name").alias(name))
    named = said.unique().join(people, on="person", how="left")
    return named.group_by("item_id").agg(pl.col(name).drop_nulls().unique().sort())
