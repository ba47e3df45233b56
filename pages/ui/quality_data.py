"""What the pages of quality read and compute, each thing once for each state of the facts and each choice of votes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import work as work_frames
from db.frames.marks import quality_mark
from labeling import background
from labeling.facts import consensus, settled
from labeling.facts.aggregate import Aggregate
from labeling.facts.consensus import METHOD
from labeling.facts.overview import chunk_scores
from labeling.facts.scoring import scoring_of
from labeling.facts.votes import answers, coded_votes, golden_answers
from labeling.jobs.tending import consensus_now
from labeling.kept import Kept, kept
from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project
from labeling.quality.figures import Figure
from labeling.quality.frames import Votes
from labeling.quality.kinds.score import Scoring
from labeling.quality.progress import clustered_share
from pages.ui.acting import live_part
from pages.ui.figures import number
from pages.ui.items import titled_classes
from pages.ui.vote_filters import Selection, choose
from pages.ui.words import t

Result = TypeVar("Result")

# Up to so many votes everything is computed while the reader waits.
SOON = 30_000
_MARKS = "quality_marks"
_figures: Kept[Any] = Kept(256)


@dataclass(frozen=True, eq=False)
class Facts:
    """The chosen votes and all that is judged by them.

    ``votes`` is VOTES of :mod:`labeling.facts.votes`, independent ones, ``coded`` the same with GOLDEN; ``labels`` is VOTES with
    those that were given with a suggestion on screen: labels are made of all. An assessor is judged by all they did
    independently: ``given`` has the suspended chunks too (accuracy must not rise by setting the worst aside); ``judged`` is that
    without golden items of chunks that are open still, ``answers`` GOLDEN_ANSWERS of it. ``by_chunk`` is SCORES of chunks.
    ``scoring`` says how right an answer is. ``classes`` are those that count in AC1: in use, or met. ``names`` are the people's,
    by annotator.
    """

    project: Project
    selection: Selection
    votes: pl.DataFrame
    labels: pl.DataFrame
    coded: Votes
    given: pl.DataFrame
    judged: pl.DataFrame
    golden: pl.DataFrame
    answers: pl.DataFrame
    by_chunk: pl.DataFrame
    scoring: Scoring
    names: Mapping[str, str]
    titled: Mapping[str, LabelClass]
    classes: tuple[str, ...]
    key: Hashable

    @property
    def is_large(self) -> bool:
        """Whether intervals take longer than a reader waits."""
        return len(self.coded) > SOON

    @property
    def is_heavy(self) -> bool:
        """Whether models of assessors do: their work grows with the classes, too."""
        return len(self.coded) * len(self.classes) > SOON

    def keep(self, name: str, compute: Callable[[], Result]) -> Result:
        """The figure ``name`` of these facts, computed once."""
        result: Result = _figures.of((name, self.key), compute)
        return result

    def keep_later(self, name: str, compute: Callable[[], Result], *, late: bool | None = None) -> Result | None:
        """The same for what takes long: at once for few votes, else None until :meth:`wait_for` has had it computed."""
        if not (self.is_large if late is None else late):
            return self.keep(name, compute)
        result: Result | None = background.result((name, self.key))
        return result

    def wait_for(self, name: str, compute: Callable[[], Any], sentence: str) -> None:
        """Say that ``name`` is being computed, and run the page again when it is there.

        It is begun for who asks a second time: whoever only passed by would have it taken a core from the next page.
        """
        waited_for = f"asked {name}"

        def poll() -> None:
            if background.is_done((name, self.key)):
                st.rerun()
            if st.session_state.get(waited_for) == self.key:
                background.begin((name, self.key), compute)
            st.session_state[waited_for] = self.key
            st.caption(sentence)

        live_part(poll, every=1)

    @property
    def is_usual(self) -> bool:
        """Whether all votes are chosen that labels are made of."""
        return replace(self.selection, as_of=None) == Selection()

    @property
    def is_of_now(self) -> bool:
        """Whether the project's own consensus is that of these votes."""
        return self.is_usual and self.selection.as_of is None

    def consensus(self, method: str = METHOD) -> Aggregate | None:
        """The consensus of the votes by ``method``: the project's own where that is asked for; None while it is made."""
        if method == METHOD and self.is_of_now:
            with database().snapshot() as connection:
                stored = consensus.kept(connection, self.project)
                return consensus.consensus(connection, self.project) if stored is None and self.is_small else stored
        compute = partial(self._made, method)
        return self.keep_later(f"consensus {method}", compute, late=self.is_heavy and method != "majority")

    @property
    def is_small(self) -> bool:
        """Whether the project's consensus is made on the spot."""
        with database().snapshot() as connection:
            return consensus.is_small(connection, self.project)

    def is_current(self, aggregate: Aggregate) -> bool:
        """Whether the project's consensus is of its newest votes."""
        with database().snapshot() as connection:
            return not self.is_of_now or aggregate.mark == consensus.consensus_mark(connection, self.project)

    def wait_for_consensus(self, method: str = METHOD) -> None:
        """Say that it is being made, and run the page again when it is there."""
        if not (method == METHOD and self.is_of_now):
            self.wait_for(f"consensus {method}", partial(self._made, method), t("quality.consensus"))
            return
        consensus_now(database(), self.project.slug)

        def poll() -> None:
            aggregate = self.consensus()
            if aggregate is not None and self.is_current(aggregate):
                st.rerun()
            st.caption(t("quality.consensus"))

        live_part(poll, every=1)

    def _made(self, method: str) -> Aggregate:
        with database().snapshot() as connection:
            matter = consensus.read(connection, self.project, as_of=self.selection.as_of)
        if self.is_usual:
            return consensus.make(matter, method)
        return consensus.make(replace(matter, votes=self.labels, key=(matter.key, self.selection)), method)

    @property
    def golden_accuracy(self) -> Figure:
        """Of answers that count: how right they are on golden items, as the progress page has it."""
        counted = self.answers.filter(~pl.col("suspended"))
        return self.keep("golden accuracy", lambda: clustered_share(counted, of="score"))

    @property
    def golden_exactly(self) -> Figure | None:
        """The share of the same answers that are right as a whole; None where none can be right in part."""
        counted = self.answers.filter(~pl.col("suspended"))
        return self.keep("golden exactly", lambda: clustered_share(counted)) if self.scoring.is_graded else None


