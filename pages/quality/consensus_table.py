"""The consensus item by item: its state, who doubts it, and what ``auto`` weighed."""

from __future__ import annotations

import polars as pl
import streamlit as st

from db.engine import database
from db.vocabulary import ItemState
from labeling.facts.aggregate import Aggregate
from labeling.facts.final import final_of
from labeling.projects.projects import Project
from labeling.quality.consensus import Choice
from labeling.quality.intervals import wilson
from labeling.quality.progress import SURE, UNCERTAIN, told_states
from pages.ui.figures import in_words, number, percent
from pages.ui.item_links import item_link, item_links, link_config
from pages.ui.items import class_title, first_lines, texts_of, vote_card
from pages.ui.quality_data import Facts
from pages.ui.widgets import Card
from pages.ui.words import t

STATES = ("disputed", "in_progress", UNCERTAIN, "agreed", "adjudicated", "golden")
A_PAGE = 5
MOST_ROWS = 1000


def items_of(facts: Facts, aggregate: Aggregate) -> pl.DataFrame:
    """ITEMS(item, label, probability, n, final, state, told) of items with votes: disputed ones first, then the least sure.

    ``label`` and ``probability`` are what the votes add up to, ``final`` and ``state`` those of :mod:`labeling.facts.final`,
    ``told`` the state as it is told: agreed by how much.
    """
    return facts.keep(f"items by {aggregate.named} of {aggregate.mark}", lambda: _items_of(facts, aggregate))


def _items_of(facts: Facts, aggregate: Aggregate) -> pl.DataFrame:
    with database().snapshot() as connection:
        final = final_of(connection, facts.project, facts.labels, aggregate, as_of=facts.selection.as_of)
    labeled = final.join(facts.labels, on="item_id", how="semi", maintain_order="left")
    voted = aggregate.frame.select("item_id", pl.col("label").alias("voted"), pl.col("probability").alias("chance"))
    rows = labeled.join(voted, on="item_id", how="left", maintain_order="left")
    named = rows.select("item", pl.col("voted").alias("label"), pl.col("chance").alias("probability"), "n",
                        pl.col("label").alias("final"), "state")  # fmt: skip
    first = (pl.col("state") != ItemState.DISPUTED.value).alias("first")
    named = named.with_columns(told_states(named, sure_from(facts.project)))
    return named.sort(first, pl.col("probability"), "item", nulls_last=True)


def sure_from(project: Project) -> float:
    """From which probability on what is agreed is called so: what the project asks answers for, else the usual one."""
    return project.target_probability or SURE


def state_cards(rows: pl.DataFrame, project: Project) -> list[Card]:
    """How many items are told to be in each state; every item is in exactly one."""
    sizes = dict(rows.group_by("told").len().iter_rows())
    facts = {"least": number(sure_from(project)), "n": rows.height}
    cards: list[Card] = []
    for state in STATES:
        n = sizes.get(state, 0)
        about = t(f"state.{state}.about", share=percent(n / rows.height if rows.height else None), **facts)
        cards.append((t(f"state.{state}"), number(n), about))
    return cards


def draw_items(facts: Facts, rows: pl.DataFrame) -> None:
    top = rows.head(MOST_ROWS)
    shown = {
        **item_links(facts.project, top["item"]),
        t("items.text"): first_lines(facts.project, top["item"].to_list()),
        t("consensus.state"): [t(f"consensus.is.{state}") for state in top["told"]],
        t("consensus.label"): [class_title(code, facts.titled) for code in top["label"]],
        t("consensus.probability"): [number(chance) for chance in top["probability"]],
        t("consensus.votes"): top["n"],
        t("consensus.final"): [class_title(code, facts.titled) for code in top["final"]],
    }
    config = {t("items.text"): st.column_config.Column(width=240)} | link_config()
    st.dataframe(
        pl.DataFrame(shown), hide_index=True, placeholder="–", key="items", alt=t("page.consensus"), height=320,
        column_config=config,
    )  # fmt: skip
    if rows.height > MOST_ROWS:
        st.caption(t("consensus.first_rows", n=MOST_ROWS, of=rows.height))


