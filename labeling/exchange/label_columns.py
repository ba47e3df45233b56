"""How labels stand in an exported table: as one text, as a list of classes, or as a column of 0 and 1 for each class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from db.vocabulary import LabelKind
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import LISTING, ExportFormat, ExportOptions
from labeling.quality.kinds.sets import SEPARATOR

_LABELS = ("label", "reference", "suggestion", "first", "second")
_LISTS = pl.List(pl.String)


@dataclass(frozen=True)
class LabelColumns:
    """``classes`` are their codes in order, ``kind`` is that of labels. ``lists``: sets are lists; ``one_hot``: a column of 0 and
    1 for each class, empty where there is no label, stands in place of the label.

    >>> told = LabelColumns(["x", "text"], LabelKind.SEVERAL, one_hot=True)
    >>> frame = pl.DataFrame({"text": ["hi", "ho", "hm"], "label": ["x|text", "|", None]})
    >>> told.rows(frame).rows()
    [('hi', 1, 1), ('ho', 0, 0), ('hm', None, None)]
    >>> list(told.columns(frame.schema))
    ['text', 'x', 'label_text']
    """

    classes: Sequence[str]
    kind: LabelKind
    lists: bool = False
    one_hot: bool = False

    @classmethod
    def of(
        cls, classes: Sequence[str], kind: LabelKind, what: ExportContent, format: ExportFormat, options: ExportOptions
    ) -> LabelColumns:
        """As this export has them."""
        return cls(classes, kind, format in LISTING, options.pertinent(what, format).one_hot)

    def columns(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of a table and their dtypes, of those that it has in the database."""
        told: dict[str, Any] = {}
        for name, dtype in columns.items():
            if name == "label" and self.one_hot:
                told |= dict.fromkeys(self._one_hot(columns), pl.Int64)
            else:
                told[name] = _LISTS if self._has_sets and self.lists and name in _LABELS else dtype
        return told

    def rows(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Rows with these columns."""
        tell = _classes_in if self.lists else _in_words
        told = [tell(name) for name in _LABELS if name in frame.columns] if self._has_sets else []
        for name, code in (self._one_hot(frame.schema) if self.one_hot else {}).items():
            told.append(says(code, self.kind).cast(pl.Int64).alias(name))
        return frame.with_columns(told).select(list(self.columns(frame.schema)))

    @property
    def _has_sets(self) -> bool:
        return self.kind is LabelKind.SEVERAL

    def _one_hot(self, others: Mapping[str, Any]) -> dict[str, str]:
        """The columns and the class of each; where the table has one of that name already it is told apart."""
        named: dict[str, str] = {}
        for code in self.classes:
            name = code
            while name in others or name in named or (name != code and name in self.classes):
                name = f"label_{name}"
            named[name] = code
        return named


def says(code: str, kind: LabelKind) -> pl.Expr:
    """Whether each label is this class, or where it may be several has it; null where there is none."""
    return (
        _classes_in("label").list.contains(code)
        if kind is LabelKind.SEVERAL
        else pl.col("label").cast(pl.String) == code
    )


def _classes_in(column: str) -> pl.Expr:
    parts = pl.col(column).cast(pl.String).str.split(SEPARATOR)
    return parts.list.eval(pl.element().filter(pl.element() != ""))


def _in_words(column: str) -> pl.Expr:
    """As the database has it; a class with a semicolon, which would part it where there is no bar, gets one."""
    code = pl.col(column)
    alone = code.str.contains(";", literal=True) & ~code.str.contains(SEPARATOR, literal=True)
    return pl.when(alone).then(code + SEPARATOR).otherwise(code).alias(column)
