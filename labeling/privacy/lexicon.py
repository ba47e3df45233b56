"""The words of ``lexicon.toml``, as sets and as regular expressions: what stands before a name, or shows that a word is none."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path


def words(language: str, name: str) -> frozenset[str]:
    """A list of words.

    >>> "халву" in words("russian", "no_names")
    True
    """
    return frozenset(_lexicon()[language][name].split())


def alternatives(language: str, name: str) -> str:
    """A list of introductions as one regular expression.

    >>> alternatives("english", "roles").split("|")[3:5]
    ['sender', 'account\\\\s?holder']
    """
    return "|".join(entry.replace("_", r"\s") for entry in _lexicon()[language][name].split())


@cache
def _lexicon() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text(encoding="utf-8"))


SURE, PEOPLE, LIKELY = (
    re.compile(rf"(?<![^\W\d_])(?:{alternatives('russian', name)})\s?[:,-]?\s{{0,2}}$", re.IGNORECASE)
    for name in ("sure", "people", "likely")
)
PLACE = re.compile(rf"(?<![^\W\d_])(?:{alternatives('russian', 'place')})\s?[«\"„]?$", re.IGNORECASE)
INSIDE = re.compile(r"(?<![^\W\d_])(?:в|во|на|из|до|под)\s$", re.IGNORECASE)
ON = re.compile(r"(?<![^\W\d_])на\s$", re.IGNORECASE)


def begins(before: str) -> bool:
    """Whether a sentence begins here, so that a capital says nothing."""
    before = before.rstrip()
    return not before or not (before[-1].isalnum() or before[-1] in ",-«\"'")
