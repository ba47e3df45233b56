"""Small pieces that every page is made of."""

from __future__ import annotations

import html
import io
import logging
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import polars as pl
import streamlit as st

from labeling.errors import LabelingError
from labeling.exchange.writing import write_spreadsheet_csv
from labeling.projects.projects import Project
from pages.ui.locales import reader_locale
from pages.ui.words import catalog, say, t

# A figure: what it is, how it reads (with its n), and what it means (or None).
Card = tuple[str, str, str | None]

NOTICE = "notice"
# The container of a page's next step: its link is the page's one filled button.
NEXT_STEP = "next_step"
# A figure with what it rests on: broken within its interval it would be read twice. What stands in brackets is a base, too.
_WITH_INTERVAL = re.compile(r"(\S+ )(\[[^\]<]*\](?:,\sn\s=\s[\d\s]*\d)?)")
_IN_BRACKETS = re.compile(r"\([^()<]*\d[^()<]*\)")

Part = TypeVar("Part")

_log = logging.getLogger("sverka")


def answer(title: str, sentence: str) -> None:
    """Open a page: its title, and in one sentence what its reader came to know. Both are shown as text.

    The verdict is what is read first: what its figures rest on stands smaller beside them.
    """
    said = _IN_BRACKETS.sub(r'<span class="sv-base">\g<0></span>', html.escape(sentence))
    said = _WITH_INTERVAL.sub(r'<span class="sv-whole">\1<span class="sv-base">\2</span></span>', said)
    st.html(f'<h1 class="sv-title">{html.escape(title)}</h1><h2 class="sv-answer">{said}</h2>')


def simulated_mark(project: Project) -> None:
    """The mark on every screen of a project whose people are simulated: nobody must take its figures for real ones."""
    if project.is_simulated:
        st.badge(t("simulated.mark"), color="gray", help=t("simulated.about"))


def figures(cards: Sequence[Card]) -> None:
    """A row of cards."""
    with st.container(horizontal=True, gap="small"):
        for label, value, meaning in cards:
            st.metric(label, value, help=meaning, border=True, width="stretch")


def empty_state(
    sentence: str, *, page: str | None = None, label: str | None = None, query_params: Mapping[str, str] | None = None
) -> None:
    """Say what to do next where there is nothing yet; ``page`` is a file below ``pages/`` to go to."""
    with st.container(border=True):
        st.html(f'<p class="sv-empty">{html.escape(sentence)}</p>')
        if page is not None:
            where = None if query_params is None else dict(query_params)
            st.page_link(page, label=label, icon=":material/arrow_forward:", query_params=where)


def no_classes(leads: bool) -> None:
    """Say that nothing can be labeled yet: to who leads, with the way to the settings; to others, whose move it is."""
    if leads:
        empty_state(t("no_classes.lead"), page="project/settings.py", label=t("page.settings"))
    else:
        empty_state(t("no_classes.reader"))


def right_aligned(*columns: str) -> dict[str, Any]:
    """Settings of a table's columns whose numbers are written as text, with their units or as the locale does."""
    return {column: st.column_config.Column(alignment="right") for column in columns}


def csv_of(frame: pl.DataFrame) -> bytes:
    """A frame as CSV for spreadsheets: see :func:`labeling.exchange.writing.write_spreadsheet_csv`.

    >>> csv_of(pl.DataFrame({"item": ["a", "=1"], "n": [1, 2]})).decode("utf-8-sig").split()
    ['item,n,guarded', 'a,1,', "'=1,2,1"]
    """
    coded = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Enum | pl.Categorical)]
    spelled_out = frame.with_columns(pl.col(coded).cast(pl.String))
    out = io.BytesIO()
    write_spreadsheet_csv([spelled_out], spelled_out.schema, out)
    return out.getvalue()


