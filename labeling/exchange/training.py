"""Final labels of pairs as rows that a model learns from: which texts were chosen and which rejected, and how sure that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

import orjson
import polars as pl

from db.vocabulary import LabelKind
from labeling.errors import LabelingError
from labeling.exchange.export_options import ExportFormat
from labeling.exchange.sheets import Sheets
from labeling.facts.preferences import pairs_of, verdicts_of
from labeling.notation.pairs import messages
from labeling.quality.preferences.chosen import Format, Left, preferences, training_rows

_TEXTS = ("prompt", "first", "second")
_IN_ROWS = ("prompt", "chosen", "rejected", "completion")


class Training:
    """The rows of one format, page by page, of the pairs that the options of ``sheets`` ask for; their least probability keeps
    those that are as sure, and no other is left out unseen.

    ``left_out`` says how many pairs were left out so far, by ``Left``; ``labels`` of how many rows the label is true or false
    where the format has labels. Raises LabelingError ``not_of_pairs``.
    """

    def __init__(self, sheets: Sheets, format: ExportFormat) -> None:
        if sheets.project.kind is not LabelKind.PAIR:
            raise LabelingError("not_of_pairs", format=format.value)
        self._sheets = replace(sheets, options=replace(sheets.options, min_probability=None))
        self._sure = sheets.options.min_probability or 0.0
        self._kind = Format(format.value)
        self.left_out: Counter[str] = Counter()
        self.labels: Counter[bool] = Counter()

    def frames(self) -> Iterator[pl.DataFrame]:
        """Rows as :func:`labeling.quality.preferences.chosen.training_rows` gives them, texts as text."""
        for items in self._sheets.pages():
            yield training_rows(self._found(items), self._kind, sure=self._sure)

    def write(self, out: BinaryIO) -> int:
        """The same as lines of JSON; what the file had as messages is a list of them, with roles. Gives their number."""
        n = 0
        for line in self._lines():
            out.write(line.encode() + b"\n")
            n += 1
        return n

    def told(self) -> dict[str, Any]:
        """What is reported of what was written."""
        has_labels = self._kind is Format.KTO
        labels = {"label_true": self.labels[True], "label_false": self.labels[False]} if has_labels else {}
        return {"left_out": {left.value: self.left_out[left.value] for left in Left}} | labels

    def _lines(self) -> Iterator[str]:
        for items in self._sheets.pages():
            found = self._found(items)
            self.left_out.update(dict(found["left_out"].drop_nulls().value_counts().iter_rows()))
            rows = training_rows(found.with_columns(_as_json(items, found)), self._kind, sure=self._sure)
            if "label" in rows.columns:
                self.labels.update(rows["label"].to_list())
            yield from _in_json(rows)

    def _found(self, items: pl.DataFrame) -> pl.DataFrame:
        labels = self._sheets.final_of(items)
        verdicts = verdicts_of(labels, self._sheets.chances_of(items))
        return preferences(verdicts, pairs_of(items), sure=self._sure)


def _as_json(items: pl.DataFrame, found: pl.DataFrame) -> list[pl.Series]:
    """The texts of PREFERENCES as JSON, blank ones blank: which text is missing was told by what it says."""
    spoken = dict(zip(items["item"], map(messages, items["text"]), strict=True))
    columns: dict[str, list[str]] = {name: [] for name in _TEXTS}
    for item, *texts in found.select("item", *_TEXTS).iter_rows():
        told: Any = spoken[item] or texts
        for name, text, part in zip(_TEXTS, texts, told, strict=True):
            columns[name].append(orjson.dumps(part).decode() if text.strip() else "")
    return [pl.Series(name, cells, dtype=pl.String) for name, cells in columns.items()]


def _in_json(rows: pl.DataFrame) -> Iterator[str]:
    texts = [name for name in _IN_ROWS if name in rows.columns]
    rest = pl.struct(pl.exclude(texts)).struct.json_encode().str.strip_prefix("{")
    said = pl.concat_str(piece for name in texts for piece in (pl.lit(f'"{name}":'), pl.col(name), pl.lit(",")))
    yield from rows.select(pl.lit("{") + said + rest)["literal"]
