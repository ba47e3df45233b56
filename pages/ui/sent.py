"""What a browser sent, read strictly: a part of another type, out of bounds or not storable is named, never guessed at."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from labeling.errors import LabelingError

# More than any number of presses, and what every database holds in an integer.
MOST_REVISION = 1_000_000
MOST_ID = 2**63 - 1
MOST_TOKEN = 200

# PostgreSQL stores no NUL, and half of a surrogate pair can't be encoded at all.
_NEVER = re.compile("[\0\ud800-\udfff]")

Entry = TypeVar("Entry")
Word = TypeVar("Word", bound=StrEnum)


class UnreadableError(Exception):
    """A part that isn't what it has to be; ``field`` is its name in code, never what was sent."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Unread:
    """An entry of a parcel that can't be read, by its place there; token and revision as far as they can be told."""

    at: int
    token: str | None
    revision: int | None
    field: str


@dataclass(frozen=True)
class Parcel(Generic[Entry]):
    """The entries of a request: those that can be read, in their order, and the others."""

    entries: list[Entry]
    unread: list[Unread]


def json_of(body: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises LabelingError ``bad_request``."""
    try:
        sent = json.loads(body)
    # However deep it is nested, and however long its numbers are.
    except (ValueError, RecursionError):
        raise LabelingError("bad_request", field="body") from None
    if not isinstance(sent, dict):
        raise LabelingError("bad_request", field="body")
    return sent


def is_storable(text: str) -> bool:
    """Whether every database holds this text.

    >>> is_storable("да"), is_storable("a" + chr(0)), is_storable(chr(0xD800))
    (True, False, False)
    """
    return not _NEVER.search(text)


def text_of(sent: Mapping[str, Any], name: str, *, most: int | None = None) -> str:
    """A text of at most ``most`` characters. Raises UnreadableError."""
    value = sent.get(name)
    if not isinstance(value, str) or not is_storable(value) or (most is not None and len(value) > most):
        raise UnreadableError(name)
    return value


def text_or_none(sent: Mapping[str, Any], name: str, *, cut: int | None = None) -> str | None:
    """A text, cut after ``cut`` characters; None where it is missing. Raises UnreadableError."""
    return None if sent.get(name) is None else text_of(sent, name)[:cut]


def whole_of(sent: Mapping[str, Any], name: str, *, least: int = 0, most: int = MOST_ID) -> int:
    """A whole number within bounds. Raises UnreadableError."""
    value = sent.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise UnreadableError(name)
    return value


def whole_or_none(sent: Mapping[str, Any], name: str) -> int | None:
    """A whole number that an id can be, or None where it is missing. Raises UnreadableError."""
    return None if sent.get(name) is None else whole_of(sent, name)


def seconds_of(sent: Mapping[str, Any], most: float) -> float | None:
    """How long a press took, brought within 0 to ``most``; None where it is missing. Raises UnreadableError."""
    value = sent.get("seconds")
    if value is None:
        return None
    if (
        not isinstance(value, int | float)
        or isinstance(value, bool)
        or (isinstance(value, float) and math.isnan(value))
    ):
        raise UnreadableError("seconds")
    if isinstance(value, float) and math.isinf(value):
        raise UnreadableError("seconds")
    # Compared before it is made a float: a whole number may be larger than any.
    return float(min(max(value, 0), most))


def flag_of(sent: Mapping[str, Any], name: str) -> bool:
    """Yes or no, no where it is missing. Raises UnreadableError."""
    value = sent.get(name)
    if value is not None and not isinstance(value, bool):
        raise UnreadableError(name)
    return bool(value)


def word_or_none(sent: Mapping[str, Any], name: str, words: type[Word]) -> Word | None:
    """A word of a vocabulary, None where it is missing. Raises UnreadableError."""
    value = sent.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or value not in {word.value for word in words}:
        raise UnreadableError(name)
    return words(value)


def object_of(sent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object, an empty one where it is missing. Raises UnreadableError."""
    value = sent.get(name)
    if value is not None and not isinstance(value, dict):
        raise UnreadableError(name)
    return value or {}


def parcel_of(
    sent: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any]], Entry], *, most: int
) -> Parcel[Entry]:
    """The first ``most`` entries of a list, each read by itself: one that can't be read holds up no other.

    Raises UnreadableError where there is no list.
    """
    listed = sent.get(name)
    if not isinstance(listed, list):
        raise UnreadableError(name)
    entries: list[Entry] = []
    unread: list[Unread] = []
    for at, entry in enumerate(listed[:most]):
        try:
            if not isinstance(entry, dict):
                raise UnreadableError(name)
            entries.append(read(entry))
        except UnreadableError as error:
            unread.append(_unread(at, entry, error.field))
    return Parcel(entries, unread)


def _unread(at: int, entry: object, field: str) -> Unread:
    told = entry if isinstance(entry, dict) else {}
    token, revision = told.get("token"), told.get("revision")
    is_token = isinstance(token, str) and len(token) <= MOST_TOKEN and is_storable(token)
    is_revision = isinstance(revision, int) and not isinstance(revision, bool) and 0 <= revision <= MOST_REVISION
    return Unread(at, token if is_token else None, revision if is_revision else None, field)
