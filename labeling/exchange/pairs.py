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
# What the columns of two candidates are called, the usual ones first, as ``_plain`` writes them.
NAMES = (
    ("first", "second"), ("responsea", "responseb"), ("response1", "response2"), ("answera", "answerb"), ("answer1", "answer2"),
    ("conversationa", "conversationb"), ("completiona", "completionb"), ("completion1", "completion2"),
    ("generation1", "generation2"), ("outputa", "outputb"), ("output1", "output2"), ("texta", "textb"), ("text1", "text2"),
    ("left", "right"), ("a", "b"),
)  # fmt: skip
PROMPTS = ("prompt", "question", "instruction", "context", "input")
_CALLED = {
    FIRST: ("1", "modela", "model1", "chosenfirst", "первый", *(first for first, _ in NAMES)),
    SECOND: ("2", "modelb", "model2", "chosensecond", "второй", *(second for _, second in NAMES)),
    "tie": ("tie", "both", "equal", "draw", "same", "ничья"),
    "both_bad": ("bothbad", "tie(bothbad)", "neither", "none", "обаплохи"),
}
_MEANT = {name: answer for answer, names in _CALLED.items() for name in names}
# As MT-Bench and Chatbot Arena call what is said of a pair, and who says it.
_OF_VOTES = {"winner": "label", "preference": "label", "judge": "annotator"}
_TURN = "turn"
_ANSWERING = frozenset(("assistant", "gpt", "bot", "model", "ассистент", "бот"))


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter not in " _-")


def pair_columns(names: Sequence[str]) -> tuple[str, str] | None:
    """The columns of the two candidates, by their names.

    >>> pair_columns(["id", "Response_A", "Response-B"]), pair_columns(["text", "label"])
    (('Response_A', 'Response-B'), None)
    """
    known = {_plain(name): name for name in names}
    return next(((known[a], known[b]) for a, b in NAMES if a in known and b in known), None)


def answer_of(label: str) -> str:
    """What a label says of two candidates; one that says nothing known stays as it is.

    >>> answer_of("model_a"), answer_of("Tie (bothbad)"), answer_of("maybe"), answer_of("response-2")
    ('first', 'both_bad', 'maybe', 'second')
    """
    return _MEANT.get(_plain(label), label)


def better_of(ranking: Sequence[tuple[str, float]]) -> str | None:
    """What a ranking of two candidates says, of (what each is called, its rank), 1 the best; None of other names.

    >>> better_of([("response-1", 2), ("response-2", 1)]), better_of([("a", 1), ("b", 1)]), better_of([("x", 1), ("b", 2)])
    ('second', 'tie', None)
    """
    ranks = {answer_of(name): rank for name, rank in ranking}
    if set(ranks) != {FIRST, SECOND}:
        return None
    gap = ranks[FIRST] - ranks[SECOND]
    return "tie" if gap == 0 else FIRST if gap < 0 else SECOND


def candidates_joined(blocks: Iterator[Block], prompt: str | None = None) -> Iterator[Block]:
    """The blocks with both candidates, and what they answer, as the turns of one column ``text``. Blocks that have no
    candidates add labels to pairs that are there. Where a column ``turn`` says which answer of a conversation is judged, as in
    MT-Bench, what comes after it is left out.

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
        called = {
            name: role for name in block.names if (role := _OF_VOTES.get(name.casefold(), name)) not in block.names
        }
        records: list[Mapping[str, Any]] = []
        for record in records_of(block):
            told = [_turns(name and record.get(name), who) for name, who in _roles(asked, columns)]
            turns = paired(told[0], *(_until(each, record.get(_TURN)) for each in told[1:]))
            rest = {called.get(name, name): cell for name, cell in record.items() if name not in used}
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


def _until(turns: tuple[Turn, ...], turn: object) -> tuple[Turn, ...]:
    """A conversation up to its answer of this number."""
    try:
        wanted = int(text_of(turn))
    except ValueError:
        return turns
    answers = [at for at, said in enumerate(turns) if (said.speaker or "").casefold() in _ANSWERING]
    return turns[: answers[wanted - 1] + 1] if 0 < wanted <= len(answers) else turns
