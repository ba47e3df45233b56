"""The editor of the guide: a lead's draft, kept over reruns and pages, its preview, junior's proposal, and publishing it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from db.engine import database
from labeling import config
from labeling.errors import LabelingError
from labeling.junior.asking import url_of
from labeling.junior.masker import masker
from labeling.junior.propose_wording import confusions, propose_wording
from labeling.projects.guidelines import Guideline, get_guideline, publish_guideline
from labeling.projects.projects import Project, get_classes, lock_project_by_id
from pages.ui.access import Access
from pages.ui.acting import acting, watched
from pages.ui.difference import difference
from pages.ui.guide import as_html
from pages.ui.locales import LOCALES, reader_locale
from pages.ui.obstacles import draw_obstacles
from pages.ui.session import now
from pages.ui.widgets import NOTICE, error_sentence, part_switch, plain, text_of_item
from pages.ui.words import say, t, title_of

_HEIGHT = 520


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


def choose_language(key: str) -> str:
    """Which of the two languages is looked at."""
    return part_switch(
        t("guidelines.language"), LOCALES, default=reader_locale(), format_func=lambda locale: t(f"language.{locale}"), key=key
    )  # fmt: skip


def draw_editor(access: Access, latest: Guideline | None) -> None:
    """Both texts with their preview; a version that came out meanwhile is told and kept."""
    draft = Draft(access.project.slug)
    draft.follow(latest)
    if draft.is_empty and latest is None:
        st.button(t("guidelines.scaffold_start"), on_click=draft.scaffold)
    if draft.is_behind(latest) and latest is not None:
        draw_behind(access, draft, latest)
    language = choose_language("guide_write")
    left, right = st.columns(2, gap="medium")
    with left:
        st.text_area(
            t("guidelines.text"), key=draft.key(language), height=_HEIGHT, persist_state="session", max_chars=100_000
        )
        st.caption(plain(t("guidelines.markdown")))
    with right:
        st.caption(t("guidelines.preview"))
        with st.container(border=True, height=_HEIGHT):
            st.html(as_html(draft.body(language)) or "&nbsp;")
    draw_proposal(access, draft, language)
    args = (access.person_id, access.project.id, draft, None)
    st.button(t("guidelines.publish"), type="primary", on_click=publish, args=args)


def draw_behind(access: Access, draft: Draft, latest: Guideline) -> None:
    """Somebody has published since the draft was begun: what differs, and the two ways on."""
    st.warning(t("guidelines.behind", version=latest.version))
    for language in LOCALES:
        changed = difference(getattr(latest, f"body_{language}"), draft.body(language))
        if changed:
            with st.container(border=True):
                st.html(f"<b>{t(f'language.{language}')}</b>{changed}")
    with st.container(horizontal=True):
        over = (access.person_id, access.project.id, draft, latest.version)
        st.button(t("guidelines.publish_over", version=latest.version), on_click=publish, args=over)
        st.button(t("guidelines.take", version=latest.version), on_click=draft.take, args=(latest,))


def draw_proposal(access: Access, draft: Draft, language: str) -> None:
    """Choose what is confused, ask, read, and take it over; nothing is drawn where no model can be asked."""
    project = access.project
    if not url_of(project) or not (project.junior_model or config.JUNIOR_MODEL):
        return
    pairs = confusions(watched(), project)
    with st.expander(t("wording.title"), icon=":material/edit_note:"):
        st.caption(t("wording.about"))
        if draw_obstacles(access):
            return
        if not pairs:
            st.caption(t("wording.no_mistakes"))
            return
        with database().snapshot() as connection:
            titled = {entry.code: title_of(entry) for entry in get_classes(connection, project.id, retired=True)}
        chosen = st.selectbox(
            t("wording.which"),
            pairs,
            format_func=lambda pair: t(
                "wording.pair", given=titled.get(pair[0], pair[0]), ruled=titled.get(pair[1], pair[1]), n=pair[2]
            ),
            key="wording_pair",
        )
        st.button(t("wording.ask"), on_click=_ask, args=(project, chosen[0], chosen[1], language), key="wording_ask")
        proposed = st.session_state.get(_key(project))
        if proposed:
            text_of_item(proposed)
            st.button(t("wording.take"), type="primary", on_click=_take, args=(project, draft, language))


def _ask(project: Project, given: str, ruled: str, language: str) -> None:
    try:
        proposed = propose_wording(
            watched(), project, given, ruled, language=language or reader_locale(), masker=masker(), clock=now
        )
    except LabelingError as error:
        st.session_state[NOTICE] = ("error", error_sentence(error))
    else:
        st.session_state[_key(project)] = proposed


def _take(project: Project, draft: Draft, language: str) -> None:
    text = draft.body(language).rstrip()
    st.session_state[draft.key(language)] = f"{text}\n\n{st.session_state.pop(_key(project))}\n".lstrip()


def _key(project: Project) -> str:
    return f"wording:{project.slug}"
