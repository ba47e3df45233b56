"""Russian names in any case, capitals or not: sequences of what may be first name, patronymic, surname, initials."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labeling.privacy import english
from labeling.privacy.lexicon import alternatives, words
from labeling.privacy.view import MASKED
from labeling.privacy.words import NO_NAMES, PLAIN, Word, Words, plain

_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_RUSSIAN = re.compile(r"[а-яё]", re.IGNORECASE)
_GAP = re.compile(r"[ ]{1,2}")
_DOT = re.compile(r"\.[ ]?")
_SURE, _PEOPLE, _LIKELY = (
    re.compile(rf"(?<![^\W\d_])(?:{alternatives('russian', name)})\s?[:,-]?\s{{0,2}}$", re.IGNORECASE)
    for name in ("sure", "people", "likely")
)
_PLACE = re.compile(rf"(?<![^\W\d_])(?:{alternatives('russian', 'place')})\s?[«\"„]?$", re.IGNORECASE)
# "Артём, добрый день": a sentence that begins with whom it is said to.
_GREETED = re.compile(r",\s(?:добр|здрав|прив|подскаж|скаж|помог|почему|когда|спасиб)", re.IGNORECASE)
_NAMES_TOO = words("russian", "names_too")
_DRAWN = re.compile(r"(.)\1\1")
_INSIDE = re.compile(r"(?<![^\W\d_])(?:в|во|на|из|до|под)\s$", re.IGNORECASE)
_ON = re.compile(r"(?<![^\W\d_])на\s$", re.IGNORECASE)
# «Виктория» is a deposit.
_QUOTED = re.compile(r"[«„“\"][^\W\d_]+[»”“\"]")
_SURNAME = re.compile(
    r".{2,}(?:[оеё]в|[иы]н|ск(?:ий|ого|ому|им|ом|ая|ой|ую)|[оеё]в(?:а|у|ым|е|ой|ы)|[иы]н(?:а|у|ым|е|ой)|енко|чук|швили|дзе|ян)"
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
        return self.banned or (self.word.known and self.word.share < 0.01)


def find(text: str, words: Words, people: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Start and end of each name, in order and apart; ``people`` are those that a network saw.

    >>> text = "карта иванова петра ильича, а Анне отказали"
    >>> [text[start:end] for start, end in find(text, Words())]
    ['иванова петра ильича', 'Анне']
    """
    found = list(english.find(text))
    if _RUSSIAN.search(text):
        tokens = _tokens(text, words)
        found += _sequences(text, tokens)
        found += _confirmed(text, tokens, people)
    return _merged(text, found)


def may_hold_people(text: str, words: Words) -> bool:
    """Whether :func:`find` could take a word from the network at all; else there is no need to ask it."""
    if not _RUSSIAN.search(text):
        return False
    for token in _tokens(text, words):
        if _namely(token):
            return True
        before = text[max(0, token.start - 40) : token.start]
        if (token.title or not token.plain) and (_SURE.search(before) or _PEOPLE.search(before)):
            return True
    return False


def _tokens(text: str, words: Words) -> list[Token]:
    shouting = sum(map(str.isupper, text)) > 0.6 * sum(map(str.isalpha, text))
    matches = list(_TOKEN.finditer(text))
    tokens = []
    for at, match in enumerate(matches):
        written = match[0]
        initial = len(written) == 1 and text[match.end() : match.end() + 1] == "."
        gap = text[match.end() : matches[at + 1].start()] if at + 1 < len(matches) else "\n"
        joined = bool((_DOT if initial else _GAP).fullmatch(gap))
        title = written[0].isupper() and (not shouting or initial)
        word = words.read(written) if _RUSSIAN.search(written) and len(written) > 1 else PLAIN
        tokens.append(Token(match.start(), match.end(), written, word, title, initial, joined))
    return tokens


