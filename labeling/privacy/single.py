"""A first name, a patronymic or a surname that stands alone."""

from __future__ import annotations

import re

from labeling.privacy.introductions import INSIDE, LIKELY, ON, PEOPLE, begins
from labeling.privacy.tokens import Token
from labeling.privacy.words import plain

# "Артём, добрый день": a sentence that begins with whom it is said to.
_GREETED = re.compile(r",\s(?:добр|здрав|прив|подскаж|скаж|помог|почему|когда|спасиб)", re.IGNORECASE)
# «Виктория» is a deposit.
_QUOTED = re.compile(r"[«„“\"][^\W\d_]+[»”“\"]")


def stands_alone(text: str, token: Token, before: str) -> bool:
    """A first name, a patronymic or a surname that stands alone."""
    low = plain(token.written)
    if token.initial or len(low) < 3 or _QUOTED.match(text, max(0, token.start - 1)):
        return False
    if INSIDE.search(before) and not (token.title and token.may("first", 0.65) and ON.search(before)):
        return False
    if token.banned:
        return token.named_too and bool(PEOPLE.search(before))
    if token.may("patronymic", 0.5):
        return True
    first, last = token.word.shares.get("first", 0.0), token.word.shares.get("last", 0.0)
    surname = token.like_surname
    if not token.word.known:
        if token.may("first", 0.8):
            return token.title or bool(PEOPLE.search(before) or LIKELY.search(before))
        # The dictionary guesses by endings, and a slip of the pen ends in anything.
        return token.title and not begins(before) and last > 0.5 and surname
    if PEOPLE.search(before) or (LIKELY.search(before) and text[token.end : token.end + 1] in (",", ".", "!", "")):
        return first + last > (0.15 if token.title else 0.25)
    if LIKELY.search(before):
        return first + last > (0.15 if token.title else 0.6)
    if _GREETED.match(text, token.end):
        return first > 0.3
    if token.title:
        begun = begins(before)
        return first > (0.65 if begun else 0.1) or (last > (0.8 if begun else 0.5) and surname)
    return (first > 0.9 and len(low) > 3) or (last > 0.9 and len(low) > 4 and surname)
