"""The door of ``labeling.review``: texts with their labels, checked and coded once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.errors import LabelingError
from labeling.quality.frames import Codes, read_columns

Floats: TypeAlias = npt.NDArray[np.float64]
Small: TypeAlias = npt.NDArray[np.float32]
Whole: TypeAlias = npt.NDArray[np.int64]

_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, eq=False, slots=True)
class Texts:
    """Checked items: ``items`` (n,) as given, ``texts`` (n,), ``label`` int32 (n,) into ``classes``, -1 for none."""

    items: pl.Series
    texts: list[str]
    label: Codes
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.texts)


def texts_frame(items: IntoDataFrame, *, label: str | None = None) -> Texts:
    """Check ITEMS(item, text), with the labels of the column ``label`` where it is named; any eager frame.

    A missing text is an empty one, a missing label is none. Of a repeated item the first row counts. Raises
    LabelingError ``frame_unsupported``, ``column_missing`` or ``column_null``.

    >>> found = texts_frame(pl.DataFrame({"item": [7, 8], "text": ["ab", None], "kind": ["x", None]}), label="kind")
    >>> found.texts, found.label.tolist(), found.classes
    (['ab', ''], [0, -1], ('x',))
    """
    frame = read_columns(items, "items", ["item", "text", *([label] if label else [])], ["item"])
    frame = frame.unique("item", keep="first", maintain_order=True)
    texts = frame["text"].cast(pl.String).fill_null("").to_list()
    if label is None:
        return Texts(frame["item"], texts, np.full(len(frame), -1, dtype=np.int32), ())
    column = frame[label].cast(pl.String)
    names = tuple(sorted(column.drop_nulls().unique().to_list()))
    return Texts(frame["item"], texts, codes_of(column, names, "items"), names)


def codes_of(column: pl.Series, classes: Sequence[str], where: str) -> Codes:
    """Class codes of a column of names, -1 for null. Raises LabelingError ``unknown_label``."""
    strange = sorted(set(column.drop_nulls().unique().to_list()) - set(classes))
    if strange:
        raise LabelingError("unknown_label", label=strange[0], where=where, labels=strange, classes=list(classes))
    table = {name: code for code, name in enumerate(classes)}
    coded = column.replace_strict(table, default=-1, return_dtype=pl.Int32) if table else None
    return np.full(len(column), -1, dtype=np.int32) if coded is None else coded.fill_null(-1).to_numpy().copy()


def labels_of(native: IntoDataFrame | None, items: pl.Series, classes: Sequence[str], where: str) -> Codes:
    """Class code by item of a frame (item, label), -1 where it says nothing; of a repeated item the last row counts."""
    codes = np.full(len(items), -1, dtype=np.int32)
    if native is None:
        return codes
    frame = read_columns(native, where, ["item", "label"], ["item"])
    labels = pl.DataFrame(
        {"item": frame["item"].cast(pl.String), "code": codes_of(frame["label"].cast(pl.String), classes, where)}
    ).unique("item", keep="last")
    places = pl.DataFrame({"item": items.cast(pl.String), "row": np.arange(len(items))})
    met = places.join(labels, on="item", how="inner")
    codes[met["row"].to_numpy()] = met["code"].to_numpy()
    return codes


def normalised(text: str) -> str:
    """What two copies of one text share: letters and digits in one case, single spaces.

    >>> normalised("  Где  моя КАРТА?!"), normalised("где моя карта")
    ('где моя карта', 'где моя карта')
    >>> normalised("?!")
    '?!'
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е").strip()
    return _NOT_WORDS.sub(" ", folded).strip() or folded


def group_codes(texts: Sequence[str]) -> Whole:
    """One number a distinct normalised text, int64 (n,).

    >>> group_codes(["Hello!", "bye", "hello"]).tolist()
    [0, 1, 0]
    """
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(normalised(text), len(numbers)) for text in texts], dtype=np.int64)