def draw_doubtful(facts: Facts, rows: pl.DataFrame) -> None:
    """The open items that got different labels, with their texts and votes, a few at a time; names when asked for."""
    doubtful = parted(rows, facts.labels)
    if doubtful.is_empty():
        st.caption(t("consensus.no_doubt"))
        return
    named = st.toggle(t("consensus.names"), key="consensus_names", help=t("consensus.names_about"))
    pages = -(-doubtful.height // A_PAGE)
    place = 1 if pages == 1 else st.pagination(pages, key="doubtful_page")
    shown = doubtful.slice((place - 1) * A_PAGE, A_PAGE)
    items = shown["item"].to_list()
    texts = texts_of(facts.project, items)
    votes = facts.labels.filter(pl.col("item").is_in(items))
    for row in shown.to_dicts():
        facts_of_row = {"label": class_title(row["label"], facts.titled), "probability": number(row["probability"])}
        note = t("consensus.note", item=row["item"], state=t(f"consensus.is.{row['told']}"), **facts_of_row)
        mine = votes.filter(pl.col("item") == row["item"])
        with vote_card(
            texts[row["item"]], mine, facts.titled, facts.project.kind, note=note, names=facts.names if named else None
        ):
            item_link(facts.project, row["item"])


def parted(rows: pl.DataFrame, votes: pl.DataFrame) -> pl.DataFrame:
    """Of ITEMS those that nobody has settled and whose VOTES name two labels or more, in their order."""
    settled = pl.col("state").is_in([ItemState.ADJUDICATED.value, ItemState.GOLDEN.value])
    labels = votes.drop_nulls("label").group_by("item").agg(pl.col("label").n_unique())
    return rows.filter(~settled).join(labels.filter(pl.col("label") > 1), on="item", how="semi", maintain_order="left")


def draw_age(facts: Facts, aggregate: Aggregate) -> None:
    """Where the labels are of older votes, say so, with the button that has them made anew."""
    if facts.is_current(aggregate):
        st.session_state.pop("consensus_asked", None)
        return
    if st.session_state.get("consensus_asked") == facts.project.id:
        facts.wait_for_consensus()
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            t("consensus.older", n=aggregate.votes, newer=max(0, facts.labels["label"].count() - aggregate.votes))
        )
        st.button(t("consensus.anew"), type="tertiary", icon=":material/refresh:", key="consensus_anew",
                  on_click=_ask_anew, args=(facts.project.id,))  # fmt: skip


def _ask_anew(project_id: int) -> None:
    st.session_state["consensus_asked"] = project_id


def auto_sentence(choice: Choice) -> str:
    """What ``auto`` chose and why, in a sentence."""
    weights = {name: model.weight for name, model in choice.models.items()}
    ranked = sorted(weights, key=lambda name: -weights[name])
    weighty = [f"{t(f'method.{name}')} {percent(weights[name])}" for name in ranked if weights[name] >= 0.005]
    sentence = t(f"consensus.auto.{choice.reason}", models=", ".join(weighty), golden=choice.golden)
    excluded = [t(f"method.{name}") for name, model in choice.models.items() if model.excluded is not None]
    if not excluded:
        return sentence
    return f"{sentence} {t('consensus.auto.left_out', models=', '.join(excluded), n=len(excluded))}"


def draw_choice(choice: Choice) -> None:
    """What ``auto`` weighed, model by model."""
    rows = sorted(choice.models.items(), key=lambda pair: -pair[1].weight)
    golden = [
        "–" if model.golden_accuracy is None else in_words(wilson(model.golden_accuracy * choice.golden, choice.golden))
        for _, model in rows
    ]
    shown = {
        t("consensus.model"): [t(f"method.{name}") for name, _ in rows],
        t("consensus.weight"): [percent(model.weight) for _, model in rows],
        t("consensus.on_golden"): golden,
        t("consensus.on_votes"): [number(model.vote_score) for _, model in rows],
        t("consensus.excluded"): [t(f"excluded.{model.excluded}") if model.excluded else "" for _, model in rows],
    }
    st.dataframe(pl.DataFrame(shown), hide_index=True, key="models", alt=t("consensus.models"), placeholder="–")
    st.caption(t("consensus.models_about", n=choice.votes))
