"""Items found by words and ids at once, and by what is known of them from the kept facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import polars as pl
from sqlalchemy import Connection

from db.frames.search import items_by_words, terms_of
from labeling.items.standing import Standing
from labeling.projects.classes import LabelClass
from labeling.projects.labels import known_labels, labelled

MOST = 1_000


class LabelOf(StrEnum):
    """Whose word a class is looked for in."""

    FINAL = "final"
    CONSENSUS = "consensus"
    GOLDEN = "golden"
    VOTE = "vote"


@dataclass(frozen=True)
class Question:
    """What is looked for; every part that is there must hold.

    ``words`` of the text, a star after how one begins; ``item`` the external id, or its beginning and a star. ``label`` in the
    word of ``said_by``, a class below it or a set with it too; ``assessor`` (a person's id) gave a vote, that label where it is
    asked for in votes. ``state`` is one of :class:`db.vocabulary.ItemState`, ``probability`` the most that a consensus has,
    ``disagreement`` the least share of votes against it.
    """

    words: str = ""
    item: str = ""
    label: str | None = None
    said_by: LabelOf = LabelOf.FINAL
    assessor: int | None = None
    state: str | None = None
    probability: float | None = None
    disagreement: float | None = None

    @property
    def asks_facts(self) -> bool:
        """Whether it takes more than the items themselves."""
        return replace(self, words="", item="") != Question(said_by=self.said_by)

    @property
    def asks_nothing(self) -> bool:
        """Whether every item is an answer."""
        return not (self.words.strip() or self.item.strip() or self.asks_facts)


@dataclass(frozen=True)
class Found:
    """The ids of the first :data:`MOST` items found, in their order, and whether there are more."""

    item_ids: list[int]
    more: bool


def search(connection: Connection, project_id: int, question: Question, standing: Standing | None = None) -> Found:
    """Find items; ``standing`` is needed by what :attr:`Question.asks_facts`.

    Words go by letters and digits, whatever else stands between them: no sign of a query's grammar means anything.
    """
    terms = terms_of(question.words)
    if question.words.strip() and not terms:
        return Found([], more=False)
    named = question.item.strip()
    if standing is None or not question.asks_facts:
        ids = items_by_words(connection, project_id, terms, named, most=MOST + 1)
        return Found(ids[:MOST], more=len(ids) > MOST)
    met = _met(question, standing, known_labels(connection, project_id))
    if terms or named:
        ids = items_by_words(connection, project_id, terms, named, most=None)
        met = met.filter(met.is_in(pl.Series(ids, dtype=pl.Int64).implode()))
    return Found(met.head(MOST).to_list(), more=len(met) > MOST)


def _met(question: Question, standing: Standing, classes: Mapping[str, LabelClass]) -> pl.Series:
    """The ids of the items of which everything holds that is asked of their facts, in their order."""
    conditions = []
    if question.state is not None:
        conditions.append(pl.col("state") == question.state)
    if question.probability is not None:
        conditions.append(pl.col("chance") <= question.probability)
    if question.disagreement is not None:
        conditions.append(pl.col("disagreement") >= question.disagreement)
    if question.label is not None and question.said_by is not LabelOf.VOTE:
        column = {LabelOf.FINAL: "label", LabelOf.CONSENSUS: "voted", LabelOf.GOLDEN: "golden"}[question.said_by]
        conditions.append(labelled(pl.col(column), [question.label], classes))
    items = standing.items.filter(*conditions)["item_id"]
    votes = standing.votes.lazy()
    if question.assessor is not None:
        votes = votes.filter(pl.col("assessor") == question.assessor)
    if question.said_by is LabelOf.VOTE and question.label is not None:
        votes = votes.filter(labelled(pl.col("label"), [question.label], classes))
    elif question.assessor is None:
        return items
    voted = votes.select(pl.col("item_id").unique()).collect()["item_id"]
    return items.filter(items.is_in(voted.implode()))
