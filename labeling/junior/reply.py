"""What junior answered: read strictly, with its confidence from where it is known best."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from labeling.errors import LabelingError
from labeling.junior.request import MOST_REASON, Request
from labeling.quality.kinds.sets import LONGEST, set_code

_FENCE = re.compile(r"^```(?:json)?\s*|\s*```$")


@dataclass(frozen=True)
class Token:
    """A piece of an answer with its log-probability."""

    text: str
    logprob: float


@dataclass(frozen=True)
class Reply:
    """A label that was read; ``stated`` is the confidence that the model gave itself, where it did."""

    label: str
    stated: float | None
    reason: str


def storable(text: str) -> str:
    """Without what databases refuse: halves of surrogate pairs, and NUL.

    >>> storable("a\\ud83d\\x00b")
    'a?b'
    """
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def read_reply(content: str, request: Request) -> Reply:
    """One JSON object with a label of the request; fences around it are passed over, anything else is not.

    Raises LabelingError ``reply_malformed`` (no such object) or ``reply_unknown_class``, both with ``problem`` in words.

    >>> from labeling.junior.request import ClassNote, build
    >>> request = build("x", model="m", classes=[ClassNote("a", "A")])
    >>> read_reply('{"label": "a", "confidence": 0.9}', request)
    Reply(label='a', stated=0.9, reason='')
    """
    try:
        answer = json.loads(_FENCE.sub("", content.strip()))
    except ValueError as error:
        raise LabelingError("reply_malformed", problem="no JSON") from error
    label = _label(answer, request)
    reason = answer.get("reason")
    stripped = storable(reason).strip()[:MOST_REASON] if isinstance(reason, str) else ""
    return Reply(label, _share(answer.get("confidence")), stripped)


def _label(answer: object, request: Request) -> str:
    """The label of an answer, of a list of classes the code of their set."""
    said = answer.get("labels" if request.several else "label") if isinstance(answer, dict) else None
    chosen = said if request.several else [said]
    if not isinstance(chosen, list) or not all(isinstance(each, str) for each in chosen):
        raise LabelingError("reply_malformed", problem="no label")
    if not set(chosen) <= set(request.codes):
        raise LabelingError("reply_unknown_class", problem="no such label")
    if not request.several:
        return str(chosen[0])
    code = set_code(chosen, request.codes)
    if not (chosen or request.allows_none) or len(code) > LONGEST:
        raise LabelingError("reply_malformed", problem="too many labels" if chosen else "no label")
    return code


def _share(stated: object) -> float | None:
    if isinstance(stated, bool) or not isinstance(stated, (int, float)):
        return None
    return float(stated) if 0 <= stated <= 1 else None


def label_probability(tokens: Sequence[Token], label: str, *, several: bool = False) -> float | None:
    """The probability of the label's own tokens in the answer; None where they can't be found in it.

    Tokens that touch the last place where the label stands as the value of "label" are multiplied; of ``several`` those of the
    whole list that is the value of "labels".

    >>> tokens = [Token('{"label": "', -0.1), Token("car", math.log(0.5)), Token('d"', math.log(0.8)), Token("}", 0.0)]
    >>> round(label_probability(tokens, "card"), 3)
    0.4
    """
    whole = "".join(token.text for token in tokens)
    value = (
        r'"labels"\s*:\s*\[((?:[^"\]]|"(?:[^"\\]|\\.)*")*)\]'
        if several
        else r'"label"\s*:\s*"(' + re.escape(label) + r')"'
    )
    places = list(re.finditer(value, whole))
    if not places:
        return None
    start, end = places[-1].span(1)
    at, total = 0, 0.0
    for token in tokens:
        if at < end and at + len(token.text) > start:
            total += token.logprob
        at += len(token.text)
    return min(1.0, math.exp(total))


def voted(labels: Sequence[str]) -> tuple[str, float]:
    """The most frequent of some samples, the first of a tie, and its share.

    >>> voted(["b", "a", "b"])
    ('b', 0.6666666666666666)
    """
    label, n = Counter(labels).most_common(1)[0]
    return label, n / len(labels)
