"""One text in, the same text without personal data out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from labeling.privacy import addresses, contacts, names, numbers
from labeling.privacy.ner import people
from labeling.privacy.numbers import Found
from labeling.privacy.placeholders import placeholders
from labeling.privacy.view import MASKED, View
from labeling.privacy.words import Words

_BATCH = 512

Finders: TypeAlias = tuple[Callable[[str], Iterator[Found]], ...]


@dataclass(frozen=True)
class Span:
    """Where something stood in the text that was given, and what kind of thing."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Masked:
    """The text with placeholders, how often each kind was masked, and where; never what stood there."""

    text: str
    counts: dict[str, int]
    spans: tuple[Span, ...]


class Masker:
    """Masks texts; ``names=False`` leaves names alone and needs neither network nor dictionary. Safe in many threads.

    >>> found = Masker().mask("Иванов Пётр, тел. 8 (999) 123-45-67. Ивановым Петром недовольны, +79991234567")
    >>> found.text
    '[NAME_1], тел. [PHONE_1]. [NAME_1] недовольны, [PHONE_1]'
    >>> found.counts
    {'NAME': 2, 'PHONE': 2}
    >>> Masker(names=False).mask("Анна, карта 4276 1234 5678 9012").text
    'Анна, карта [CARD_1]'
    """

    def __init__(self, *, names: bool = True) -> None:
        self._names = names

    def mask(self, text: str) -> Masked:
        """One text; masking what is masked already changes nothing."""
        return self.mask_many([text])[0]

    def mask_many(self, texts: Sequence[str]) -> list[Masked]:
        """Many texts, several times faster than one by one; in their order."""
        done: list[Masked] = []
        for at in range(0, len(texts), _BATCH):
            done += self._batch(texts[at : at + _BATCH])
        return done

    def _batch(self, texts: Sequence[str]) -> list[Masked]:
        words = Words()
        drafts = [_Draft(text) for text in texts]
        # Until nothing is found in what is left: so the result, masked again, stays as it is.
        left = drafts
        while left:
            for draft in left:
                draft.plain_things()
            if not self._names:
                break
            # The network is half of the work, and most texts hold no word of which it could be believed.
            asked = [draft.view.text for draft in left if names.may_hold_people(draft.view.text, words)]
            seen = dict(zip(asked, people(asked), strict=True))
            left = [draft for draft in left if draft.names(words, seen.get(draft.view.text, []))]
        return [draft.masked(words) for draft in drafts]


def mask(text: str, *, names: bool = True) -> Masked:
    """One text without personal data; who has many keeps a `Masker`."""
    return Masker(names=names).mask(text)


class _Draft:
    """A text on its way: what was found so far, and the view of what is left."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.view = View.of(text)
        self.found: list[tuple[Found, str]] = []

    def plain_things(self) -> None:
        """Mask numbers, contacts and addresses until no more are found."""
        for group in (_signs, _places):
            while self._take([each for find in group(self.view.text) for each in find(self.view.text)]):
                pass

    def names(self, words: Words, seen: list[tuple[int, int]]) -> bool:
        """Mask names; whether there were any."""
        return self._take([(start, end, "NAME") for start, end in names.find(self.view.text, words, seen)])

    def _take(self, candidates: list[Found]) -> bool:
        """Mask the candidates, the first before those that overlap it."""
        chosen: list[Found] = []
        view = self.view
        taken = bytearray(len(view.text))
        for masked in MASKED.finditer(view.text):
            taken[masked.start()] = 1
        for start, end, kind in candidates:
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                chosen.append((start, end, kind))
        chosen.sort()
        for start, end, kind in chosen:
            place = (view.starts[start], view.ends[end - 1], kind)
            self.found.append((place, view.text[start:end]))
        self.view = view.fold(chosen)
        return bool(chosen)

    def masked(self, words: Words) -> Masked:
        """The text with its placeholders."""
        self.found.sort()
        spans = [place for place, _ in self.found]
        signs = placeholders(self.text, spans, (value for _, value in self.found), words)
        pieces: list[str] = []
        at = 0
        for (start, end, _), sign in zip(spans, signs, strict=True):
            pieces += (self.text[at:start], sign)
            at = end
        counts = dict(sorted(Counter(kind for _, _, kind in spans).items()))
        return Masked("".join(pieces) + self.text[at:], counts, tuple(Span(*span) for span in spans))


_NUMBERED = re.compile(r"\d.*\d.*\d", re.DOTALL)
_LETTERED = (contacts.emails, contacts.handles, numbers.swifts)
_SIGNS = (contacts.emails, contacts.handles, contacts.plus_phones, *numbers.finders(), contacts.phones)
_PLACES = tuple(addresses.finders())


def _signs(text: str) -> Finders:
    """What may find numbers and contacts here: without digits most need not look."""
    return _SIGNS if _NUMBERED.search(text) else _LETTERED


def _places(text: str) -> Finders:
    return _PLACES if addresses.HINT.search(text) else ()
