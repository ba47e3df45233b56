"""What the label card and the ruling card share: their types, their words, their style and most of their script.

A card holds the item on screen and the next ones in the browser, takes a key press without a round trip, keeps what the
server has not acknowledged in the browser's storage and sends it until it is. Python gives it nothing but its
configuration; answers go over HTTP to ``config["url"]``, never through a rerun.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NotRequired, TypedDict

from labeling.projects.classes import LabelClass
from labeling.projects.languages import in_language
from pages.ui.words import title_of

_HERE = Path(__file__).parent

#: The browser imports one module text, so the parts of a card share one scope: these in this order, then the card's own.
SHARED_PARTS: tuple[Path, ...] = tuple(
    _HERE / part
    for part in (
        "text.js",
        "queue.js",
        "sender.js",
        "pile.js",
        "standing.js",
        "post.js",
        "desk.js",
        "stage.js",
        "dom.js",
        "classes.js",
        "tree.js",
        "screens.js",
        "guidelines.js",
        "top.js",
        "turns.js",
        "contrast.js",
        "pair.js",
        "inside.js",
        "item.js",
        "comment.js",
        "view.js",
        "keys.js",
        "card.js",
    )
)
SHARED_STYLE = _HERE / "card.css"


class CardClass(TypedDict):
    """A label class as the card shows it; ``hotkey`` is a digit 1 to 9 or a Latin letter, ``color`` a CSS colour."""

    code: str
    title: str
    hotkey: str | None
    color: str
    description: str
    group: str | None
    parent: str | None


class SkipReason(TypedDict):
    """Why an assessor may pass an item over."""

    code: str
    title: str


class CardConfig(TypedDict):
    """All that the card is told when it is mounted; it must be JSON."""

    url: str
    project: str
    person: int
    lang: str
    classes: list[CardClass]
    kind: str
    allows_none: bool
    allows_inner: bool
    look_ahead: int
    skip_reasons: list[SkipReason]
    guidelines_version: int | None
    guidelines_html_url: str
    remaining: int | None
    words: dict[str, str]
    results_url: NotRequired[str | None]
    sign_in_url: NotRequired[str]
    is_empty: NotRequired[bool]


def joined(parts: Iterable[Path]) -> str:
    return "\n".join(part.read_text(encoding="utf-8") for part in parts)


def card_classes(classes: Iterable[LabelClass], lang: str) -> list[CardClass]:
    """Label classes as a card is told of them, in ``lang``."""
    return [
        {
            "code": entry.code,
            "title": title_of(entry, lang),
            "hotkey": entry.hotkey,
            "color": entry.colour,
            "description": in_language(entry, "description", lang)[0],
            "group": entry.class_group,
            "parent": entry.parent,
        }
        for entry in classes
    ]


_WORDS: dict[str, dict[str, str]] = json.loads((_HERE / "words_card.json").read_text(encoding="utf-8"))

#: The keys that ``config["words"]`` must have. Braces in a text are the card's to fill: ``{n}``, ``{title}`` ...
CARD_WORDS: tuple[str, ...] = tuple(_WORDS)


def card_words(lang: str) -> dict[str, str]:
    """The card's own texts in ``lang``, their places not yet filled.

    >>> card_words("en")["unsent"], card_words("ru")["unsent"]
    ('Not sent yet: {n}', 'Не отправлено: {n}')
    """
    return {key: texts[lang] for key, texts in _WORDS.items()}
