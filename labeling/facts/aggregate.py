"""A consensus as it is handed about, and as it is packed to be kept."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from labeling.quality.consensus import Choice, Consensus, Evidence, Warned
from labeling.quality.consensus.incidence import Floats

# Probabilities are told to so many digits: what is read back from where it was kept is the same to the last one.
DIGITS = 6


@dataclass(frozen=True, eq=False)
class Aggregate:
    """The consensus of a project's votes.

    ``frame`` is CONSENSUS(item_id, item, label Enum, probability, n), a row for each item that somebody labeled, in their
    order; a golden item has its golden label. ``chances`` (rows, classes) are the probabilities of ``classes``, of each by
    itself where a label may be several of them. ``junior`` is
    the version whose word is in it, ``votes`` of how many votes it is, ``mark`` of which state of the facts. ``ties`` counts
    labels that were drawn among equally probable ones, ``single`` those of one vote alone; ``warning`` is that of ``Consensus``.
    """

    frame: pl.DataFrame
    chances: Floats
    classes: tuple[str, ...]
    method: str
    choice: Choice | None
    junior: int | None
    votes: int
    mark: tuple[int, ...]
    ties: int
    single: int
    warning: Warned | None

    @property
    def named(self) -> str:
        """The method as files name it, with the version of junior whose word is in it: ``auto`` or ``auto + junior:3``."""
        return self.method if self.junior is None else f"{self.method} + junior:{self.junior}"

    def with_chances(self, classes: Sequence[str] | None = None) -> pl.DataFrame:
        """CONSENSUS with ``method``, and ``p_`` and its code for the probability of every class, or of each of ``classes``."""
        chances = pl.DataFrame(self.chances, schema=[f"p_{code}" for code in self.classes], orient="row")
        unheard = [pl.lit(0.0).alias(f"p_{code}") for code in classes or () if code not in self.classes]
        both = pl.concat([self.frame, chances], how="horizontal").with_columns(
            pl.lit(self.named).alias("method"), *unheard
        )
        named = ["item_id", "item", "label", "method", "probability", "n"]
        return both.select(*named, *(f"p_{code}" for code in classes or self.classes))


def of_consensus(
    result: Consensus, named: pl.DataFrame, labels: pl.DataType, *, junior: int | None, mark: tuple[int, ...]
) -> Aggregate:
    """A consensus with the ids of its items, from NAMES(item, item_id)."""
    labeled = result.frame["label"].is_not_null() & (result.frame["n"] > 0)
    frame = (
        result.frame.with_columns(
            pl.col("label").cast(labels), pl.col("probability").round(DIGITS), pl.col("n").cast(pl.Int64)
        )
        .join(named, on="item", how="left", maintain_order="left")
        .filter(labeled)
        .select("item_id", "item", "label", "probability", "n")
    )
    chances = np.round(result.posterior[labeled.to_numpy()], DIGITS)
    return Aggregate(
        frame,
        chances,
        result.classes,
        result.method,
        result.choice,
        junior,
        len(result.votes),
        mark,
        result.ties,
        result.single,
        result.warning,
    )


def pack(aggregate: Aggregate) -> tuple[dict[str, Any], bytes]:
    """What is small of it as JSON, and the rows as Parquet: item_id, n, label, and a column for each class."""
    head = {
        "method": aggregate.method,
        "classes": list(aggregate.classes),
        "choice": asdict(aggregate.choice) if aggregate.choice else None,
        "junior": aggregate.junior,
        "votes": aggregate.votes,
        "ties": aggregate.ties,
        "single": aggregate.single,
        "warning": aggregate.warning,
    }
    rows = aggregate.frame.select("item_id", "n", pl.col("label").cast(pl.String))
    columns = [pl.Series(str(at), aggregate.chances[:, at], dtype=pl.Float32) for at in range(len(aggregate.classes))]
    packed = io.BytesIO()
    rows.with_columns(aggregate.frame["probability"], *columns).write_parquet(packed, compression="zstd")
    return head, packed.getvalue()


def unpack(
    head: Mapping[str, Any],
    body: bytes,
    named: pl.DataFrame,
    labels: pl.DataType,
    mark: tuple[int, ...],
    stands_for: Callable[[str], str | None],
) -> Aggregate:
    """What :func:`pack` packed, with the names of its items from NAMES(item, item_id), and with the labels that its labels stand
    for now: where classes were changed since, it speaks on until there is a new one.
    """
    classes = tuple(head["classes"])
    rows = pl.read_parquet(io.BytesIO(body))
    chances = np.round(rows.select(str(at) for at in range(len(classes))).to_numpy().astype(np.float64), DIGITS)
    if "probability" not in rows.columns:
        # Kept before a label could be several classes, it is that of its class.
        place = rows["label"].cast(pl.Enum(classes)).to_physical().to_numpy()
        rows = rows.with_columns(probability=pl.Series(chances[np.arange(len(rows)), place]))
    now = {label: stands_for(label) for label in rows["label"].unique().drop_nulls()}
    given = rows["label"].replace_strict(now, return_dtype=pl.String) if now else rows["label"]
    told = given.is_not_null()
    chances = chances[told.to_numpy()]
    classes, chances = _as_of_now(classes, chances, stands_for)
    rows = rows.with_columns(given.alias("label")).filter(told)
    frame = rows.join(named, on="item_id", how="left", maintain_order="left").select(
        "item_id",
        "item",
        pl.col("label").cast(labels),
        "probability",
        "n",
    )
    choice = _choice(head["choice"]) if head["choice"] else None
    # What was kept before ties were counted speaks until the next consensus.
    warned = Warned(head["warning"]) if head.get("warning") else None
    counted = head.get("ties", 0), head.get("single", 0), warned
    return Aggregate(frame, chances, classes, head["method"], choice, head["junior"], head["votes"], mark, *counted)


def _as_of_now(
    classes: tuple[str, ...], chances: Floats, stands_for: Callable[[str], str | None]
) -> tuple[tuple[str, ...], Floats]:
    """Classes as they are now, with their chances: of several that are one, the sum."""
    now = [stands_for(code) for code in classes]
    if now == list(classes):
        return classes, chances
    kept = tuple(dict.fromkeys(code for code in now if code is not None))
    columns = [chances[:, [at for at, to in enumerate(now) if to == code]].sum(axis=1) for code in kept]
    return kept, np.column_stack(columns).clip(max=1.0) if kept else np.empty((len(chances), 0))


def _choice(record: Mapping[str, Any]) -> Choice:
    models = {name: Evidence(**evidence) for name, evidence in record["models"].items()}
    return Choice(**{**record, "models": models})
