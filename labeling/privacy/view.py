"""A text as the detectors read it: normalised sign by sign, what is masked folded into one sign, places remembered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

KINDS = (
    "EMAIL",
    "HANDLE",
    "PHONE",
    "CARD",
    "EXPIRY",
    "CVV",
    "IBAN",
    "ACCOUNT",
    "BIC",
    "INN",
    "SNILS",
    "OGRN",
    "SSN",
    "PASSPORT",
    "DOCUMENT",
    "BIRTH",
    "CONTRACT",
    "CASE",
    "CLIENT",
    "CAR",
    "DEVICE",
    "IP",
    "LINK",
    "GEO",
    "ADDRESS",
    "NAME",
)
"""What can be masked; the codes stand in the placeholders, ``[PHONE_1]``."""

# Signs of the private-use area stand for what is masked already, one for each kind.
_FIRST = 0xE000
_SIGN = {kind: chr(_FIRST + at) for at, kind in enumerate(KINDS)}
MASKED = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + len(KINDS) - 1)}]")
"""A sign that stands for something masked."""
PLACEHOLDER = re.compile(rf"\[({'|'.join(KINDS)})_(\d{{1,6}})\]")

_SAME = {ord(sign): "-" for sign in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"}
_SAME |= {
    ord(sign): " " for sign in "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"
}
_SAME |= {ord(sign): " " for sign in "\u205f\u3000\t"}
# Letters, digits and signs that mean themselves; all others take the careful way.
_PLAIN = re.compile(r"[\n\r\x20-\x7e«»„“”…№₽€£Ёё\u0410-\u044f]*")


def sign(kind: str) -> str:
    """The sign that stands in a view for something masked of this kind."""
    return _SIGN[kind]


@dataclass(frozen=True)
class View:
    """``text`` to search in; its sign ``i`` stands at ``starts[i]:ends[i]`` of the original."""

    text: str
    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, text: str) -> View:
        """Full-width and keycap digits become digits, odd dashes and spaces plain ones, invisible signs vanish.

        >>> View.of("８\\u200b9️⃣9 – ok [PHONE_1]").text == "899 - ok " + View.of("[PHONE_1]").text
        True
        """
        same = text.translate(_SAME)
        own_places = list(range(len(text))), list(range(1, len(text) + 1))
        plain = cls(same, *own_places) if _PLAIN.fullmatch(same) else cls._careful(same)
        placeholders = PLACEHOLDER.finditer(plain.text)
        return plain.fold((match.start(), match.end(), match[1]) for match in placeholders)

    @classmethod
    def _careful(cls, text: str) -> View:
        signs: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        while at < len(text):
            end = at + 1
            while end < len(text) and unicodedata.category(text[end])[0] == "M":
                end += 1
            for sign in _normal(text[at:end]):
                signs.append(sign)
                starts.append(at)
                ends.append(end)
            at = end
        return cls("".join(signs), starts, ends)

    def fold(self, finds: Iterable[tuple[int, int, str]]) -> View:
        """The view with each (start, end, kind), in order and apart from each other, as one sign."""
        text: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for start, end, kind in finds:
            text += (self.text[at:start], _SIGN[kind])
            starts += [*self.starts[at:start], self.starts[start]]
            ends += [*self.ends[at:start], self.ends[end - 1]]
            at = end
        if not text:
            return self
        return View("".join(text) + self.text[at:], starts + self.starts[at:], ends + self.ends[at:])


def _normal(cluster: str) -> str:
    """A letter with its marks as one plain letter where there is one; nothing for an invisible sign."""
    if _PLAIN.fullmatch(cluster):
        return cluster
    category = unicodedata.category(cluster[0])
    if category in ("Cf", "Mn", "Me"):
        return ""
    if category in ("Co", "Cs", "Cn"):
        return " "
    composed = "".join(sign for sign in unicodedata.normalize("NFKC", cluster) if unicodedata.category(sign)[0] != "M")
    digits = (unicodedata.decimal(sign, None) for sign in composed)
    return "".join(sign if digit is None else str(digit) for sign, digit in zip(composed, digits, strict=True))
