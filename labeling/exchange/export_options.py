"""How an export may differ: its format, which items, how final labels are told. The same as a command and as a page's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from db.vocabulary import LabelKind
from labeling.errors import LabelingError
from labeling.exchange.delimited import check_separator
from labeling.exchange.export_content import ExportContent


class ExportFormat(StrEnum):
    """What can be written. ``csv`` is exact, for programs; ``csv_spreadsheet`` has a byte order mark and guarded cells."""

    CSV = "csv"
    CSV_SPREADSHEET = "csv_spreadsheet"
    TSV = "tsv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"
    HUGGING_FACE = "hugging_face"
    LABEL_STUDIO = "label_studio"
    ARGILLA = "argilla"
    DOCCANO = "doccano"
    PRODIGY = "prodigy"
    CROWD_KIT = "crowd_kit"
    DPO = "dpo"
    KTO = "kto"
    REWARD = "reward"


class FinalAs(StrEnum):
    """What final labels are in a tool that knows annotations, which people made, and predictions."""

    PREDICTIONS = "predictions"
    ANNOTATIONS = "annotations"


#: Endings of names, each with the format that it asks for.
ENDINGS = {
    ".csv": ExportFormat.CSV,
    ".tsv": ExportFormat.TSV,
    ".jsonl": ExportFormat.JSONL,
    ".ndjson": ExportFormat.JSONL,
    ".parquet": ExportFormat.PARQUET,
    ".xlsx": ExportFormat.XLSX,
    ".json": ExportFormat.LABEL_STUDIO,
}
_ENDINGS_OF_OTHERS = {
    ExportFormat.CSV_SPREADSHEET: ".csv",
    ExportFormat.HUGGING_FACE: ".parquet",
    ExportFormat.ARGILLA: ".json",
    ExportFormat.DOCCANO: ".jsonl",
    ExportFormat.PRODIGY: ".jsonl",
    ExportFormat.CROWD_KIT: ".csv",
    ExportFormat.DPO: ".jsonl",
    ExportFormat.KTO: ".jsonl",
    ExportFormat.REWARD: ".jsonl",
}
#: Rows that a model learns from, of final labels of pairs.
TRAINING = frozenset({ExportFormat.DPO, ExportFormat.KTO, ExportFormat.REWARD})
_LABELS = frozenset({ExportContent.FINAL, ExportContent.ANNOTATIONS, ExportContent.GOLDEN})
_GUESSES = frozenset({ExportContent.SUGGESTIONS})
# What the formats of other tools have a place for; tables hold everything.
_HELD = {
    ExportFormat.HUGGING_FACE: _LABELS,
    ExportFormat.LABEL_STUDIO: _LABELS | _GUESSES,
    ExportFormat.ARGILLA: frozenset({ExportContent.FINAL, ExportContent.ANNOTATIONS}) | _GUESSES,
    ExportFormat.DOCCANO: _LABELS,
    ExportFormat.PRODIGY: frozenset({ExportContent.FINAL, ExportContent.ANNOTATIONS}),
    ExportFormat.CROWD_KIT: _LABELS,
} | dict.fromkeys(TRAINING, frozenset({ExportContent.FINAL}))
_TABLES = frozenset(ExportFormat).difference(_HELD) | {ExportFormat.HUGGING_FACE}
_SEPARATED = (ExportFormat.CSV, ExportFormat.CSV_SPREADSHEET)
#: Formats in which a label of several classes is a list.
LISTING = frozenset({ExportFormat.JSONL, ExportFormat.PARQUET, ExportFormat.HUGGING_FACE})
_LABELLED = _LABELS | {ExportContent.CONSENSUS}
#: Formats that tell annotations and predictions apart.
TELL_APART = (ExportFormat.LABEL_STUDIO, ExportFormat.ARGILLA)


@dataclass(frozen=True)
class ExportOptions:
    """Of which items: ``only_labelled`` those with a final label, ``only_adjudicated`` those that an expert ruled on,
    ``min_probability`` those whose final label is an expert's word or at least so probable (0 to 1), ``split`` those whose
    metadata say so under "split". ``final_as`` is asked for Label Studio and Argilla, ``separator`` for CSV; ``one_hot`` has a
    table with a column of 0 and 1 for each class in place of the label."""

    only_labelled: bool = False
    only_adjudicated: bool = False
    min_probability: float | None = None
    split: str | None = None
    final_as: FinalAs = FinalAs.PREDICTIONS
    separator: str = ","
    one_hot: bool = False

    def __post_init__(self) -> None:
        if self.min_probability is not None and not 0 <= self.min_probability <= 1:
            raise LabelingError("bad_probability", given=self.min_probability)
        check_separator(self.separator)

    @property
    def is_of_some(self) -> bool:
        """Whether items are left out."""
        return replace(self, final_as=FinalAs.PREDICTIONS, separator=",", one_hot=False) != EVERYTHING

    def pertinent(self, what: ExportContent, format: ExportFormat) -> ExportOptions:
        """The same without what changes nothing in this export.

        >>> ExportOptions(separator=";").pertinent(ExportContent.FINAL, ExportFormat.TSV).separator
        ','
        """
        tells = what is ExportContent.FINAL and format in TELL_APART
        return replace(
            self,
            final_as=self.final_as if tells else FinalAs.PREDICTIONS,
            separator=self.separator if format in _SEPARATED else ",",
            one_hot=self.one_hot and has_one_hot(what, format),
        )

    def arguments(self) -> list[str]:
        """The options of the command that say the same.

        >>> ExportOptions(only_labelled=True, min_probability=0.9).arguments()
        ['--only-labelled', '--min-probability', '0.9']
        """
        arguments: list[str] = []
        for name, value in self._given().items():
            arguments += ["--" + name.replace("_", "-"), *([] if value is True else [str(value)])]
        return arguments

    def query(self) -> dict[str, str]:
        """The same as parameters of an address; :meth:`of_query` reads them."""
        return {name: "1" if value is True else str(value) for name, value in self._given().items()}

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> ExportOptions:
        """Options of an address that anybody may have written: what can't be read is passed over.

        >>> ExportOptions.of_query({"only_labelled": "1", "min_probability": "much"}) == ExportOptions(only_labelled=True)
        True
        """
        options = EVERYTHING
        for name, read in _READ.items():
            try:
                options = replace(options, **{name: read(query[name])})
            except (KeyError, ValueError, LabelingError):
                continue
        return options

    def _given(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value != getattr(EVERYTHING, name)}


#: No item is left out.
EVERYTHING = ExportOptions()
_READ: dict[str, Any] = {
    "only_labelled": bool,
    "only_adjudicated": bool,
    "min_probability": float,
    "split": str,
    "final_as": FinalAs,
    "separator": str,
    "one_hot": bool,
}


def holds(format: ExportFormat, what: ExportContent) -> bool:
    """Whether a format has a place for this content.

    >>> holds(ExportFormat.CSV, ExportContent.REPEATS), holds(ExportFormat.DOCCANO, ExportContent.REPEATS)
    (True, False)
    """
    return what in _HELD.get(format, ExportContent)


def formats_of(what: ExportContent, kind: LabelKind) -> list[ExportFormat]:
    """The formats that a project with this kind of labels is offered.

    >>> ExportFormat.DPO in formats_of(ExportContent.FINAL, LabelKind.SINGLE)
    False
    """
    return [
        format for format in ExportFormat if holds(format, what) and (kind is LabelKind.PAIR or format not in TRAINING)
    ]


def has_one_hot(what: ExportContent, format: ExportFormat) -> bool:
    """Whether a table of labels is written, which may have a column for each class.

    >>> has_one_hot(ExportContent.FINAL, ExportFormat.XLSX), has_one_hot(ExportContent.FINAL, ExportFormat.DOCCANO)
    (True, False)
    """
    return what in _LABELLED and format in _TABLES


def check_held(format: ExportFormat, what: ExportContent, *, of_snapshot: bool) -> None:
    """Raise LabelingError ``not_in_format`` where a format has no place for this content; a snapshot has no shares of classes,
    as Hugging Face is given and margins of preferences are made of."""
    if not holds(format, what) or (of_snapshot and format in TRAINING | {ExportFormat.HUGGING_FACE}):
        raise LabelingError("not_in_format", what=what.value, format=format.value)


def format_of(name: str) -> ExportFormat:
    """The format that a file's ending asks for. Raises LabelingError ``unknown_format``.

    >>> format_of("labels.parquet").value, format_of("tasks.json").value
    ('parquet', 'label_studio')
    """
    file_format = ENDINGS.get(Path(name).suffix.lower())
    if file_format is None:
        raise LabelingError("unknown_format", name=name, known=", ".join(ENDINGS))
    return file_format


def ending_of(format: ExportFormat) -> str:
    """How the name of a file of this format ends.

    >>> ending_of(ExportFormat.PRODIGY), ending_of(ExportFormat.JSONL)
    ('.jsonl', '.jsonl')
    """
    ours = {known: ending for ending, known in reversed(ENDINGS.items())}
    return _ENDINGS_OF_OTHERS.get(format) or ours[format]
