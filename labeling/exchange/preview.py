"""A look at a file before it is imported."""

from __future__ import annotations

from dataclasses import dataclass

from labeling.errors import LabelingError
from labeling.exchange.blocks import BadRow, Block
from labeling.exchange.formats import FileFacts, Source
from labeling.exchange.importing import begun, sample_of
from labeling.exchange.intake import judge
from labeling.exchange.mapping import Mapping, guess_mapping
from labeling.exchange.report import ImportOptions
from labeling.exchange.tally import Tally

_SAMPLE = 500


@dataclass(frozen=True)
class Preview:
    """The first rows of a file, how it was read, what its columns say, and what is wrong with its first 500 rows.

    ``rows`` are the cells by column name, ``lines`` the line each row begins on.
    """

    facts: FileFacts
    columns: list[str]
    lines: list[int]
    rows: list[dict[str, object]]
    mapping: Mapping
    problems: list[BadRow]


def preview(
    source: Source, mapping: Mapping | None = None, n: int = 20, *, options: ImportOptions | None = None
) -> Preview:
    """Read the beginning of a file; ``mapping`` None is guessed. Writes nothing.

    Raises LabelingError: those of :func:`labeling.exchange.formats.detect`, ``broken_file``, ``no_rows``,
    ``no_column``, ``no_text_column``, ``no_annotator``.
    """
    options = options or ImportOptions()
    with begun(source, options, rows=_SAMPLE) as (_stream, facts, first, _others):
        mapping = mapping or guess_mapping(first.names, sample_of(first))
    problems = _problems(first, mapping, options)
    return Preview(facts, first.names, list(first.lines[:n]), sample_of(first, n), mapping, problems)


def _problems(block: Block, mapping: Mapping, options: ImportOptions) -> list[BadRow]:
    try:
        mapping.check(block.names)
    except LabelingError:
        # The reader is still choosing columns; the import itself will insist.
        return list(block.bad)
    _, bad = judge(block, mapping, Tally(), max_text=options.max_text)
    return sorted([*block.bad, *bad], key=lambda row: row.line)
