"""A lead's unpublished text of the guide: kept over reruns and pages, never published over what they have not seen."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from labeling.errors import LabelingError
from labeling.projects.guidelines import Guideline, get_guideline, publish_guideline
from labeling.projects.projects import lock_project_by_id
from pages.ui.locales import LOCALES
from pages.ui.session import now
from pages.ui.widgets import acting
from pages.ui.words import say


@dataclass(frozen=True)
class Draft:
    """The texts in this browser session, and the version that they were begun from (0: none)."""

    slug: str

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
        """Begin the draft, or keep it as it is; one that nobody changed follows the version in force."""
        begun = self._base_key in st.session_state
        if not begun or (latest is not None and self.base != latest.version and not self._is_changed):
            self._put(latest)
        # A text that isn't on screen is kept only by being written down again.
        for language in LOCALES:
            st.session_state[self.key(language)] = self.body(language)

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
        st.session_state[self._begun_key] = {language: self.body(language) for language in LOCALES}

    @property
    def _base_key(self) -> str:
        return f"guide:{self.slug}:base"

    @property
    def _begun_key(self) -> str:
        return f"guide:{self.slug}:begun"

    @property
    def _is_changed(self) -> bool:
        begun = st.session_state[self._begun_key]
        return any(self.body(language) != begun[language] for language in LOCALES)

    def _put(self, guide: Guideline | None) -> None:
        texts = {language: getattr(guide, f"body_{language}") if guide else "" for language in LOCALES}
        st.session_state[self._base_key] = guide.version if guide else 0
        st.session_state[self._begun_key] = texts
        for language, text in texts.items():
            st.session_state[self.key(language)] = text


def publish(actor: int, project_id: int, draft: Draft, over: int | None) -> None:
    """Publish the draft as the next version, if the one in force is the one it was begun from, or ``over``.

    Under the project's lock: of two leads who publish at once, one is told.
    """
    version = None
    with acting("guidelines.published") as connection:
        lock_project_by_id(connection, project_id)
        latest = get_guideline(connection, project_id)
        in_force = latest.version if latest else 0
        if in_force != (draft.base if over is None else over):
            raise LabelingError("guideline_moved", version=in_force)
        if draft.is_empty:
            raise LabelingError("guideline_empty")
        version = publish_guideline(
            connection, project_id, body_ru=draft.body("ru"), body_en=draft.body("en"), now=now(), actor=actor
        )
    if version is not None:
        draft.published(version)