def chosen_facts(project: Project) -> Facts:
    """Draw the filters, and read what the reader chose."""
    selection = choose(project, titled_classes(project), names_of(project))
    draw_refresh(project)
    return facts_of(project, selection)


def no_votes(facts: Facts, otherwise: str) -> str:
    """Why a page has nothing to tell of: the filters let nothing pass, or what the key ``otherwise`` says."""
    return t(otherwise if facts.is_of_now else "filters.none_left")


def next_step(facts: Facts, key: str) -> str:
    """What the key says is to come; filters that are set may be too narrow for it."""
    said = t(key)
    return said if facts.is_of_now else f"{said} {t('filters.narrow', n=number(facts.votes.height))}"


def names_of(project: Project) -> Mapping[str, str]:
    """The names of those who have voted, by annotator."""
    return _read((_key(project), None), project, None).names


def facts_of(project: Project, selection: Selection) -> Facts:
    """Read the project's votes as of the chosen date, and choose from them."""
    return _facts((_key(project), selection), project, selection)


def mark_of(project: Project) -> tuple[int, ...]:
    """The watermark that this reader's figures are of.

    In a large project it stays until :func:`refresh`: a figure that takes a minute would never be ready where every
    second brings a vote.
    """
    marks = st.session_state.setdefault(_MARKS, {})
    if project.id not in marks or marks[project.id][0] <= SOON:
        with database().snapshot() as connection:
            marks[project.id] = quality_mark(connection, project.id)
    mark: tuple[int, ...] = marks[project.id]
    return mark


def refresh(project: Project) -> None:
    """Look at the facts anew; actions call it, and the button that stands beside the filters."""
    st.session_state.setdefault(_MARKS, {}).pop(project.id, None)


def draw_refresh(project: Project) -> None:
    """Where the figures stand still and there is something newer, offer it."""
    mark = mark_of(project)
    if mark[0] <= SOON:
        return
    with database().snapshot() as connection:
        newer = quality_mark(connection, project.id) != mark
    if newer:
        st.button(t("quality.refresh"), icon=":material/refresh:", type="tertiary", on_click=refresh, args=(project,))


def _key(project: Project) -> Hashable:
    return (str(database().url), project, mark_of(project))


@dataclass(frozen=True, eq=False)
class _Read:
    """ANSWERS, all and independent ones, and GOLDEN, as they stood; the names of those who answered, by annotator."""

    answers: pl.DataFrame
    independent: pl.DataFrame
    golden: pl.DataFrame
    names: dict[str, str]
    scoring: Scoring


@kept(4)
def _read(key: Hashable, project: Project, as_of: datetime | None) -> _Read:
    project_id = project.id
    counts = ~pl.col("surplus")
    with database().snapshot() as connection:
        given = answers(connection, project_id, as_of=as_of).filter(counts)
        independent = given
        if given["aided"].any():
            independent = answers(connection, project_id, as_of=as_of, independent=True).filter(counts)
        golden = settled.golden(connection, project_id, as_of=as_of)
        people = work_frames.annotators(connection).select("annotator", "name")
        scoring = scoring_of(connection, project)
    present = given["annotator"].unique()
    named = people.filter(pl.col("annotator").is_in(present.implode())).sort("name", "annotator")
    return _Read(given, independent, golden, dict(named.iter_rows()), scoring)


@kept(12)
def _facts(key: Hashable, project: Project, selection: Selection) -> Facts:
    read = _read((_key(project), selection.as_of), project, selection.as_of)
    golden = read.golden
    titled = titled_classes(project)
    given = selection.of(read.independent, titled)
    votes = given.filter(~pl.col("suspended"))
    labels = (
        votes if read.answers is read.independent else selection.of(read.answers, titled).filter(~pl.col("suspended"))
    )
    coded = coded_votes(votes, golden, titled.values())
    early = pl.col("open").fill_null(False) & pl.col("item").is_in(golden["item"].implode())
    judged = given.filter(~early)
    scored = golden_answers(judged, golden, read.scoring)
    by_chunk = chunk_scores(selection.of(read.answers, titled), golden, read.scoring)
    return Facts(
        project, selection, votes, labels, coded, given, judged, golden, scored, by_chunk, read.scoring, read.names, titled,
        coded.classes, key,
    )  # fmt: skip
