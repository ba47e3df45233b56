"""How a file is read before it is imported: what was found, and the reader's word on it where it was found wrong."""

from __future__ import annotations

from typing import Any

import streamlit as st

from labeling.exchange.encodings import CODE_PAGES
from labeling.exchange.formats import FileFacts, FileKind
from labeling.exchange.intake import ImportOptions
from labeling.exchange.preview import Preview
from labeling.exchange.wide import ANNOTATOR, LABEL
from pages.ui.figures import number
from pages.ui.widgets import plain
from pages.ui.words import t

ENCODINGS = ("utf-8", "cp1251", "koi8-r", "cp866", "cp1252", "cp1250", "utf-16")
SEPARATORS = (",", ";", "\t", "|")
HEADERS = (True, False)
SAID = ("header", "encoding", "separator", "sheet", "annotators", "question", "split", "dialogue")


def chosen_reading(file_id: str) -> ImportOptions:
    """What the reader has said so far of how this file is to be read; drawn by :func:`draw_reading`."""

    def said(name: str) -> Any:
        return st.session_state.get(_key(name, file_id))

    return ImportOptions(
        header=said("header"), encoding=said("encoding"), separator=said("separator"), sheet=said("sheet"),
        annotators=tuple(said("annotators") or ()), question=said("question"), split=said("split"),
        dialogue=bool(said("dialogue")),
    )  # fmt: skip


def draw_way_back(file_id: str) -> None:
    """For whoever has said what a file can't be read by: have it read as it was found."""
    if chosen_reading(file_id) != ImportOptions():
        st.button(t("import.reading.reset"), on_click=_forget, args=(file_id,), key="import_reading_reset")


def draw_reading(uploaded: Preview, file_id: str) -> bool:
    """Say how the file was read, with a way to have it read otherwise. False where the reader has to say something first."""
    facts = uploaded.facts
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(read_as(facts))
        with st.popover(t("import.read_otherwise"), type="tertiary", icon=":material/tune:"):
            if facts.encoding is not None:
                _choose("encoding", ENCODINGS, file_id)
            if facts.kind is FileKind.CSV:
                _choose("separator", SEPARATORS, file_id)
            if facts.splits:
                _choose("split", facts.splits, file_id)
            if len(facts.sheets) > 1:
                _choose("sheet", facts.sheets, file_id)
            if facts.kind in (FileKind.CSV, FileKind.XLSX):
                _choose("header", HEADERS, file_id)
            if len(uploaded.questions) > 1:
                _choose("question", tuple(uploaded.questions), file_id)
            _choose_annotators(uploaded, file_id)
    _draw_noticed(uploaded, file_id)
    if facts.encoding in CODE_PAGES and not st.session_state.get(_key("encoding", file_id)):
        st.info(t("import.code_page", encoding=facts.encoding), icon=":material/translate:")
    if facts.names or st.session_state.get(_key("header", file_id)) is not None:
        return True
    st.warning(t("import.no_header"), icon=":material/help:")
    with st.container(horizontal=True):
        for is_header, label in ((False, t("import.header_is_data")), (True, t("import.header_names"))):
            st.button(
                label, on_click=_say_header, args=(is_header, file_id), key=f"import_header_{is_header}:{file_id}"
            )
    return False


def read_as(facts: FileFacts) -> str:
    """How the file was read, in a sentence."""
    parts = [t("import.read_as", kind=facts.kind.value.upper())]
    if facts.encoding:
        parts.append(t("import.read_as.encoding", encoding=facts.encoding.removesuffix("-sig").upper()))
    if facts.separator in SEPARATORS:
        parts.append(t("import.read_as.separator", separator=_word("separator", facts.separator)))
    if facts.sheet:
        parts.append(t("import.read_as.sheet", sheet=plain(facts.sheet)))
    if facts.splits:
        parts.append(t("import.read_as.splits", splits=plain(facts.split or ", ".join(facts.splits))))
    if facts.above:
        parts.append(t("import.read_as.above", n=facts.above))
    return ", ".join(parts) + "."


def _draw_noticed(uploaded: Preview, file_id: str) -> None:
    """What the reader of the file should decide, and how."""
    columns = uploaded.noticed.annotators
    if columns and not st.session_state.get(_key("annotators", file_id)):
        st.info(t("import.wide", columns=plain(", ".join(columns))), icon=":material/group:")
        st.button(t("import.wide.take"), key="import_wide", on_click=_take, args=(list(columns), file_id))
    _offer_dialogue(uploaded.noticed.conversations, file_id)
    if uploaded.noticed.one_hot:
        st.info(t("import.one_hot", columns=plain(", ".join(uploaded.noticed.one_hot))), icon=":material/checklist:")
    if uploaded.noticed.several:
        st.info(t("import.several", n=uploaded.noticed.several), icon=":material/checklist:")
    if len(labels := uploaded.noticed.labels) > 1:
        draw = st.warning if uploaded.noticed.unsure else st.info
        draw(t("import.which_label", columns=plain(", ".join(labels))), icon=":material/help:")
    if len(uploaded.questions) > 1:
        told = ", ".join(f"{plain(name)} ({number(n)})" for name, n in uploaded.questions.items())
        st.info(t("import.questions", questions=told), icon=":material/help:")


def _offer_dialogue(look_alike: int, file_id: str) -> None:
    """A switch for texts whose lines begin with who speaks: how many look so is told, and nothing is done unasked."""
    if look_alike:
        st.info(t("import.dialogue.look_alike", n=look_alike), icon=":material/forum:")
    if look_alike or st.session_state.get(_key("dialogue", file_id)):
        st.toggle(t("import.dialogue"), key=_key("dialogue", file_id), help=t("import.dialogue_about"))


def _choose_annotators(uploaded: Preview, file_id: str) -> None:
    said = st.session_state.get(_key("annotators", file_id)) or []
    others = [name for name in uploaded.columns if not said or name not in (ANNOTATOR, LABEL)]
    options = list(dict.fromkeys([*said, *uploaded.noticed.annotators, *others]))
    st.multiselect(
        t("import.reading.annotators"), options, help=t("import.reading.annotators_about"),
        placeholder=t("import.reading.as_found"), key=_key("annotators", file_id),
    )  # fmt: skip


def _say_header(is_header: bool, file_id: str) -> None:
    st.session_state[_key("header", file_id)] = is_header


def _take(columns: list[str], file_id: str) -> None:
    st.session_state[_key("annotators", file_id)] = columns


def _choose(name: str, options: tuple[Any, ...], file_id: str) -> None:
    st.selectbox(
        t(f"import.reading.{name}"), options, index=None, placeholder=t("import.reading.as_found"),
        format_func=lambda option: _word(name, option), key=_key(name, file_id),
    )  # fmt: skip


def _word(name: str, option: Any) -> str:
    if name == "header":
        return t("import.reading.header.yes" if option else "import.reading.header.no")
    if name == "separator":
        return t("import.reading.tab") if option == "\t" else f"«{option}»"
    return str(option).upper() if name == "encoding" else str(option)


def _forget(file_id: str) -> None:
    for name in SAID:
        st.session_state.pop(_key(name, file_id), None)


def _key(name: str, file_id: str) -> str:
    return f"import_reading_{name}:{file_id}"
