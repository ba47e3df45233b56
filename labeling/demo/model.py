"""The simulated model of the demo: it recognises the demo's texts, and slips less the more its prompt tells it.

No network, no weights, no chance of its own: the same text and prompt come to the same answer. It is a profile like those of the
simulated assessors, made of what the prompt holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from labeling.demo.compose import compose_items
from labeling.demo.simulate import DemoItem, Profile, answer, load_items, random_for, reason_of
from labeling.junior.request import NO, YES

NAME = "simulated-demo"
# Under which the reasons say that a text is none of the demo's.
UNKNOWN = "unknown"
# How often it misreads what everybody misread, told nothing, and otherwise errs; warned of it; with the rulings on corner cases;
# and with examples beside them.
_PLAIN, _WARNED, _RULED, _SHOWN = (0.95, 0.22), (0.3, 0.16), (0.3, 0.13), (0.2, 0.1)
# What a profile has beside that plays no part.
_STEADY = {"unsure": 0.0, "careless": 0.0, "seconds": 1.0, "spread": 0.1}
_WARNING = re.compile("Две ошибки|Two mistakes|Не путать|Not to be confused")
_RULINGS = re.compile("## Corner cases|## Спорные случаи")
_TARGET = re.compile(r"does the class (\S+) fit")
_MASKED = re.compile(r"\[[A-Z_]+_\d+\]")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Said:
    """What the model makes of a text: one of the labels asked for, and its probability; ``reason`` in the text's language."""

    label: str
    probability: float
    reason: str


class SimulatedModel:
    """Reads requests of the chat protocol, as :mod:`labeling.junior.request` builds them.

    >>> model, text = SimulatedModel(), load_items()[4].text
    >>> messages = [{"role": "system", "content": ""}, {"role": "user", "content": json.dumps(text)}]
    >>> model.read({"messages": messages}).label
    'neutral'
    """

    @cached_property
    def _by_text(self) -> Mapping[str, DemoItem]:
        return {item.text: item for item in (*load_items(), *compose_items())}

    @cached_property
    def _words(self) -> Mapping[str, frozenset[str]]:
        return {text: _words(text) for text in self._by_text}

    def read(self, body: Mapping[str, Any]) -> Said:
        """The answer to a request. Raises KeyError, ValueError and the like for a body that is none."""
        messages, labels = body["messages"], _labels(body)
        prompt = str(messages[0]["content"])
        item, is_known = self._item_of(_text(messages))
        rng = random_for("simulated-model", item.id)
        label = answer(item, _profile(prompt, messages), rng).label or item.label
        # Surer where it is right, and too sure at times where it isn't; of what it doesn't know it is sure of little.
        sure = 0.8 + 0.19 * rng.random() if label == item.label else 0.55 + 0.4 * rng.random()
        sure = round(sure if is_known else 0.5 * sure, 3)
        reason = reason_of(label if is_known else UNKNOWN, item.lang)
        if target := _TARGET.search(prompt):
            label = YES if label == target[1] else NO
        elif labels and label not in labels:
            # Classes of another project: it can but point at one of them.
            label, sure, reason = rng.choice(labels), round(1 / len(labels), 3), reason_of(UNKNOWN, item.lang)
        return Said(label, sure, reason)

    def _item_of(self, text: str) -> tuple[DemoItem, bool]:
        """The demo's item with this text, also where parts of it are masked; else the one that is most like it, and False."""
        if item := self._by_text.get(text):
            return item, True
        if _MASKED.search(text):
            pattern = re.compile(".+?".join(map(re.escape, _MASKED.split(text))), re.DOTALL)
            if found := next((item for known, item in self._by_text.items() if pattern.fullmatch(known)), None):
                return found, True
        words = _words(text)
        likest = max(self._words, key=lambda known: len(words & self._words[known]) / len(words | self._words[known]))
        return self._by_text[likest], False


def _profile(prompt: str, messages: Sequence[Mapping[str, str]]) -> Profile:
    """How it works by what it is told. A warning is of questions: formulas are misread until there are rulings."""
    if _RULINGS.search(prompt):
        is_shown = any(message["role"] == "assistant" for message in messages)
        misreads, slips = _SHOWN if is_shown else _RULED
        return Profile(NAME, 1 - slips, misreads, misreads, **_STEADY)
    misreads, slips = _WARNED if _WARNING.search(prompt) else _PLAIN
    return Profile(NAME, 1 - slips, misreads, _PLAIN[0], **_STEADY)


def _text(messages: Sequence[Mapping[str, str]]) -> str:
    """What is to be labeled: the last thing said by the user that is a JSON string; what asks for a repair is none."""
    for message in reversed(messages):
        if message["role"] == "user" and message["content"].startswith('"'):
            return str(json.loads(message["content"]))
    raise ValueError("no text")


def _asked_for(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the answer is to hold, by name."""
    properties: Mapping[str, Any] = (
        (body.get("response_format") or {}).get("json_schema", {}).get("schema", {}).get("properties", {})
    )
    return properties


def _labels(body: Mapping[str, Any]) -> list[str]:
    return list(_asked_for(body).get("label", {}).get("enum", ()))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))
