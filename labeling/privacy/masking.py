"""One text in, the same text without personal data out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labeling.privacy import (
    accounts,
    addresses,
    cards,
    cars,
    contacts,
    devices,
    documents,
    misspelt,
    names,
    network,
    references,
)
from labeling.privacy.detectors import Detector, Find, candidates
from labeling.privacy.ner import people
from labeling.privacy.placeholders import placeholders
from labeling.privacy.tokens import Token, tokens_of
from labeling.privacy.view import MASKED, View
from labeling.privacy.words import Words

_BATCH = 512
# A tab parts the cells of a table; the views of texts show it as a space.
_BREAK = re.compile(r"[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


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
        masked: list[Masked] = []
        for at in range(0, len(texts), _BATCH):
            masked += self._batch(texts[at : at + _BATCH])
        return masked

    def _batch(self, texts: Sequence[str]) -> list[Masked]:
        words = Words()
        drafts = [_Draft(text) for text in texts]
        # Until nothing is found in what is left: so the result, masked again, stays as it is.
        unfinished = drafts
        while unfinished:
            for draft in unfinished:
                draft.plain_things()
            if not self._names:
                break
            # The network is half of the work, and most texts hold no word of which it could be believed.
            read = [(draft, tokens_of(draft.view.text, words)) for draft in unfinished]
            texts = [draft.view.text for draft, tokens in read if names.may_hold_people(draft.view.text, tokens)]
            by_network = dict(zip(texts, people(texts), strict=True))
            unfinished = [draft for draft, tokens in read if draft.names(tokens, by_network.get(draft.view.text, []))]
        return [draft.masked(words) for draft in drafts]


def mask(text: str) -> Masked:
    """One text without personal data; who has many keeps a `Masker`."""
    return Masker().mask(text)


class _Draft:
    """A text on its way: what was found so far, and the view of what is left."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.view = View.of(text)
        self.finds: list[tuple[Find, str]] = []

    def plain_things(self) -> None:
        """Mask numbers, contacts and addresses until no more are found."""
        while self._take(candidates(self.view.text, _SIGNS)):
            pass
        while self._take(candidates(self.view.text, addresses.DETECTORS)):
            pass

    def names(self, tokens: list[Token], by_network: list[tuple[int, int]]) -> bool:
        """Mask names; whether there were any."""
        return self._take([(start, end, "NAME") for start, end in names.find(self.view.text, tokens, by_network)])

    def _take(self, finds: list[Find]) -> bool:
        """Mask what was found, the first before those that overlap it."""
        chosen: list[Find] = []
        view = self.view
        covered = bytearray(len(view.text))
        for masked in MASKED.finditer(view.text):
            covered[masked.start()] = 1
        for start, end, kind in finds:
            if not any(covered[start:end]):
                covered[start:end] = b"\1" * (end - start)
                chosen += self._pieces(start, end, kind)
        chosen.sort()
        self.view = view.fold(chosen)
        return bool(chosen)

    def _pieces(self, start: int, end: int, kind: str) -> Iterator[Find]:
        """The find without white space at its ends, in parts where a line or a cell of a table ends inside it."""
        view = self.view
        value = view.text[start:end]
        begins = [start]
        if _BREAK.search(self.text, view.starts[start], view.ends[end - 1]):
            begins += [at + 1 for at in range(start, end) if _BREAK.match(self.text, view.starts[at])]
        for begin, stop in zip(begins, [*begins[1:], end], strict=True):
            piece = view.text[begin:stop].rstrip()
            if stop < end:
                piece = piece.rstrip(",;").rstrip()
            stop, begin = begin + len(piece), begin + len(piece) - len(piece.lstrip())
            if any(map(str.isalnum, piece)):
                self.finds.append(((view.starts[begin], view.ends[stop - 1], kind), value))
                yield begin, stop, kind

    def masked(self, words: Words) -> Masked:
        """The text with its placeholders."""
        self.finds.sort()
        spans = [place for place, _ in self.finds]
        signs = placeholders(self.text, spans, (value for _, value in self.finds), words)
        pieces: list[str] = []
        at = 0
        for (start, end, _), sign in zip(spans, signs, strict=True):
            pieces += (self.text[at:start], sign)
            at = end
        counts = dict(sorted(Counter(kind for _, _, kind in spans).items()))
        return Masked("".join(pieces) + self.text[at:], counts, tuple(Span(*span) for span in spans))


_SIGNS: tuple[Detector, ...] = (
    *contacts.HANDLES,
    *network.LINKS,
    *contacts.EMAILS,
    *contacts.NICKS,
    *network.DETECTORS,
    *devices.DETECTORS,
    *contacts.PLUS,
    *accounts.SURE,
    *documents.PAPERS,
    *cars.DETECTORS,
    *cards.DETECTORS,
    *accounts.NAMED,
    *documents.NUMBERS,
    *accounts.BANKS,
    *documents.PASSPORTS,
    *accounts.SHORT,
    *documents.BIRTHS,
    *accounts.CODES,
    *references.DETECTORS,
    *contacts.PHONES,
    *misspelt.DETECTORS,
)
"""The surest forms first: of two that overlap, the earlier one is believed."""
