"""A lead's draft of the guide: in the browser's session while it lasts, and in the server's memory after a reload of the page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock

import streamlit as st

from db.engine import database
from labeling.projects.guidelines import Guideline
from labeling.projects.languages import placeholders
from pages.ui.locales import LOCALES
from pages.ui.words import say

# Each is at most two texts of 100,000 characters.
_MOST_LEFT = 100


@dataclass(frozen=True)
class Left:
    """A draft as it was left: the version it was begun from, its texts then, and as they stood last."""

    base: int
    begun: dict[str, str]
    texts: dict[str, str]


class _Shelf:
    """The newest drafts that nobody has published."""

    def __init__(self) -> None:
        self._lock, self._left = Lock(), OrderedDict[Hashable, Left]()

    def put(self, key: Hashable, left: Left | None) -> None:
        """Keep a draft, or with None forget it."""
        with self._lock:
            self._left.pop(key, None)
            if left is not None:
                self._left[key] = left
            while len(self._left) > _MOST_LEFT:
                self._left.popitem(last=False)

    def get(self, key: Hashable) -> Left | None:
        with self._lock:
            return self._left.get(key)


_SHELF = _Shelf()


@dataclass(frozen=True)
class Draft:
    """A person's texts in this browser session, and the version that they were begun from (0: none)."""

    slug: str
    person_id: int

    def key(self, language: str) -> str:
        """Where the text in ``language`` stands in the session, and the key of its text area."""
        return f"guide:{self.slug}:{language}"

    def body(self, language: str) -> str:
        """The text in ``language`` as it stands now."""
        return str(st.session_state.get(self.key(language)) or "")

    @property
    def base(self) -> int:
        """The version that the draft was begun from."""
        return int(st.session_state.get(self._base_key, 0))

    @property
    def is_empty(self) -> bool:
        return not any(self.body(language).strip() for language in LOCALES)

    def follow(self, latest: Guideline | None) -> None:
        """Begin the draft, take up the one that was left, or keep it; one that nobody changed follows the version in force."""
        if self._base_key not in st.session_state:
            left = _SHELF.get(self._left_key)
            self._put(latest) if left is None else self._take_up(left)
        if latest is not None and self.base != latest.version and not self.is_changed:
            self._put(latest)
        # A text that isn't on screen is kept only by being written down again.
        for language in LOCALES:
            st.session_state[self.key(language)] = self.body(language)
        self._leave()

    def is_behind(self, latest: Guideline | None) -> bool:
        """Whether somebody has published since the draft was begun."""
        return (latest.version if latest else 0) != self.base

    def take(self, latest: Guideline) -> None:
        """Drop the draft for the version in force."""
        self._put(latest)

    def scaffold(self) -> None:
        for language in LOCALES:
            st.session_state[self.key(language)] = say(language, "guidelines.scaffold")

    def published(self, version: int) -> None:
        """What is written is the version in force now."""
        st.session_state[self._base_key] = version
        st.session_state[self._begun_key] = self._texts
        self._leave()

    @property
    def _base_key(self) -> str:
        return f"guide:{self.slug}:base"

    @property
    def _begun_key(self) -> str:
        return f"guide:{self.slug}:begun"

    @property
    def is_changed(self) -> bool:
        """Whether it says something else than the version that it was begun from."""
        return bool(self._texts != st.session_state[self._begun_key])

    @property
    def unfilled(self) -> list[str]:
        """The languages whose text has places of the outline that nobody has filled: these aren't published."""
        return [language for language in LOCALES if placeholders(self.body(language))]

    @property
    def _texts(self) -> dict[str, str]:
        return {language: self.body(language) for language in LOCALES}

    @property
    def _left_key(self) -> Hashable:
        return str(database().url), self.slug, self.person_id

    def _leave(self) -> None:
        """Keep it for after a reload, where there is anything to be lost."""
        begun: dict[str, str] = st.session_state[self._begun_key]
        _SHELF.put(self._left_key, Left(self.base, begun, self._texts) if self.is_changed else None)

    def _take_up(self, left: Left) -> None:
        self._write(left.base, left.begun, left.texts)

    def _put(self, guide: Guideline | None) -> None:
        texts = {language: getattr(guide, f"body_{language}") if guide else "" for language in LOCALES}
        self._write(guide.version if guide else 0, texts, texts)

    def _write(self, base: int, begun: dict[str, str], texts: dict[str, str]) -> None:
        st.session_state[self._base_key], st.session_state[self._begun_key] = base, begun
        for language, text in texts.items():
            st.session_state[self.key(language)] = text
