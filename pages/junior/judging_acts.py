"""Choosing versions, looking at the locked part, comparing two, and letting one speak."""

from __future__ import annotations

import polars as pl
import streamlit as st

from db.vocabulary import Part
from labeling.junior.prompts import LEAST_LOCKED, Prompt, judged_by
from pages.junior.judging_data import Desk, comparison, said_by, take_a_look
from pages.junior.judging_tables import MOST_TEXTS, compared_answer, compared_cards, draw_pairs
from pages.junior.promoting import draw_promote, floor_sentence
from pages.ui.access import Access
from pages.ui.junior_words import choose_version, version_title
from pages.ui.widgets import confirm, figures, part_switch, plain
from pages.ui.words import local_moment, t


def choose_versions(desk: Desk) -> tuple[Prompt, Prompt | None]:
    """The version that is judged, at first the one that speaks, else the newest; and the one it is compared with."""
    left, right = st.columns(2)
    with left:
        key = f"judging_version_{desk.project.slug}"
        judged = choose_version(t("judging.version"), desk.project, desk.versions, key=key, first=desk.speaker)
    titles = {n: version_title(desk.project, prompt) for n, prompt in desk.versions.items() if prompt is not judged}
    other = right.selectbox(
        t("judging.other"), list(titles), index=None, format_func=titles.__getitem__, placeholder=t("judging.no_other"),
        key=f"judging_other_{desk.project.slug}_{judged.id}", disabled=not titles,
    )  # fmt: skip
    return judged, desk.versions[other] if other is not None else None


def choose_part() -> Part:
    """The dev part, unless the locked one is chosen."""
    chosen = part_switch(
        t("judging.part"), list(Part), format_func=lambda part: t(f"judging.part.{part.value}"), key="judging_part"
    )
    return Part(chosen)


def draw_look(desk: Desk, prompt: Prompt, access: Access) -> None:
    """How often the locked part has been looked at, and the button that looks once more."""
    mine = desk.looks_at(prompt.id)
    versions = len({look.prompt_id for look in desk.looks})
    with st.container(border=True):
        st.text(t("judging.looks", n=len(desk.looks), versions=versions, mine=len(mine)))
        if mine:
            st.caption(plain(t("judging.looked_at", when=local_moment(mine[0].created_at), on=mine[0].n)))
        spoken = said_by(desk.project, prompt)
        if spoken.part(Part.TEST).join(spoken.suggestions, on="item").is_empty():
            # Nothing would be learned, and the look would count.
            st.page_link("junior/junior.py", label=t("judging.ask_first"), icon=":material/arrow_forward:")
            return
        confirm(
            t("judging.look_again" if mine else "judging.look"), t("judging.look.question", n=len(desk.looks) + 1),
            take_a_look, desk.project, prompt, access.person_id, key="judging_look",
        )  # fmt: skip


def draw_promotion(desk: Desk, prompt: Prompt, access: Access) -> None:
    """Whether this version speaks; the button that lets it, once it was judged on enough of the locked part."""
    judged = judged_by(desk.looks, prompt.id)
    if prompt.id == desk.speaker:
        st.badge(t("judging.speaks"), icon=":material/record_voice_over:", color="green")
    if judged is not None:
        st.text(floor_sentence(desk.project, judged))
    if prompt.id == desk.speaker:
        return
    if judged is None:
        most = max((look.n for look in desk.looks_at(prompt.id)), default=0)
        st.caption(t("judging.not_yet", least=LEAST_LOCKED, most=most))
    elif access.leads:
        speaker = desk.versions.get(desk.speaker) if desk.speaker is not None else None
        question = t("judging.promote.first")
        if speaker:
            question = t("judging.promote.instead", old=version_title(desk.project, speaker))
        draw_promote(desk.project, judged, access.person_id, question, key="judging_promote")
    else:
        st.caption(t("judging.lead_promotes"))


def draw_comparison(desk: Desk, first: Prompt, second: Prompt, part: Part) -> None:
    """Whether the second version is better on the same items; where they differ, on the dev part alone."""
    if part is Part.TEST and not (desk.looks_at(first.id) and desk.looks_at(second.id)):
        st.caption(t("judging.compared.locked"))
        return
    compared = comparison(desk.project, first, second, part)
    if compared is None:
        st.caption(t("judging.compared.other_classes"))
        return
    named = [version_title(desk.project, prompt) for prompt in (first, second)]
    st.markdown(f"**{plain(compared_answer(named[0], named[1], compared))}**")
    if not compared.n:
        return
    figures(compared_cards(compared))
    apart = compared.differing.filter(pl.col("a").ne_missing(pl.col("b")))
    if part is Part.DEV and apart.height:
        with st.expander(plain(t("judging.compared.apart", n=apart.height))):
            draw_pairs(desk, apart.head(MOST_TEXTS), named)
            if apart.height > MOST_TEXTS:
                st.caption(t("judging.first_texts", n=MOST_TEXTS, of=apart.height))
