"""JSON as a stream of objects: one a line, one after the other over many lines, or as the elements of one big array.

NaN and Infinity, which JSON has no word for and programs write all the same, are missing values.
"""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any, Protocol, TypeAlias

from labeling.errors import LabelingError
from labeling.exchange.blocks import BadRow, excerpt_of

Parsed: TypeAlias = tuple[int, dict[str, Any] | BadRow]


class _Readable(Protocol):
    def read(self, size: int, /) -> str: ...

    def readline(self) -> str: ...


_CHARACTERS = 1 << 18
# An object of more is no object but a line that was never finished.
_LONGEST_OBJECT = 1 << 24
_BLANK = " \t\r\n\ufeff"
_GAP = re.compile(r"[ \t\r\n,]*")
_DECODER = json.JSONDecoder(parse_constant=lambda _constant: None)


def json_lines(text: _Readable, name: str) -> Iterator[Parsed]:
    """The object of each line, by line; where the first is spread over several lines all objects, by ordinal.

    Raises LabelingError ``broken_file`` where objects over many lines break off.

    >>> spread = io.StringIO('{\\n "text": "a"\\n}\\n{"text": NaN}')
    >>> list(json_lines(spread, "x.json")), list(json_lines(io.StringIO('{"a": 1}\\n\\n{"a": 2}'), "x.jsonl"))
    ([(1, {'text': 'a'}), (2, {'text': None})], [(1, {'a': 1}), (3, {'a': 2})])
    """
    lines = iter(text.readline, "")
    number, is_first = 0, True
    while line := next(lines, ""):
        number += 1
        if not (stripped := line.strip(_BLANK)):
            continue
        parsed = _object(stripped, number)
        if is_first and isinstance(parsed, BadRow) and parsed.reason == "bad_json":
            begun, is_spread = _begun(text, line.lstrip(_BLANK))
            if is_spread:
                yield from _values(text, begun, name, "")
                return
            others = io.StringIO(begun[len(line.lstrip(_BLANK)) :], newline="")
            lines = itertools.chain(iter(others.readline, ""), lines)
        is_first = False
        yield number, parsed


def json_array(text: _Readable, name: str) -> Iterator[Parsed]:
    """The elements of one big array, each parsed as soon as it is whole. Raises LabelingError ``broken_file``."""
    buffer = text.read(_CHARACTERS)
    return _values(text, buffer[buffer.index("[") + 1 :], name, "]")


def _object(line: str, number: int) -> dict[str, Any] | BadRow:
    try:
        value = _DECODER.decode(line)
    except (ValueError, RecursionError):
        return BadRow(number, "bad_json", excerpt_of(line))
    return value if isinstance(value, dict) else BadRow(number, "not_an_object", excerpt_of(line))


def _begun(text: _Readable, buffer: str) -> tuple[str, bool]:
    """What was read in order to see whether an object that begins so ends in a later line, up to the end of a line; and
    whether it does."""
    while True:
        try:
            _, end = _DECODER.raw_decode(buffer)
            return buffer, buffer[_end_of_gap(buffer, end) :][:1] in ("{", "")
        except json.JSONDecodeError as error:
            # Where more of it might help: a fault in the middle is none that a later line would mend.
            is_cut = error.pos >= len(buffer.rstrip(_BLANK)) - len("Infinity") or error.msg.startswith("Unterminated")
        except RecursionError:
            is_cut = False
        more = text.read(max(_CHARACTERS, len(buffer))) if is_cut and len(buffer) < _LONGEST_OBJECT else ""
        if not more:
            return buffer + text.readline(), False
        buffer += more


def _values(text: _Readable, buffer: str, name: str, closing: str) -> Iterator[Parsed]:
    """Objects one after the other, up to a sign or, where it is "", to the end."""
    at = number = 0
    while True:
        at = _end_of_gap(buffer, at)
        if closing and buffer.startswith(closing, at):
            return
        try:
            value, at = _DECODER.raw_decode(buffer, at)
        except (ValueError, RecursionError) as error:
            # As much again: an element longer than the buffer costs few attempts.
            more = text.read(max(_CHARACTERS, len(buffer) - at))
            if not more and at == len(buffer) and not closing:
                return
            if not more:
                raise LabelingError("broken_file", name=name, reason=f"element {number + 1}: {error}") from error
            buffer, at = buffer[at:] + more, 0
            continue
        number += 1
        yield number, value if isinstance(value, dict) else BadRow(number, "not_an_object", excerpt_of(value))


def _end_of_gap(buffer: str, at: int) -> int:
    gap = _GAP.match(buffer, at)
    return gap.end() if gap else at
