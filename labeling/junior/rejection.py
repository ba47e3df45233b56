"""Why a server took no request, as far as it may be told: it may quote what was sent, and the key."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from labeling.junior.request import Request

MOST = 500
# Longer than any server's sentence; what is echoed may be megabytes.
_READ = 4_000
# Shorter passages are words that anybody may use.
_QUOTED = 8


def reason_of(said: str, request: Request, key: str) -> str:
    """What a server gave as its reason, at most ``MOST`` characters, without texts of the request and without the key."""
    said = said[:_READ]
    if key:
        said = said.replace(key, "…")
    texts = [message["content"] for message in request.messages if message["role"] != "system"]
    return _without(said, [form for text in texts for form in (text, json.dumps(text))])[:MOST]


def _without(said: str, quoted: Sequence[str]) -> str:
    """What was said, with an ellipsis for each passage of eight characters or more that is quoted.

    >>> _without('bad "where is my card"?', ["Oh, where is my card"]), _without("bad key", ["a bad one"])
    ('bad "…"?', 'bad key')
    """
    is_taken = [False] * len(said)
    for start in range(len(said) - _QUOTED + 1):
        if any(said[start : start + _QUOTED] in text for text in quoted):
            is_taken[start : start + _QUOTED] = [True] * _QUOTED
    parts = groupby(zip(said, is_taken, strict=True), key=itemgetter(1))
    return "".join("…" if taken else "".join(letter for letter, _ in part) for taken, part in parts)
