"""The first step of a new project: its file, what is in it, its classes, and the button that makes all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any
from zlib import crc32

import streamlit as st

from db.engine import database
from db.vocabulary import LabelKind, PiiPolicy
from labeling.errors import LabelingError
from labeling.exchange.intake import ImportOptions
from labeling.exchange.mapping import Mapping as Columns
from labeling.exchange.report import ImportProgress
from labeling.exchange.survey import Survey, survey
from labeling.jobs.tending import index_words
from labeling.people.sign_in import Reader
from labeling.people.starting import MOST_OF_TITLE, start_project
from labeling.projects.classes import LabelClass, get_classes, scale_order
from labeling.projects.projects import Project
from labeling.quality.kinds.sets import SEPARATOR, members
from pages.project.import_columns import ENDINGS, choose_mapping, draw_rows, is_label_said, preview_once
from pages.project.import_reading import chosen_reading, draw_reading, draw_way_back
from pages.project.import_report import draw_left_out, upload
from pages.project.import_run import run_import
from pages.project.new_classes import draw_new_classes
from pages.ui.acting import acting, watched
from pages.ui.figures import number, percent
from pages.ui.session import now, projects_of
from pages.ui.widgets import NOTICE, plain, show_error
from pages.ui.words import kinds_in_words, t, title_of


@st.cache_data(max_entries=20, show_spinner=False)
def survey_once(_file: Any, as_read: str, mapping: Columns, reading: ImportOptions) -> Survey:
    """All of an uploaded file counted, once for each way to read it."""
    bar = st.progress(0.0, t("start.counting", n=0))

    def tell(progress: ImportProgress) -> None:
        bar.progress(min(1.0, progress.share), t("start.counting", n=progress.read))

    try:
        return survey(_file, mapping, options=reading, progress=tell)
    finally:
        bar.empty()


def draw_file(reader: Reader, begun: Project | None = None) -> str | None:
    """The step; the slug of the project once it is made, or once ``begun``, which is there already and empty, has its items."""
    uploaded = upload(t("import.file"), ENDINGS, about=t("import.file_about"), key="start_file")
    if uploaded is None:
        return None
    try:
        reading = of_kind(uploaded, chosen_reading(uploaded.file_id))
        seen = preview_once(uploaded, uploaded.file_id, reading)
    except LabelingError as error:
        show_error(error)
        draw_way_back(uploaded.file_id)
        return None
    as_read = f"{uploaded.file_id}:{crc32(repr(reading).encode())}"
    is_read = draw_reading(seen, uploaded.file_id)
    is_sure = not seen.noticed.unsure and seen.mapping.has_text
    with st.expander(t("start.columns", text=plain(seen.mapping.text_from or "–")), expanded=not is_sure):
        mapping = choose_mapping(seen, as_read)
        draw_rows(seen)
    if not (is_read and is_label_said(seen, as_read)) or not mapping.has_text:
        return None
    try:
        found = survey_once(uploaded, f"{as_read}:{crc32(repr(mapping).encode())}", mapping, reading)
    except LabelingError as error:
        show_error(error)
        return None
    draw_found(found, seen.left_out)
    if not found.items:
        return None
    return _draw_plan(reader, begun, uploaded, found, mapping, reading, as_read)


def of_kind(uploaded: Any, reading: ImportOptions) -> ImportOptions:
    """The way to read the file, with the kind of its labels: what the lead says, else several where rows have several.

    Raises LabelingError as a look at the file does.
    """
    noticed = preview_once(uploaded, uploaded.file_id, reading).noticed
    kinds = {one: t(f"kind.{one.value}") for one in LabelKind}
    guess = LabelKind.SEVERAL if noticed.several or noticed.one_hot else LabelKind.SINGLE
    kind = st.selectbox(
        t("settings.kind"), list(kinds), list(kinds).index(guess), kinds.__getitem__, help=t("start.kind_about"),
        key=f"start_kind:{uploaded.file_id}",
    )  # fmt: skip
    columns = noticed.one_hot if kind is LabelKind.SEVERAL and not noticed.several else ()
    return replace(reading, kind=kind, one_hot=columns)


def classes_in(labels: Mapping[str, int], kind: LabelKind | None) -> dict[str, int]:
    """How often each class stands in labels, of sets each of theirs; the steps of a scale of numbers in their order.

    >>> classes_in({"joy|fear": 2, "joy": 1, "|": 4}, LabelKind.SEVERAL), list(classes_in({"10": 1, "9": 5}, LabelKind.ORDERED))
    ({'joy': 3, 'fear': 2}, ['9', '10'])
    """
    if kind is LabelKind.SEVERAL:
        counted: Counter[str] = Counter()
        for label, n in labels.items():
            counted.update(dict.fromkeys(members(label), n))
        return dict(counted)
    return {label: labels[label] for label in scale_order(labels)} if kind is LabelKind.ORDERED else dict(labels)


def renamed_labels(labels: Iterable[str], merged: Mapping[str, str], kind: LabelKind | None) -> dict[str, str]:
    """What labels become where classes are merged, sets of them among those.

    >>> renamed_labels(["joy|fear", "joy"], {"fear": "joy"}, LabelKind.SEVERAL)
    {'joy|fear': 'joy'}
    """
    if kind is not LabelKind.SEVERAL or not merged:
        return dict(merged)
    became = {
        label: SEPARATOR.join(dict.fromkeys(merged.get(code, code) for code in members(label))) for label in labels
    }
    return {label: new for label, new in became.items() if new and new != label}


def draw_found(found: Survey, left_out: dict[str, int]) -> None:
    """What was understood of all of the file, line by line."""
    lines = [t("start.found.items", n=found.items, read=number(found.read))]
    if found.items > found.texts:
        lines.append(t("start.found.twice", n=found.items - found.texts))
    if found.bad:
        lines.append(t("start.found.bad", n=found.bad))
    lines += [
        t(f"start.found.{name}", n=n) for name in ("golden", "references", "suggestions") if (n := getattr(found, name))
    ]
    if found.votes:
        lines.append(t("start.found.votes", n=found.votes, people=number(found.annotators)))
    lines.append(t("start.found.classes", n=len(found.labels)) if found.labels else t("start.found.no_labels"))
    if alike := spelled_alike(found.labels):
        lines.append(
            t("start.found.alike", n=len(alike), labels=plain("; ".join(" = ".join(names) for names in alike[:5])))
        )
    share = found.russian / max(found.looked_at, 1)
    language = "russian" if share > 0.9 else "mixed" if share > 0.1 else "other"
    lines.append(t(f"start.found.{language}", share=percent(share)))
    if found.personal:
        kinds = kinds_in_words(found.personal)
        lines.append(
            t("start.found.personal", n=sum(found.personal.values()), looked_at=number(found.looked_at), kinds=kinds)
        )
    st.markdown("\n".join(f"- {line}" for line in lines))
    draw_left_out(left_out)


def spelled_alike(labels: Iterable[str]) -> list[list[str]]:
    """Labels that differ in their capital letters and signs alone: somebody may have meant one class.

    >>> spelled_alike(["card", "Card", "pin", "card-"])
    [['card', 'Card', 'card-']]
    """
    groups: dict[str, list[str]] = {}
    for label in labels:
        groups.setdefault("".join(filter(str.isalnum, label.casefold())), []).append(label)
    return [names for key, names in groups.items() if key and len(names) > 1]


def _draw_plan(
    reader: Reader, begun: Project | None, uploaded: Any, found: Survey, mapping: Columns, reading: ImportOptions,
    as_read: str,
) -> str | None:  # fmt: skip
    led = [project for project in projects_of(reader) if reader.is_admin or reader.leads(project.id)]
    led = [project for project in led if begun is None or project.id != begun.id]
    with st.container(horizontal=True):
        name = title_of(begun) if begun else PurePath(uploaded.name).name.split(".")[0].replace("_", " ").strip()
        title = st.text_input(
            t("start.title"), name[:MOST_OF_TITLE], max_chars=MOST_OF_TITLE, key=f"start_title:{as_read}"
        )
        like = st.selectbox(
            t("start.like"), led, index=None, placeholder=t("start.like.none"), format_func=title_of, help=t("start.like_about"),
            key=f"start_like:{as_read}",
        )  # fmt: skip
    masks = st.checkbox(t("start.mask"), value=False, help=t("start.mask_about"), key=f"start_mask:{as_read}")
    st.subheader(t("settings.classes"), anchor=False)
    try:
        classes, merged = draw_new_classes(
            classes_in(found.labels, reading.kind),
            _classes_of(like or begun),
            key=f"start_classes:{as_read}:{like.slug if like else ''}",
        )
    except LabelingError as error:
        show_error(error)
        return None
    if not classes:
        st.caption(t("start.no_classes"))
    label = t("start.fill" if begun else "start.make", n=found.items)
    if not st.button(label, type="primary", key="start_make", disabled=not classes):
        return None
    renamed = renamed_labels(found.labels, merged, reading.kind)
    options = replace(reading, make_classes=True, gentle=True, renamed=tuple(renamed.items()))
    return _make(reader, begun, uploaded, title, like, masks, classes, mapping, options)


def _classes_of(project: Project | None) -> list[LabelClass]:
    if project is None:
        return []
    with watched().snapshot() as connection:
        return get_classes(connection, project.id)


def _make(
    reader: Reader, begun: Project | None, uploaded: Any, title: str, like: Project | None, masks: bool,
    classes: list[LabelClass], mapping: Columns, options: ImportOptions,
) -> str | None:  # fmt: skip
    made: Project | None = None
    policy = PiiPolicy.MASK if masks else PiiPolicy.KEEP
    with acting() as connection:
        made = start_project(
            connection,
            title,
            classes=classes,
            like=like,
            begun=begun,
            now=now(),
            actor=reader.person_id,
            pii_policy=policy,
            kind=options.kind,
        )
    if made is None:
        st.rerun()
    report = run_import(reader, uploaded, made, mapping, options)
    if report is None:
        return None
    index_words(database())
    st.session_state[NOTICE] = ("done", t("start.made", n=report.imported))
    return made.slug
