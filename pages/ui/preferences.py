"""What a project says of its pairs, read once for each state of its facts; and by what alone a model could win on them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import polars as pl
import streamlit as st

from db.engine import database
from labeling.facts.preferences import Preferences, preferences_of
from labeling.projects.projects import Project
from labeling.quality.preferences.chosen import Left
from labeling.quality.preferences.shortcuts import CLEAR, is_always, misleading, unseen
from pages.ui.figures import number, percent, share_of
from pages.ui.quality_data import Facts, facts_of
from pages.ui.vote_filters import Selection
from pages.ui.widgets import Card, figures, plain
from pages.ui.words import t

SHORTCUTS = ("longer", "first", "shown_first")


@dataclass(frozen=True)
class Asked:
    """Preferences of a project as it stands; ``sure`` is the least probability of a pair that a model learns from. ``of_now``:
    the consensus is of the newest votes."""

    project: Project
    sure: float = 0.0
    of_now: bool = True

    @property
    def found(self) -> Preferences | None:
        """What they are; None of many votes until :meth:`wait` has had it computed."""
        return self._facts.keep_later(self._name, self._made)

    def wait(self) -> None:
        """Say that it is being computed, and run the page again when it is there."""
        self._facts.wait_for(self._name, self._made, t("preferences.wait"))

    @property
    def _facts(self) -> Facts:
        return facts_of(self.project, Selection())

    @property
    def _name(self) -> str:
        # A consensus that is made anew changes no fact.
        return f"preferences {self.sure} {self.of_now}"

    def _made(self) -> Preferences:
        with database().snapshot() as connection:
            return preferences_of(connection, self.project, sure=self.sure)


def kept_of(found: Preferences) -> int:
    """How many pairs a model learns from."""
    return int(found.found["left_out"].null_count())


def left_out(found: Preferences) -> str:
    """How many pairs are left out and why, in words; nothing where none are."""
    counts = Counter(found.found["left_out"].drop_nulls().to_list())
    told = [
        f"{t(f'preferences.left.{left.value}')}: {number(counts[left.value])}" for left in Left if counts[left.value]
    ]
    return "; ".join(told)


def check_cards(found: Preferences) -> list[Card]:
    """The share of the chosen texts that are the longer ones, stood first, or are by the source that wins most surely."""
    cards: list[Card] = [
        (t(f"preferences.{name}"), share_of(found.shortcuts[name]), t(f"preferences.{name}.about"))
        for name in SHORTCUTS
        # How votes that came in with a file were shown nobody knows.
        if found.shortcuts[name].n
    ]
    if found.favourite is not None:
        source, share = found.favourite
        cards.append((t("preferences.source", source=plain(source)), share_of(share), t("preferences.source.about")))
    return cards


def warnings(found: Preferences) -> list[str]:
    """By what alone a model could win on these pairs, and what to do about it, a sentence each."""
    told = []
    for name in SHORTCUTS:
        figure = found.shortcuts[name]
        if misleading(figure):
            side = "more" if (figure.value or 0.0) > 0.5 else "less"
            told.append(t(f"preferences.{name}.{side}", share=share_of(figure)))
    if found.favourite is not None and is_always(found.favourite[1]):
        source, share = found.favourite
        told.append(t("preferences.source.always", source=source, share=share_of(share)))
    return told


def draw_check(found: Preferences) -> None:
    """Whether a model could win by length, place or source alone, each with what to do."""
    st.subheader(t("preferences.check"), help=t("preferences.check.about"))
    kept_pairs = kept_of(found)
    if not kept_pairs:
        st.caption(t("preferences.check.nothing"))
        return
    told = warnings(found)
    for sentence in told:
        st.warning(plain(sentence), icon=":material/warning:")
    most = unseen(found.shortcuts.values())
    if not told and most is not None and most <= CLEAR:
        st.info(t("preferences.check.none", n=kept_pairs, share=percent(most)), icon=":material/check:")
    elif not told:
        st.info(t("preferences.check.few", n=kept_pairs, share=percent(most)), icon=":material/hourglass_empty:")
    figures(check_cards(found))


def labeled(found: Preferences) -> pl.DataFrame:
    """The pairs that have a label."""
    return found.found.filter(pl.col("label").is_not_null())
