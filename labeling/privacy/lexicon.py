"""The words of ``lexicon.toml``, as sets and as regular expressions."""

from __future__ import annotations

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
    return "|".join(each.replace("_", r"\s") for each in _lexicon()[language][name].split())


@cache
def _lexicon() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text(encoding="utf-8"))
