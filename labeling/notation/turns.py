"""The one notation of a conversation as a text: a turn is a line ``speaker: words``, its further lines begin with two spaces.

What is stored, searched, masked, exported and read by machines is that text; nothing else knows how it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SAYS, _GOES_ON = ": ", "  "
#: Where an item's metadata keep when its turns were said: a list as long as there are turns, None where nobody knows.
TIMES = "turn_times"


@dataclass(frozen=True)
class Turn:
    """What one speaker said at once; ``speaker`` None where nobody knows who. ``time`` is as the file has it, beside the text.

    Raises ValueError for a speaker that could not be told from the words: see :func:`speaker_of`.
    """

    speaker: str | None
    text: str
    time: str | None = None

    def __post_init__(self) -> None:
        if self.speaker is not None and self.speaker != speaker_of(self.speaker):
            raise ValueError(f"no name of a speaker: {self.speaker!r}")


def speaker_of(name: str) -> str | None:
    """A name as the notation can hold it: one line, no colon with a space behind it. None where nothing is left.

    >>> speaker_of(" Agent:  2nd line "), speaker_of(" ")
    ('Agent:2nd line', None)
    """
    return " ".join(name.split()).replace(_SAYS, ":") or None


def written(turns: Iterable[Turn]) -> str:
    """The turns as one text.

    >>> print(written([Turn("client", "my card\\nis lost"), Turn(None, "a pause"), Turn(None, "to note: none")]))
    client: my card
      is lost
    a pause
    : to note: none
    """
    return "\n".join(map(_line, turns))


def turns_of(text: str, times: Sequence[str | None] = ()) -> tuple[Turn, ...]:
    """The turns of a text that :func:`written` made; any other text has some, too. ``times`` are theirs, where they are known.

    >>> turns_of("client: my card\\n  is lost\\n: to note: none")
    (Turn(speaker='client', text='my card\\nis lost', time=None), Turn(speaker=None, text='to note: none', time=None))
    """
    said: list[tuple[str | None, list[str]]] = []
    for line in text.split("\n") if text else ():
        if said and line.startswith(_GOES_ON):
            said[-1][1].append(line.removeprefix(_GOES_ON))
        else:
            name, words = _parted(line)
            said.append((speaker_of(name), [words]))
    known = [*times, *[None] * len(said)]
    return tuple(Turn(who, "\n".join(lines), time) for (who, lines), time in zip(said, known, strict=False))


def set_apart(text: str) -> str:
    """The text with each speaker on a line of its own: what is found by lines, as personal data is, then never reaches from a
    name into the words. :func:`put_together` brings it back.

    >>> set_apart("Иван: Петров пришёл\\n  уже")
    'Иван:\\nПетров пришёл\\n  уже'
    """
    lines = (
        words if turn.speaker is None else f"{turn.speaker}:\n{words}"
        for turn in turns_of(text)
        for words in (_indented(turn.text),)
    )
    return "\n".join(lines)


def put_together(changed: str, text: str) -> str:
    """What became of ``set_apart(text)`` line by line, in the notation again. A speaker whose name was changed anywhere bears the
    new name in all of their turns.

    >>> put_together("[NAME_1]:\\nhello\\n  [NAME_2]\\nИван:\\nbye", "Иван: hello\\n  Пётр\\nИван: bye")
    '[NAME_1]: hello\\n  [NAME_2]\\n[NAME_1]: bye'
    """
    lines = iter(changed.split("\n"))
    turns: list[tuple[str | None, str | None, str]] = []
    for turn in turns_of(text):
        name = None if turn.speaker is None else speaker_of(next(lines, "").removesuffix(":"))
        words = [next(lines, "") for _ in turn.text.split("\n")]
        turns.append((turn.speaker, name, "\n".join([words[0], *(line.removeprefix(_GOES_ON) for line in words[1:])])))
    renamed = {was: name for was, name, _ in turns if was is not None and name != was}
    return written(Turn(renamed.get(was, name) if was is not None else None, words) for was, name, words in turns)


def _line(turn: Turn) -> str:
    words = _indented(turn.text)
    if turn.speaker is not None:
        return turn.speaker + _SAYS + words
    first = words.partition("\n")[0]
    is_plain = first and not first.startswith(_GOES_ON) and not _says(first)
    return words if is_plain else _SAYS + words


def _indented(words: str) -> str:
    return words.replace("\n", "\n" + _GOES_ON)


def _says(line: str) -> bool:
    return _SAYS in line or line.endswith(":")


def _parted(line: str) -> tuple[str, str]:
    """The name and the words of a turn's first line."""
    if not _says(line):
        return "", line
    name, _, words = line.partition(_SAYS) if _SAYS in line else (line[:-1], "", "")
    return name, words
