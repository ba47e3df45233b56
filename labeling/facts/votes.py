"""Answers and votes: which of all that assessors said counts.

An annotator's answer to an item is their latest revision. It is a vote when it is one of those that the item wanted (not
surplus), stands in no chunk that is set aside, and was not given to qualify. An independent answer is the latest that was
chosen without a suggestion on screen. Second answers to one's own items (repeats) are no votes: they have a table of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import polars as pl
from sqlalchemy import Connection

from db.frames import items, work
from db.frames.annotations import annotations_of, votes_on
from db.frames.reading import UTC_TIME, Schema, label_type
from db.frames.work import skips
from db.vocabulary import ChunkKind
from labeling.projects.classes import LabelClass
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.kinds.score import EXACT, Scoring

__all__ = [
    "COUNTS",
    "answers",
    "answers_schema",
    "coded_votes",
    "golden_answers",
    "own_answers",
    "repeats",
    "skips",
    "votes",
    "votes_on",
]

#: Of ANSWERS the rows that are votes.
COUNTS = ~pl.col("surplus") & ~pl.col("suspended") & (pl.col("kind").fill_null("") != ChunkKind.QUALIFICATION.value)


def answers_schema(labels: pl.DataType) -> Schema:
    """The dtypes of :func:`answers`."""
    return {
        "item_id": pl.Int64(),
        "item": pl.String(),
        "annotator": pl.String(),
        "label": labels,
        "assessor": pl.Int64(),
        "chunk": pl.Int64(),
        "ordinal": pl.Int64(),
        "kind": pl.String(),
        "open": pl.Boolean(),
        "suspended": pl.Boolean(),
        "surplus": pl.Boolean(),
        "aided": pl.Boolean(),
        "probed": pl.Boolean(),
        "at": UTC_TIME,
        "seconds": pl.Float64(),
    }


def answers(
    connection: Connection,
    project_id: int,
    *,
    as_of: datetime | None = None,
    independent: bool = False,
    assessor_id: int | None = None,
) -> pl.DataFrame:
    """ANSWERS: each annotator's answer to each item as it stood at ``as_of`` (None: now), in the order of items and annotators.

    ``item`` and ``annotator`` are named as in files. ``label`` is null for "unsure"; ``chunk``, ``ordinal``, ``kind`` and
    ``open`` for what came in with a file, ``seconds`` where nobody measured. ``at`` is in whole seconds. ``independent``: the
    last answer before a suggestion was on screen; where there was none the annotator is left out. ``aided`` and ``probed`` as in
    :func:`db.frames.annotations.annotations_of`.
    """
    annotations = _in_force(connection, project_id, as_of, independent=independent, assessor_id=assessor_id)
    # One number for both: sorted twice as fast as two.
    place = pl.col("item_id") * (pl.col("assessor").max() + 1) + pl.col("assessor")
    named = (
        annotations.sort(place)
        .join(_names(connection, project_id, annotations), on="item_id", how="left", maintain_order="left")
        .join(work.annotators(connection), on="assessor", how="left", maintain_order="left")
    )
    shown = list(answers_schema(label_type(connection, project_id)))
    return _with_chunks(connection, project_id, named, as_of).select(shown)


def bare_answers(connection: Connection, project_id: int, *, independent: bool = False) -> pl.DataFrame:
    """ANSWERS without ``item`` and ``annotator``, in no order: for counts, which need no names, in half the time."""
    annotations = _in_force(connection, project_id, None, independent=independent)
    return _with_chunks(connection, project_id, annotations, None)


def _in_force(
    connection: Connection,
    project_id: int,
    as_of: datetime | None,
    *,
    independent: bool,
    assessor_id: int | None = None,
) -> pl.DataFrame:
    annotations = annotations_of(connection, project_id, assessor_id)
    if as_of is not None:
        annotations = annotations.filter(pl.col("at") <= as_of)
    if independent:
        annotations = annotations.filter(~pl.col("aided"))
    label = pl.col("label").cast(label_type(connection, project_id))
    return _latest(annotations).select(
        pl.exclude("id", "revision", "label", "at"), label, pl.col("at").dt.truncate("1s")
    )


def _with_chunks(
    connection: Connection, project_id: int, annotations: pl.DataFrame, as_of: datetime | None
) -> pl.DataFrame:
    chunks = work.chunk_states(connection, project_id, as_of)
    joined = annotations.join(chunks, on="chunk", how="left", maintain_order="left")
    return joined.with_columns(pl.col("suspended").fill_null(False))


def votes(
    connection: Connection, project_id: int, *, as_of: datetime | None = None, independent: bool = False
) -> pl.DataFrame:
    """VOTES: the rows of :func:`answers` that count."""
    return answers(connection, project_id, as_of=as_of, independent=independent).filter(COUNTS)


def coded_votes(votes: pl.DataFrame, golden: pl.DataFrame, classes: Iterable[LabelClass]) -> Votes:
    """Independent VOTES with GOLDEN, as agreement is measured on them: with the classes in use, and those that were met.

    In alphabetical order, as the command line has them: the bootstrap's draws then fall alike in both.
    """
    met = set(votes["label"].unique().drop_nulls().cast(pl.String)) | set(golden["label"].cast(pl.String))
    return votes_frame(votes, golden=golden, classes=sorted(met | {each.code for each in classes if not each.retired}))


def golden_answers(answers: pl.DataFrame, golden: pl.DataFrame, scoring: Scoring = EXACT) -> pl.DataFrame:
    """GOLDEN_ANSWERS: the rows of ANSWERS on golden items that may be scored, with ``ruled``, the golden label, ``right``,
    whether they are the same, and ``score``, how right the answer is by ``scoring``.

    Left out are "unsure", and chunks that are open still: an answer may change until its chunk closes. The golden
    labels given count, so a new ruling scores old answers anew.
    """
    ruled = golden.select("item_id", pl.col("label").alias("ruled"))
    settled = answers.filter(pl.col("label").is_not_null(), ~pl.col("open").fill_null(False))
    met = settled.join(ruled, on="item_id", how="inner", maintain_order="left")
    right = (pl.col("label") == pl.col("ruled")).alias("right")
    return met.with_columns(right, scoring.scores(met["label"], met["ruled"]))


def answerers(connection: Connection, project_id: int) -> frozenset[int]:
    """Whoever has answered anything in the project, by their ids."""
    return frozenset(annotations_of(connection, project_id)["assessor"].unique().to_list())


def repeats(
    connection: Connection, project_id: int, *, as_of: datetime | None = None, suspended: bool = False
) -> pl.DataFrame:
    """REPEATS(annotator, item, first, second, at, seconds): one's own items that came back, blind, by ``as_of``.

    ``first`` is the answer that stood then, ``second`` the last word of the second time; null is "unsure". Left out are
    chunks that are open still, for an answer may change until its chunk closes, and, unless ``suspended``, where either
    answer's chunk stood suspended.
    """
    repeats = work.repeats(connection, project_id, as_of)
    chunks = work.chunk_states(connection, project_id, as_of)
    if not suspended:
        aside = chunks.filter("suspended").select("chunk")
        repeats = repeats.join(aside, on="chunk", how="anti").join(aside, left_on="back", right_on="chunk", how="anti")
    repeats = repeats.join(chunks.filter(~pl.col("open")), left_on="back", right_on="chunk", how="semi")
    named = repeats.join(work.annotators(connection), on="assessor", how="left")
    return named.select("annotator", "item", "first", "second", "at", "seconds")


def own_answers(connection: Connection, project_id: int, assessor_id: int) -> pl.DataFrame:
    """(item_id, assessor, chunk, label, seconds, at, surplus) of all that one assessor answered here, also what came back.

    For figures of their own work: without repeats its count would tell which they were. Their ``item_id`` is the lease's below
    zero: the item itself has its answer already. Votes that came in with a file were given elsewhere.
    """
    names = ["item_id", "assessor", "chunk", "label", "seconds", "at", "surplus"]
    given = answers(connection, project_id, assessor_id=assessor_id).filter(pl.col("chunk").is_not_null())
    again = work.repeats(connection, project_id).filter(pl.col("assessor") == assessor_id)
    back = again.select(
        (-pl.col("lease")).alias("item_id"),
        "assessor",
        pl.col("back").alias("chunk"),
        pl.col("second").alias("label"),
        "seconds",
        "at",
        pl.lit(False).alias("surplus"),
    )
    return pl.concat([given.select(names), back.select(names)])


def _latest(annotations: pl.DataFrame) -> pl.DataFrame:
    """The last revision of each assessor's answer to each item, in no order.

    Few items have more than one of anybody, and only those are looked through.
    """
    again = annotations.filter(pl.col("revision") > 1)["item_id"].implode()
    touched = pl.col("item_id").is_in(again)
    newest = pl.col("revision") == pl.col("revision").max().over("item_id", "assessor")
    return pl.concat([annotations.filter(~touched), annotations.filter(touched).filter(newest)])


def _names(connection: Connection, project_id: int, annotations: pl.DataFrame) -> pl.DataFrame:
    """NAMES(item_id, item): all of the project's, or those of a few answers."""
    if annotations.height < 1_000:
        some = items.texts_of(connection, annotations["item_id"].unique().to_list())
        return some.select("item_id", "item")
    return items.names(connection, project_id).select(pl.col("id").alias("item_id"), "item")
