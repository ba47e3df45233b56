"""Whether a file that was exported holds a snapshot's rows, and where it doesn't."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection

from labeling.errors import LabelingError
from labeling.exchange.label_lists import set_label
from labeling.exchange.tables import read_frame
from labeling.snapshots.kept import Snapshot, rows_of
from labeling.snapshots.rows import text_digests, written
from labeling.snapshots.verifying import NAMED

_COLUMNS = ("item", "text", "label", "source", "method", "probability", "n", "state")


@dataclass(frozen=True)
class Compared:
    """How a file differs from a snapshot: how many items, and the first of each kind by name.

    ``different`` has each item with the columns that are otherwise. ``repeated`` rows have an item that came before.
    """

    rows: int
    missing: int
    extra: int
    differing: int
    repeated: int
    missing_items: tuple[str, ...]
    extra_items: tuple[str, ...]
    different: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def is_same(self) -> bool:
        """Whether the file holds exactly the snapshot's rows."""
        return not (self.missing or self.extra or self.differing or self.repeated)


def compare_file(connection: Connection, snapshot: Snapshot, name: str, *, several: bool = False) -> Compared:
    """Compare an exported file (CSV, JSONL, Parquet, XLSX; ``-`` is the standard input) with a snapshot; rows in any order.
    ``several``: a label is a set of classes, as a code or as a list.

    Raises LabelingError ``snapshot_broken``, ``column_missing``, and what :func:`labeling.exchange.tables.read_frame` raises.
    """
    file = read_frame(name, _COLUMNS, texts=_COLUMNS)
    lacking = [column for column in _COLUMNS if column not in file.columns]
    if lacking:
        raise LabelingError("column_missing", columns=lacking, found=file.columns, where="file")
    if several:
        file = file.with_columns(_as_sets(file["label"]))
    kept = _as_compared(rows_of(connection, snapshot), written(pl.col("probability")))
    digests = text_digests(file["text"])
    # What is no number stays as it is written, and so is found.
    chance = pl.coalesce(written(pl.col("probability").cast(pl.Float64, strict=False)), pl.col("probability"))
    found = _as_compared(file.with_columns(digests), chance)
    first = found.unique("item", keep="first", maintain_order=True)
    both = kept.join(first, on="item", how="inner", suffix="_found", maintain_order="left")
    columns = [name for name in kept.columns if name != "item"]
    otherwise = [pl.col(name).ne_missing(pl.col(f"{name}_found")).alias(name) for name in columns]
    differing = both.select("item", *otherwise).filter(pl.any_horizontal(columns))
    missing = kept.join(first, on="item", how="anti", maintain_order="left")["item"]
    extra = first.join(kept, on="item", how="anti", maintain_order="left")["item"]
    return Compared(
        file.height,
        missing.len(),
        extra.len(),
        differing.height,
        file.height - first.height,
        tuple(missing.head(NAMED)),
        tuple(extra.head(NAMED)),
        tuple((row["item"], _named(row)) for row in differing.head(NAMED).iter_rows(named=True)),
    )


def _as_sets(labels: pl.Series) -> pl.Series:
    """Labels with each list as one code; what is none stays as it is written, and so is found."""

    def one(cell: str) -> str:
        try:
            return str(set_label(cell))
        except ValueError:
            return cell

    named = labels.drop_nulls().unique()
    codes = pl.Series(map(one, named), dtype=pl.String)
    return labels.replace_strict(named, codes, default=None, return_dtype=pl.String)


def _as_compared(rows: pl.DataFrame, probability: pl.Expr) -> pl.DataFrame:
    """The cells as text, the text by its hash."""
    plain = [pl.col(name).cast(pl.String) for name in ("item", "label", "source", "method", "n", "state")]
    return rows.select(*plain, pl.col("text_sha256").bin.encode("hex").alias("text"), probability.alias("probability"))


def _named(row: dict[str, object]) -> tuple[str, ...]:
    """The columns that are otherwise, in the order of the file's."""
    return tuple(name for name in _COLUMNS if row.get(name) is True)
