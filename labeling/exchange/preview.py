"""A look at a file before it is imported."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from labeling.errors import LabelingError
from labeling.exchange import formats
from labeling.exchange.blocks import BadRow, Block, Omitted
from labeling.exchange.dialogue import looking_alike
from labeling.exchange.formats import FileFacts, Source
from labeling.exchange.guard import reading
from labeling.exchange.intake import ImportOptions
from labeling.exchange.judging import judge
from labeling.exchange.mapping import Mapping, guess_mapping
from labeling.exchange.noticing import Noticed, notice
from labeling.exchange.rivals.rows import SUGGESTIONS
from labeling.exchange.tally import Tally

LOOKED_AT = 500


@dataclass(frozen=True)
class Preview:
    """The first rows of a file, how it was read, what its columns say, and what is wrong with its first 500 rows.

    ``rows`` are the cells by column name, ``lines`` the line each row begins on. ``left_out`` counts answers that would be no
    votes, by reason; ``tool`` is whose records they are, None where no other tool's marks are on them; ``questions`` counts
    the answers to each of its questions. ``noticed`` is what the reader of the file should decide.
    """

    facts: FileFacts
    columns: list[str]
    lines: list[int]
    rows: list[dict[str, object]]
    mapping: Mapping
    problems: list[BadRow]
    left_out: dict[str, int]
    tool: str | None
    questions: dict[str, int]
    noticed: Noticed


def preview(
    source: Source,
    mapping: Mapping | None = None,
    n: int = 20,
    *,
    options: ImportOptions | None = None,
) -> Preview:
    """Read the beginning of a file; ``mapping`` None is guessed. Writes nothing.

    Raises LabelingError: those of :func:`labeling.exchange.formats.detect` and of
    :meth:`labeling.exchange.guard.Reading.receive`, ``broken_file``, ``no_rows``, ``no_column``, ``no_text_column``,
    ``no_annotator``.
    """
    asked = {"options": asdict(options or ImportOptions()), "mapping": mapping and asdict(mapping), "n": n}
    with formats.opened(source) as (stream, name), reading("look", stream, name, asked) as reader:
        seen = reader.receive()
    seen["facts"] = FileFacts.restored(seen["facts"])
    seen["mapping"] = Mapping.restored(seen["mapping"])
    seen["noticed"] = Noticed.restored(seen["noticed"])
    seen["problems"] = [BadRow(**row) for row in seen["problems"]]
    return Preview(**seen)


def preview_of(first: Block, facts: FileFacts, mapping: Mapping | None, n: int, options: ImportOptions) -> Preview:
    """The preview of a file that begins with this block."""
    mapping = mapping or mapping_of(first)
    problems = _problems(first, mapping, options)
    lines, rows = list(first.lines[:n]), sample_of(first, n)
    told = (problems, first.left_out.counts, first.tool, first.questions)
    return Preview(facts, first.names, lines, rows, mapping, *told, noticed_of(first, mapping, options))


def noticed_of(first: Block, mapping: Mapping, options: ImportOptions) -> Noticed:
    """What the owner of a file that begins with this block, which was judged, should decide."""
    several = first.left_out.counts.get(Omitted.SEVERAL_LABELS, 0)
    noticed = replace(notice(first.names, sample_of(first)), several=several)
    if options.dialogue or mapping.text not in first.names:
        return noticed
    return replace(noticed, conversations=looking_alike(first.column(mapping.text)[:LOOKED_AT]))


def mapping_of(first: Block) -> Mapping:
    """What the columns of a file that begins with this block probably say.

    Tables of votes may do without texts. The records of a tool never do, whatever its users call them.
    """
    guess = guess_mapping(first.names, sample_of(first))
    if first.tool is not None and SUGGESTIONS in first.names:
        guess = replace(guess, suggestions=SUGGESTIONS)
    if guess.has_text or first.tool is None:
        return guess
    others = [name for name in first.names if name not in guess.columns().values()]
    return replace(guess, text=guess_mapping(others, sample_of(first)).text)


def filled_roles(block: Block, mapping: Mapping) -> list[str]:
    """What of the mapping any row of a block says: records of other tools get columns that theirs may never fill."""
    columns = mapping.columns()
    return [role for role, name in columns.items() if any(cell not in (None, "") for cell in block.column(name))]


def sample_of(block: Block, n: int = 200) -> list[dict[str, object]]:
    """The first rows of a block, cells by column name."""
    columns = {name: block.column(name)[:n] for name in block.names}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _problems(block: Block, mapping: Mapping, options: ImportOptions) -> list[BadRow]:
    try:
        mapping.check(block.names)
    except LabelingError:
        # The reader is still choosing columns; the import itself will insist.
        return list(block.bad)
    counts, most = Tally(), options.max_text
    judged = judge(block, mapping, counts, max_text=most, dialogue=options.dialogue, kind=options.kind)
    return sorted([*block.bad, *judged.bad], key=lambda row: row.line)
