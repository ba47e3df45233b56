"""The words of a text with their readings, and what a capital, a dot or a gap says of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from labeling.privacy.lexicon import words
from labeling.privacy.words import NO_NAMES, PLAIN, Word, Words, plain

_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_RUSSIAN = re.compile(r"[а-яё]", re.IGNORECASE)
_GAP = re.compile(r"[ ]{1,2}")
_DOT = re.compile(r"\.[ ]?")
_NAMES_TOO = words("russian", "names_too")
_SURNAME = re.compile(
    r".{2,}(?:[оеё]в|[иы]н|ск(?:ий|ого|ому|им|ом|ая|ой|ую)|[оеё]в(?:а|у|ым|е|ой|ы)|[иы]н(?:а|у|ым|е|ой)|енко|чук|швили|дзе|ян|ых)"
)


@dataclass(frozen=True)
class Token:
    """A word of the text with its readings; ``title`` where its capital says something."""

    start: int
    end: int
    written: str
    word: Word
    title: bool
    initial: bool
    joined: bool
    """Whether the next word follows at once."""

    @property
    def like_surname(self) -> bool:
        """Whether it ends as surnames do."""
        return bool(_SURNAME.fullmatch(plain(self.written)))

    def may(self, part: str, least: float = 0.0) -> bool:
        return not self.initial and self.word.may(part, least)

    @property
    def banned(self) -> bool:
        """A word of banks and products, or a small one."""
        return plain(self.written) in NO_NAMES

    @property
    def named_too(self) -> bool:
        """A name that is a product or a city too."""
        return self.title and plain(self.written) in _NAMES_TOO

    @property
    def plain(self) -> bool:
        """A word that the dictionary knows as no name."""
        return self.banned or (self.word.in_dictionary and self.word.share < 0.01)


def has_russian(text: str) -> bool:
    return bool(_RUSSIAN.search(text))


def tokens_of(text: str, words: Words) -> list[Token]:
    """Each word with its readings; none where no Russian is written."""
    if not has_russian(text):
        return []
    shouting = sum(map(str.isupper, text)) > 0.6 * sum(map(str.isalpha, text))
    matches = list(_TOKEN.finditer(text))
    tokens = []
    for at, match in enumerate(matches):
        written = match[0]
        initial = len(written) == 1 and text[match.end() : match.end() + 1] == "."
        gap = text[match.end() : matches[at + 1].start()] if at + 1 < len(matches) else "\n"
        joined = bool((_DOT if initial else _GAP).fullmatch(gap))
        title = written[0].isupper() and (not shouting or initial)
        word = words.read(written) if has_russian(written) and len(written) > 1 else PLAIN
        if written.isupper() and not shouting and not (initial or word.in_dictionary or word.readings):
            # ОКВЭД: to the dictionary every unknown word may be somebody's name.
            word = PLAIN
        tokens.append(Token(match.start(), match.end(), written, word, title, initial, joined))
    return tokens
