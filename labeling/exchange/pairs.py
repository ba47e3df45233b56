"""Tables of two candidates: which columns have them, and what their labels are called elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labeling.errors import LabelingError
from labeling.exchange.blocks import Block
from labeling.exchange.cells import text_of
from labeling.exchange.dialogue import turns_in
from labeling.exchange.one_hot import records_of, with_records
from labeling.notation.pairs import FIRST, PROMPT, SECOND, paired
from labeling.notation.turns import Turn

TEXT = "text"
# What the columns of two candidates are called, the usual ones first.
NAMES = (
    ("first", "second"), ("response_a", "response_b"), ("response_1", "response_2"), ("answer_a", "answer_b"),
    ("conversation_a", "conversation_b"), ("completion_a", "completion_b"), ("output_1", "output_2"),
    ("text_a", "text_b"), ("a", "b"),
)  # fmt: skip
PROMPTS = ("prompt", "question", "instruction", "context")
_CALLED = {
    FIRST: ("first", "a", "1", "model_a", "response_a", "left", "response_1", "chosen_first", "первый"),
    SECOND: ("second", "b", "2", "model_b", "response_b", "right", "response_2", "chosen_second", "второй"),
    "tie": ("tie", "both", "equal", "draw", "same", "ничья"),
    "both_bad": ("both_bad", "both bad", "bothbad", "tie (bothbad)", "neither", "none", "оба плохи"),
}
_MEANT = {name: answer for answer, names in _CALLED.items() for name in names}


def pair_columns(names: Sequence[str]) -> tuple[str, str] | None:
    """The columns of the two candidates, by their names.

    >>> pair_columns(["id", "Response_A", "Response_B"]), pair_columns(["text", "label"])
    (('Response_A', 'Response_B'), None)
    """
    known = {name.casefold(): name for name in names}
    return next(((known[a], known[b]) for a, b in NAMES if a in known and b in known), None)


def answer_of(label: str) -> str:
    """What a label says of two candidates; one that says nothing known stays as it is.

    >>> answer_of("model_a"), answer_of("Tie (bothbad)"), answer_of("maybe")
    ('first', 'both_bad', 'maybe')
    """
    return _MEANT.get(label.casefold(), label)


def candidates_joined(blocks: Iterator[Block], prompt: str | None = None) -> Iterator[Block]:
    """The blocks with both candidates, and what they answer, as the turns of one column ``text``. Blocks that have no
    candidates add labels to pairs that are there.

    Raises LabelingError ``no_column`` for a ``prompt`` that there isn't.
    """
    for block in blocks:
        columns = pair_columns(block.names)
        if columns is None:
            yield block
            continue
        if prompt is not None and prompt not in block.names:
            raise LabelingError("no_column", column=prompt, found=", ".join(block.names))
        asked = prompt or next((name for name in block.names if name.casefold() in PROMPTS), None)
        used = {*columns, asked}
        records: list[Mapping[str, Any]] = []
        for record in records_of(block):
            turns = paired(*(_turns(name and record.get(name), who) for name, who in _roles(asked, columns)))
            rest = {name: cell for name, cell in record.items() if name not in used}
            records.append(rest | {TEXT: [{"speaker": turn.speaker, "text": turn.text} for turn in turns]})
        yield with_records(block, block.lines, records)


def _roles(asked: str | None, columns: tuple[str, str]) -> tuple[tuple[str | None, str], ...]:
    return (asked, PROMPT), (columns[0], FIRST), (columns[1], SECOND)


def _turns(cell: object, speaker: str) -> tuple[Turn, ...]:
    told = turns_in(cell)
    if told is not None:
        return told
    text = text_of(cell).strip()
    return (Turn(speaker, text),) if text else ()
