"""What one cell of a file says: a text, a number, a flag, a moment, an object."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from datetime import datetime
from typing import Any

import orjson

MAX_PRIORITY = 1_000_000

# White space, what stands between letters without a width of its own, and marks of direction.
INVISIBLE = (
    "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace())
    + "\xad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
    + "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
)

# JSON writes it as an escape; after an even number of backslashes it is one.
_NUL_IN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_TRUE = frozenset({"true", "1", "1.0", "yes", "t", "да", "истина"})
_FALSE = frozenset({"", "false", "0", "0.0", "no", "f", "нет", "ложь"})


def text_of(value: object) -> str:
    """A cell as text: whole numbers without a point, JSON for what is nested, "" for none.

    >>> text_of(7.0), text_of(True), text_of(None), text_of({"a": [1]})
    ('7', 'true', '', '{"a":[1]}')
    """
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else "" if math.isnan(value) else str(value)
    if isinstance(value, dict | list):
        return orjson.dumps(value, default=str).decode()
    return value.isoformat() if isinstance(value, datetime) else str(value)


def plain_label(text: str) -> str:
    """A label, an id or an annotator's name as it is compared: composed (NFC), nothing invisible at its ends.

    >>> plain_label("\u200bspam "), plain_label("и\u0306") == "й"
    ('spam', True)
    """
    return text.strip() if text.isascii() else unicodedata.normalize("NFC", text).strip(INVISIBLE)


def is_encodable(text: str) -> bool:
    """Whether UTF-8 can hold it: lone surrogates it can't."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def has_nul(text: str) -> bool:
    """Whether there is a NUL in a text."""
    return "\0" in text


def has_escaped_nul(text: str) -> bool:
    """Whether there is a NUL in JSON.

    >>> has_escaped_nul(r'"a\\u0000"'), has_escaped_nul(r'"a\\\\u0000"')
    (True, False)
    """
    return "\\u0000" in text and _NUL_IN_JSON.search(text) is not None


def priority_of(cell: object) -> int:
    """A whole number, also as "3.0", within MAX_PRIORITY of zero. Raises ValueError.

    >>> priority_of("3.0")
    3
    """
    value = float(str(cell))
    if not value.is_integer() or abs(value) > MAX_PRIORITY:
        raise ValueError(cell)
    return int(value)


def seconds_of(cell: object) -> float:
    """A time that is finite and not negative. Raises ValueError."""
    value = float(str(cell))
    if not 0 <= value < math.inf:
        raise ValueError(cell)
    return value


def revision_of(cell: object) -> int:
    """A whole number from 1. Raises ValueError."""
    value = priority_of(cell)
    if value < 1:
        raise ValueError(cell)
    return value


def turn_of(cell: object) -> int:
    """The number of a turn, from 0. Raises ValueError.

    >>> turn_of("2")
    2
    """
    value = priority_of(cell)
    if value < 0:
        raise ValueError(cell)
    return value


def flag_of(cell: object) -> bool:
    """Yes or no, in either language; blank is no. Raises ValueError.

    >>> flag_of(" Да "), flag_of("0")
    (True, False)
    """
    word = str(cell).strip().casefold()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise ValueError(cell)


def object_of(cell: object) -> dict[str, Any]:
    """A JSON object, also as text. Raises ValueError.

    >>> object_of('{"source": "chat"}')
    {'source': 'chat'}
    """
    value = cell if isinstance(cell, dict) else json.loads(str(cell))
    if not isinstance(value, dict):
        raise ValueError(cell)
    return value