def _sequences(text: str, tokens: list[Token]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(tokens):
        size = _length(text, tokens, at)
        if size:
            if tokens[at + size - 1].joined and _belongs(tokens[at + size - 1], tokens[at + size]):
                size += 1
            last = tokens[at + size - 1]
            yield tokens[at].start, last.end + last.initial
        at += size or 1


def _belongs(last: Token, after: Token) -> bool:
    """Whether a word behind a name is a part of it: "Екатерина Д.", as banks show whom money went to, "Ильгар кызы"."""
    return (after.initial and after.title and not last.initial) or plain(after.written) in ("оглы", "кызы")


def _length(text: str, tokens: list[Token], at: int) -> int:
    """How many words from here on make a name; 0 for none."""
    first = tokens[at]
    if first.word is PLAIN and not first.title and not first.initial:
        # Most words of a text: no rule begins with one.
        return 0
    run = tokens[at : at + 1]
    while len(run) < 4 and run[-1].joined:
        run.append(tokens[at + len(run)])
    before = text[max(0, run[0].start - 40) : run[0].start]
    placed = bool(_PLACE.search(before))
    if len(run) >= 3 and (_three(run[0], run[1], run[2]) or _word_and_initials(run)):
        return 3
    known = bool(_PEOPLE.search(before) or _SURE.search(before))
    if len(run) >= 2 and (_two(run[0], run[1], placed, known) or (not placed and _beside(run[0], run[1], before))):
        return 2
    if _SURE.search(before) and (size := _introduced(run)):
        return size
    return int(not placed and _one(text, run[0], before))


def _three(one: Token, two: Token, three: Token) -> bool:
    if two.initial and three.initial:
        return _last(one) and (two.title or not one.word.known or one.may("last", 0.5))
    if one.initial and two.initial:
        if one.title and two.title and three.title and not three.banned and len(three.written) > 1:
            return True
        return _last(three) and (
            one.title or (three.may("last", 0.5) and one.written + two.written not in ("те", "тд", "тп", "тк"))
        )
    if three.may("patronymic", 0.3):
        return (two.may("first") or two.title) and _last(one)
    if two.may("patronymic", 0.3):
        return (one.may("first") or one.title) and _last(three) and not three.may("patronymic", 0.3)
    return False


def _word_and_initials(run: list[Token]) -> bool:
    """Whether a surname that is a word too stands before initials, which belong to no name behind them."""
    word, *letters = run[:3]
    followed = run[2].joined and len(run) > 3 and run[3].title
    named = word.title and not word.banned and len(word.written) > 1
    return named and not followed and all(each.initial and each.title for each in letters)


def _two(one: Token, two: Token, placed: bool, known: bool) -> bool:
    if two.may("patronymic", 0.3) or one.may("patronymic", 0.3):
        other = one if two.may("patronymic", 0.3) else two
        return other.may("first") or other.may("last", 0.3) or (other.title and not other.plain)
    if placed:
        return False
    if one.initial or two.initial:
        other, letter = (two, one) if one.initial else (one, two)
        likely = _last(other) or (known and not other.banned)
        return not (one.initial and two.initial) and likely and other.title and letter.title
    if one.may("first") and _last(two):
        return _fit(one, two, "first", "last")
    return two.may("first") and _last(one) and _fit(one, two, "last", "first")


def _beside(one: Token, two: Token, before: str) -> bool:
    """Whether one is surely a first name and the other a word whose capital has no other reason: "Пак Сергей"."""
    if not (one.title and two.title) or one.banned or two.banned or two.initial or len(one.written) < 2:
        return False
    return one.may("first", 0.8) or (two.may("first", 0.8) and not _begins(before))


def _last(token: Token) -> bool:
    looks = bool(_SURNAME.fullmatch(plain(token.written)))
    if looks and (token.title or not token.word.known):
        return True
    return not token.plain and (token.may("last") or (token.title and not token.word.known and len(token.written) > 2))


def _fit(one: Token, two: Token, first: str, second: str) -> bool:
    """Whether the two stand in one case, and are names surely enough together."""
    if any(token.banned and not token.named_too for token in (one, two)):
        return False
    if any(len(token.written) < 3 and not token.title for token in (one, two)):
        return False
    sure = one.word.shares.get(first, 0.0) + two.word.shares.get(second, 0.0)
    titled = one.title and two.title
    if not two.word.readings or not one.word.readings:
        return titled or sure > 0.8
    if sure < (0.4 if titled else 0.8):
        return False
    return titled or any(
        left.case == right.case
        and (left.gender == right.gender or not {"", "ms-f"}.isdisjoint((left.gender, right.gender)))
        for left in one.word.of(first)
        for right in two.word.of(second)
    )


def _introduced(run: list[Token]) -> int:
    """How many words after «меня зовут» belong to the name."""
    size = 0
    for token in run[:3]:
        named = token.word.share > (0 if size == 0 or token.title else 0.05)
        named = named and (len(token.written) > 2 or token.title)
        unknown = not token.word.known and len(token.written) > 2
        unknown = unknown or (size > 0 and bool(_SURNAME.fullmatch(plain(token.written))))
        if (token.banned and not token.named_too) or not (named or (token.initial and size) or unknown):
            break
        size += 1
        if not token.joined:
            break
    return size


def _one(text: str, token: Token, before: str) -> bool:
    """A first name, a patronymic or a surname that stands alone."""
    low = plain(token.written)
    if token.initial or len(low) < 3 or _QUOTED.match(text, max(0, token.start - 1)):
        return False
    if _INSIDE.search(before) and not (token.title and token.may("first", 0.65) and _ON.search(before)):
        return False
    if token.banned:
        return token.named_too and bool(_PEOPLE.search(before))
    if token.may("patronymic", 0.5):
        return True
    first, last = token.word.shares.get("first", 0.0), token.word.shares.get("last", 0.0)
    surname = bool(_SURNAME.fullmatch(low))
    if not token.word.known:
        if token.may("first", 0.8):
            return token.title or bool(_PEOPLE.search(before) or _LIKELY.search(before))
        # The dictionary guesses by endings, and a slip of the pen ends in anything.
        return token.title and not _begins(before) and last > 0.5 and surname
    if _PEOPLE.search(before) or (_LIKELY.search(before) and text[token.end : token.end + 1] in (",", ".", "!", "")):
        return first + last > (0.15 if token.title else 0.25)
    if _LIKELY.search(before):
        return first + last > (0.15 if token.title else 0.6)
    if _GREETED.match(text, token.end):
        return first > 0.3
    if token.title:
        begins = _begins(before)
        return first > (0.65 if begins else 0.1) or (last > (0.8 if begins else 0.5) and surname)
    return (first > 0.9 and len(low) > 3) or (last > 0.9 and len(low) > 4 and surname)


def _begins(before: str) -> bool:
    """Whether a sentence begins here, so that a capital says nothing."""
    before = before.rstrip()
    return not before or not (before[-1].isalnum() or before[-1] in ",-«\"'")


def _confirmed(text: str, tokens: list[Token], people: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The network's people without those that the dictionary knows as plain words, products or places."""
    for start, end in people:
        inside = [token for token in tokens if token.start >= start and token.end <= end]
        while len(inside) > 1 and inside[0].plain:
            inside.pop(0)
        while len(inside) > 1 and inside[-1].plain and not inside[-1].title:
            inside.pop()
        if not inside or MASKED.search(text, start, end) or any(each.banned for each in inside):
            continue
        before = text[max(0, inside[0].start - 40) : inside[0].start]
        if _PLACE.search(before) or (len(inside) == 1 and _doubtful(inside[0], before, text[end : end + 1])):
            continue
        if _SURE.search(before) or _PEOPLE.search(before) or any(map(_namely, inside)):
            yield inside[0].start, inside[-1].end


def _namely(token: Token) -> bool:
    """Whether the dictionary, or its ending, says that a word may be a name: firms too are unknown words."""
    if not token.word.known:
        return bool(_SURNAME.fullmatch(plain(token.written))) or token.may("first", 0.8)
    return not token.plain and token.word.share > 0.1


def _doubtful(token: Token, before: str, after: str) -> bool:
    """Whether one word of the network's is more likely a slip, a howl or the first plain word of a sentence."""
    if _INSIDE.search(before) or not token.title:
        return True
    if not token.word.known:
        return _begins(before) or bool(_DRAWN.search(token.written))
    return token.word.share <= 0.5 and _begins(before) and after not in (",", "!")


def _merged(text: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping finds as one, and those with nothing but a space between them."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and (start <= merged[-1][1] or text[merged[-1][1] : start] == " "):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
