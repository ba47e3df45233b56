"""Items and classes on a page: titles, how texts begin, and an item with the votes on it, by class or by whom."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from db.engine import database
from db.frames import items as item_frames
from db.vocabulary import LabelKind
from labeling.facts.votes import votes_on
from labeling.notation.pairs import spoken
from labeling.projects.classes import LabelClass
from labeling.projects.labels import known_labels
from labeling.projects.projects import Project
from pages.ui.figures import number
from pages.ui.widgets import text_as_html, text_of_item
from pages.ui.words import shortened, t, title_of

# Of a text in a row of a table.
_LONGEST = 240
# A class's square and its title stay in one line where there is room for them.
_WHOLE = '<span style="display:inline-block">{}</span>'


def titled_classes(project: Project) -> dict[str, LabelClass]:
    """All classes by code, retired ones too."""
    with database().snapshot() as connection:
        return known_labels(connection, project.id)


def class_title(code: str | None, classes: Mapping[str, LabelClass]) -> str:
    """A class by its title in the reader's language; a code without a class is shown as it is, no code as a dash."""
    if not code:
        return "–"
    return title_of(classes[code]) if code in classes else code


def class_chip(code: str, classes: Mapping[str, LabelClass]) -> str:
    """HTML of a class's colour and title, escaped; a code without a class is shown as it is."""
    entry = classes.get(code)
    if entry is None:
        return html.escape(code)
    square = f'<span style="color:{html.escape(entry.colour)}" aria-hidden="true">■</span>'
    return f"{square}&nbsp;<b>{html.escape(title_of(entry))}</b>"


def swatch(colour: str) -> str:
    """A colour as an image that a table can show."""
    code = colour.removeprefix("#")
    square = f"<rect width='20' height='20' rx='4' fill='%23{code}'/>"
    return f"data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'>{square}</svg>"


def item_text(text: str, kind: LabelKind) -> None:
    """An item's text as text; in a project of pairs two candidates side by side below what both answer, as they are stored:
    the first is the first of the file, whoever saw it where."""
    asked, *said = spoken(text) if kind is LabelKind.PAIR else ("",)
    if not any(said):
        text_of_item(text)
        return
    prompt = text_as_html(asked) if asked else ""
    both = "".join(
        f'<section class="sv-candidate"><p class="sv-side">{html.escape(named)}</p>{text_as_html(words)}</section>'
        for named, words in zip((t("pair.first"), t("pair.second")), said, strict=True)
    )
    st.html(f'{prompt}<div class="sv-candidates">{both}</div>')


def vote_card(
    text: str,
    votes: pl.DataFrame,
    classes: Mapping[str, LabelClass],
    kind: LabelKind,
    *,
    note: str | None = None,
    names: Mapping[str, str] | None = None,
) -> DeltaGenerator:
    """Draw one item of a project with this ``kind`` of labels; ``votes`` are the rows of VOTES on it, ``names`` by annotator show
    who gave them.

    Gives the card, for what else stands on it.
    """
    card = st.container(border=True)
    with card:
        item_text(text, kind)
        counted = votes.group_by("label").len("n").sort("n", "label", descending=[True, False], nulls_last=True)
        parts = [_given(label, n, votes, classes, names) for label, n in counted.rows()]
        noted = f'<br><span style="opacity:.72">{html.escape(note)}</span>' if note else ""
        st.html(f'<p style="margin:0">{" &nbsp; ".join(map(_WHOLE.format, parts))}{noted}</p>')
    return card


def _given(
    label: str | None, n: int, votes: pl.DataFrame, classes: Mapping[str, LabelClass], names: Mapping[str, str] | None
) -> str:
    named = class_chip(label, classes) if label is not None else f"<i>{html.escape(t('vote.unsure'))}</i>"
    if names is None:
        return f"{named} × {number(n)}"
    here = pl.col("label").is_null() if label is None else pl.col("label").cast(pl.String) == label
    givers = [html.escape(names.get(who, who)) for who in votes.filter(here)["annotator"]]
    return f"{named}: {', '.join(givers)}"


def texts_of(project: Project, items: Sequence[str]) -> dict[str, str]:
    """The texts of items by their external ids; those that the project doesn't have are left out."""
    with database().snapshot() as connection:
        texts = item_frames.texts(connection, project.id, list(items))
    return dict(texts.select("item", "text").iter_rows())


def texts_by_id(item_ids: Sequence[int]) -> dict[int, str]:
    """The texts of items by their ids."""
    with database().snapshot() as connection:
        return dict(item_frames.texts_of(connection, item_ids).select("item_id", "text").iter_rows())


def texts_and_votes(project_id: int, item_ids: Sequence[int]) -> tuple[dict[int, str], pl.DataFrame]:
    """The texts of items by their ids, and VOTES on them, of one moment."""
    with database().snapshot() as connection:
        texts = dict(item_frames.texts_of(connection, item_ids).select("item_id", "text").iter_rows())
        return texts, votes_on(connection, project_id, item_ids)


def first_lines(project: Project, items: Sequence[str]) -> list[str]:
    """The beginning of each item's text, in one line: an id alone tells nobody which item it is."""
    texts = texts_of(project, items)
    return [first_line(texts.get(item, "")) for item in items]


def first_line(text: str) -> str:
    """The beginning of a text, in one line."""
    return shortened(" ".join(text.split()), _LONGEST)