def pinned_table(columns: Mapping[str, Any], *, key: str, alt: str) -> None:
    """A table of ``columns`` by their titles; the first stays in sight where the others scroll."""
    config = {next(iter(columns)): st.column_config.Column(pinned=True)}
    st.dataframe(pl.DataFrame(columns), hide_index=True, column_config=config, key=key, alt=alt, placeholder="–")


def part_switch(
    label: str, parts: Sequence[Part], *, format_func: Callable[[Part], str], key: str, default: Part | None = None
) -> Part:
    """Which of a page's ``parts`` is looked at, by default the first; the address keeps it. ``label`` is for who sees none."""
    return st.segmented_control(
        label, parts, default=parts[0] if default is None else default, required=True, format_func=format_func, key=key,
        label_visibility="collapsed", bind="query-params",
    )  # fmt: skip


def setting_key(project: Project, name: str) -> str:
    """The key of a setting's widget: it changes with the stored value, so that nobody saves over what they have not seen."""
    return f"set:{project.slug}:{name}:{getattr(project, name)}"


def text_of_item(text: str) -> None:
    """An item's text as text: nothing in it is taken for Markdown or HTML, its line breaks stay."""
    st.html(text_as_html(text))


def text_as_html(text: str) -> str:
    """The same as HTML."""
    return f'<div class="sv-text">{html.escape(text)}</div>'


def scrolling(content: str, label: str, *, height: int) -> None:
    """HTML that may be taller than ``height`` pixels, in a frame that can be scrolled by keyboard and has a name."""
    # Streamlit's own container of a given height takes no focus: in some browsers only a mouse would get to its end.
    named = f'role="region" tabindex="0" aria-label="{html.escape(label)}"'
    st.html(f'<div class="sv-scroll" {named} style="max-height: {height}px">{content}</div>')


def confirm(label: str, question: str, act: Callable[..., None], *args: Any, key: str, disabled: bool = False) -> None:
    """A button that asks before ``act(*args)`` runs as its callback."""
    # A popover stays open over a rerun; under another key it is another one, and closed.
    confirmed = st.session_state.setdefault(f"{key}_asked", 0)
    with st.popover(label, disabled=disabled, key=f"{key}_ask_{confirmed}"):
        st.text(question)
        st.button(t("widget.confirm"), type="primary", on_click=_confirmed, args=(key, act, *args), key=key)


def _confirmed(key: str, act: Callable[..., None], *args: Any) -> None:
    act(*args)
    st.session_state[f"{key}_asked"] += 1


def show_notices() -> None:
    """Show what the last callback left to be said, once. The router calls it above every page."""
    kind, sentence = st.session_state.pop(NOTICE, (None, ""))
    if kind == "error":
        st.error(plain(sentence))
    elif kind == "done":
        st.toast(plain(sentence))


def error_sentence(error: LabelingError, locale: str | None = None) -> str:
    """The sentence of a refusal, from the catalog key ``error.<code>``."""
    key = f"error.{error.code}"
    if key not in catalog():
        return say(locale or reader_locale(), "error.unknown", code=error.code)
    return say(locale or reader_locale(), key, **error.details)


def show_error(error: LabelingError) -> None:
    """Show a refusal where it arose."""
    st.error(plain(error_sentence(error)))


def show_failure(error: Exception) -> bool:
    """Show what no page expected: a refusal as its sentence, a defect as a calm word with a reference number.

    The number stands in the log beside the traceback. Always True: Streamlit need show nothing more.
    """
    if isinstance(error, LabelingError):
        show_error(error)
        return True
    reference = secrets.token_hex(3)
    _log.error("failure %s", reference, exc_info=error)
    st.error(t("shell.failure", reference=reference))
    return True


def plain(text: str) -> str:
    """Text that Streamlit's Markdown shows as it is written.

    >>> plain("a*b* [c](d) :red[e]")
    'a\\\\*b\\\\* \\\\[c\\\\]\\\\(d\\\\) \\\\:red\\\\[e\\\\]'
    """
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()<>#+-.!|~:$" else letter for letter in text)
