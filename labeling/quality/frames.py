"""The door of ``labeling.quality``: any eager frame in, integer-coded votes out, one validation for all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import narwhals as nw
import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.errors import LabelingError

Codes: TypeAlias = npt.NDArray[np.int32]

# Flag and lookup arrays are cheaper than sorting while they stay within a few hundred megabytes.
_DENSE_LIMIT = 100_000_000


@dataclass(frozen=True, eq=False, slots=True)
class Votes:
    """Validated votes, one per (item, annotator), in the order of the given rows.

    ``item``, ``annotator``, ``label`` are int32 codes of shape (votes,) into ``items``, ``annotators`` and
    ``classes``; ``row`` (int64) is the position of each kept vote in the given frame, so that any other column
    can be gathered. ``golden`` of shape (items,) holds the code of an item's golden label, -1 where it has none.

    Numbers are coded in ascending order, an Enum in the order of its categories, everything else in order of
    first appearance; ``items`` and ``annotators`` keep the given dtype (Categorical and Enum become String).
    Items that have only abstentions stay in ``items`` without a vote.
    """

    item: Codes
    annotator: Codes
    label: Codes
    row: npt.NDArray[np.int64]
    items: pl.Series
    annotators: pl.Series
    classes: tuple[str, ...]
    golden: Codes
    duplicates: int
    """Rows dropped because a later row has the same item and annotator."""
    abstained: int
    """Last rows of an (item, annotator) without a label: unsure or skipped."""
    golden_duplicates: int
    golden_unknown: int
    """Golden items nobody was asked about."""

    def __len__(self) -> int:
        return len(self.label)

    def where(self, keep: npt.NDArray[np.bool_]) -> Votes:
        """The votes under the mask ``keep`` of shape (votes,), with all items and annotators."""
        return replace(
            self, item=self.item[keep], annotator=self.annotator[keep], label=self.label[keep], row=self.row[keep]
        )

    def of_items(self, chosen: npt.NDArray[np.int64]) -> Votes:
        """The same votes of some items only, given by their codes in ascending order."""
        code = np.full(len(self.items), -1, dtype=np.int32)
        code[chosen] = np.arange(len(chosen), dtype=np.int32)
        part = self.where(code[self.item] >= 0)
        return replace(part, item=code[part.item], items=self.items.gather(chosen), golden=self.golden[chosen])

    def without_golden(self) -> Votes:
        """The same votes, no golden label known."""
        return replace(self, golden=np.full_like(self.golden, -1))

    def by_name(self) -> tuple[Votes, Codes, Codes]:
        """The same votes with items, annotators and rows in the order of their names, whatever order they came in.

        The arrays say where each item and each annotator of these votes stands among those.
        """
        items, item_place = _in_order(self.items)
        annotators, annotator_place = _in_order(self.annotators)
        item, annotator = item_place[self.item], annotator_place[self.annotator]
        rows = pl.Series(item.astype(np.int64) * max(len(annotators), 1) + annotator).arg_sort().to_numpy()
        named = replace(
            self,
            item=item[rows],
            annotator=annotator[rows],
            label=self.label[rows],
            row=self.row[rows],
            items=self.items.gather(items),
            annotators=self.annotators.gather(annotators),
            golden=self.golden[items],
        )
        return named, item_place, annotator_place

    def counts(self) -> npt.NDArray[np.float64]:
        """Votes by item and class, float64 of shape (items, classes)."""
        items, classes = len(self.items), len(self.classes)
        cells = self.item.astype(np.int64) * classes + self.label
        return np.bincount(cells, minlength=items * classes).reshape(items, classes).astype(np.float64)


def votes_frame(
    votes: IntoDataFrame,
    *,
    golden: IntoDataFrame | None = None,
    classes: Sequence[object] | None = None,
    items: pl.Series | None = None,
) -> Votes:
    """Check and code VOTES(item, annotator, label) and GOLDEN(item, label); Polars, pandas or PyArrow.

    The last row of a repeated (item, annotator), or of a repeated golden item, counts. A null label is an
    abstention among votes and a retired label in the golden frame. Classes are, in this order of precedence:
    ``classes``, the categories of an Enum column, the labels seen in both frames (numbers ascending, else
    alphabetical). Labels of both frames are compared as text, so 1 and "1" are the same class. Where ``items`` are given the
    votes' column of items holds numbers of theirs; the golden frame names its items all the same.

    Raises LabelingError ``frame_unsupported``, ``column_missing``, ``column_type``, ``column_null``,
    ``classes_repeated`` or ``unknown_label``; each names the frame (``where``) and the column.

    >>> votes = votes_frame(pl.DataFrame({"item": [1, 1, 2], "annotator": ["a", "b", "a"], "label": ["x", "y", "x"]}))
    >>> votes.items.to_list(), votes.annotators.to_list(), votes.classes
    ([1, 2], ['a', 'b'], ('x', 'y'))
    >>> votes.item.tolist(), votes.label.tolist(), votes.duplicates
    ([0, 0, 1], [0, 1, 0], 0)
    """
    frame = _read(votes, "votes", ("item", "annotator", "label"))
    truth = None if golden is None else _read(golden, "golden", ("item", "label"))
    names = _class_names(frame["label"], None if truth is None else truth["label"], classes)

    item, values = _encode(frame["item"])
    items = values if items is None else items.gather(values)
    annotator, annotators = _encode(frame["annotator"])
    label = _label_codes(frame["label"], names, "votes")

    row = _last_of_each(item.astype(np.int64) * max(len(annotators), 1) + annotator, len(items) * len(annotators))
    labeled = row[label[row] >= 0]
    golden_code, golden_duplicates, golden_unknown = _golden_codes(truth, items, names)
    return Votes(
        item=item[labeled],
        annotator=annotator[labeled],
        label=label[labeled],
        row=labeled,
        items=items,
        annotators=annotators,
        classes=names,
        golden=golden_code,
        duplicates=len(item) - len(row),
        abstained=len(row) - len(labeled),
        golden_duplicates=golden_duplicates,
        golden_unknown=golden_unknown,
    )


def read_columns(native: IntoDataFrame, where: str, columns: Sequence[str], filled: Sequence[str]) -> pl.DataFrame:
    """The named columns of any eager frame as Polars; those of ``filled`` are never null.

    Raises LabelingError ``frame_unsupported``, ``column_missing`` or ``column_null``.
    """
    try:
        frame = nw.from_native(native, eager_only=True)
    except TypeError as error:
        raise LabelingError("frame_unsupported", where=where, type=type(native).__name__) from error
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise LabelingError("column_missing", where=where, columns=missing, found=list(frame.columns))
    polars = frame.select(*columns).to_polars()
    for name in filled:
        # pandas' numbers with gaps are floats, and its gaps NaN.
        column = polars[name].fill_nan(None) if polars[name].dtype.is_float() else polars[name]
        if rows := column.null_count():
            first = int(column.is_null().arg_max() or 0) + 1
            raise LabelingError("column_null", where=where, column=name, rows=rows, first_row=first)
    return polars


def _read(native: IntoDataFrame, where: str, columns: tuple[str, ...]) -> pl.DataFrame:
    """The named columns, whole numbers as integers, keys without nulls."""
    polars = read_columns(native, where, columns, [name for name in columns if name != "label"])
    return pl.DataFrame([plain_column(polars[name], where) for name in columns])


def plain_column(column: pl.Series, where: str) -> pl.Series:
    """Whole floats (pandas' integers with gaps) as integers, truth values as text; anything odd is refused."""
    dtype = column.dtype
    if dtype.is_integer() or dtype == pl.String or isinstance(dtype, pl.Categorical | pl.Enum):
        return column
    if dtype in (pl.Boolean, pl.Null):
        return column.cast(pl.String)
    if dtype.is_float():
        filled = column.fill_nan(None)
        if (filled.is_null() | (filled == filled.floor()) & filled.is_finite()).all():
            return filled.cast(pl.Int64)
    raise LabelingError("column_type", where=where, column=column.name, dtype=str(dtype))


def _encode(column: pl.Series) -> tuple[Codes, pl.Series]:
    """Codes 0..k-1 of a column without nulls, and the k values they stand for."""
    if isinstance(column.dtype, pl.Enum):
        if column.is_empty():
            return np.empty(0, dtype=np.int32), pl.Series(column.name, [], dtype=pl.String)
        codes, present = _compact(column.to_physical().to_numpy().astype(np.int64))
        return codes, column.dtype.categories.gather(present).alias(column.name)
    if not column.dtype.is_integer():
        first = (column != column.shift(1)).fill_null(True)
        # Votes mostly come item by item: then what begins a run is all there is to tell apart.
        if 2 * first.sum() <= len(column) and (begun := column.filter(first)).n_unique() == len(begun):
            return np.cumsum(first.to_numpy(), dtype=np.int32) - np.int32(1), begun.cast(pl.String)
        categories = pl.Categories.random()
        coded = column.cast(pl.String).cast(pl.Categorical(categories))
        return coded.to_physical().to_numpy().astype(np.int32), categories.to_series().cast(pl.String).alias(
            column.name
        )
    numbers = column.to_numpy()
    if len(numbers) and int(numbers.max()) - int(numbers.min()) < min(_DENSE_LIMIT, 16 * len(numbers) + 1_000):
        low = int(numbers.min())
        codes, present = _compact((numbers - numbers.dtype.type(low)).astype(np.int64))
        values = present.astype(numbers.dtype) + numbers.dtype.type(low)
    else:
        values, inverse = np.unique(numbers, return_inverse=True)
        codes = inverse.astype(np.int32)
    return codes, pl.Series(column.name, values, dtype=column.dtype)


def _in_order(names: pl.Series) -> tuple[npt.NDArray[np.int64], Codes]:
    """Positions of the names in the order of their text, and the place of each in that order."""
    order = names.cast(pl.String).arg_sort().to_numpy().astype(np.int64)
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return order, place


def _compact(offsets: npt.NDArray[np.int64]) -> tuple[Codes, npt.NDArray[np.int64]]:
    """Codes of small non-negative numbers by a lookup table: linear, where sorting is not."""
    occurs = np.zeros(int(offsets.max()) + 1, dtype=bool)
    occurs[offsets] = True
    present = np.flatnonzero(occurs)
    table = np.cumsum(occurs, dtype=np.int32) - np.int32(1)
    return table[offsets], present


def _last_of_each(key: npt.NDArray[np.int64], bound: int) -> npt.NDArray[np.int64]:
    """Positions, ascending, of the last row of every key below ``bound``."""
    if bound <= _DENSE_LIMIT:
        position = np.arange(len(key), dtype=np.int32)
        last = np.empty(bound, dtype=np.int32)
        last[key] = position  # of repeated indices NumPy keeps the last one assigned
        return np.flatnonzero(last[key] == position)
    bits = len(key).bit_length()
    if bound.bit_length() + bits > 63:
        _, from_the_end = np.unique(key[::-1], return_index=True)
        return np.sort(len(key) - 1 - from_the_end).astype(np.int64)
    # Sorting numbers alone takes a seventh of the time that finding out where each stood does: so each carries its place.
    placed = np.sort(key << bits | np.arange(len(key)))
    ends = np.flatnonzero(placed[1:] >> bits != placed[:-1] >> bits)
    return np.sort(placed[np.append(ends, len(key) - 1)] & ((1 << bits) - 1))


def _class_names(voted: pl.Series, golden: pl.Series | None, given: Sequence[object] | None) -> tuple[str, ...]:
    if given is not None:
        names = tuple(str(name) for name in given)
        if len(set(names)) < len(names):
            raise LabelingError("classes_repeated", classes=list(names))
        return names
    if isinstance(voted.dtype, pl.Enum):
        return tuple(voted.dtype.categories)
    columns = [column.drop_nulls().unique() for column in (voted, golden) if column is not None]
    if all(column.dtype.is_integer() for column in columns):
        return tuple(str(number) for number in sorted({number for column in columns for number in column}))
    return tuple(sorted({str(name) for column in columns for name in column}))


def _label_codes(column: pl.Series, names: tuple[str, ...], where: str) -> Codes:
    """Class codes of a label column, -1 for null."""
    filled = column.drop_nulls()
    codes, values = _encode(filled)
    order = {name: code for code, name in enumerate(names)}
    written = [str(value) for value in values]
    strange = [name for name in written if name not in order]
    if strange:
        raise LabelingError("unknown_label", label=strange[0], where=where, labels=strange, classes=list(names))
    class_codes = np.array([order[name] for name in written], dtype=np.int32)
    if len(filled) == len(column):
        return class_codes[codes]
    labels = np.full(len(column), -1, dtype=np.int32)
    labels[column.is_not_null().to_numpy()] = class_codes[codes]
    return labels


def _golden_codes(golden: pl.DataFrame | None, items: pl.Series, names: tuple[str, ...]) -> tuple[Codes, int, int]:
    """Golden label code by item (-1 for none), repeated rows, golden items that are not among the items."""
    codes = np.full(len(items), -1, dtype=np.int32)
    if golden is None:
        return codes, 0, 0
    label = _label_codes(golden["label"], names, "golden")
    keyed = pl.DataFrame({"item": golden["item"].cast(pl.String), "label": label})
    last = keyed.unique("item", keep="last").filter(pl.col("label") >= 0)
    places = pl.DataFrame({"item": items.cast(pl.String), "code": np.arange(len(items), dtype=np.int32)})
    met = last.join(places, on="item", how="inner")
    codes[met["code"].to_numpy()] = met["label"].to_numpy()
    return codes, len(golden) - keyed["item"].n_unique(), len(last) - len(met)
