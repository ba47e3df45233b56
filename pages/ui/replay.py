"""Adaptive overlap on the project's own votes: what it would have saved, at what accuracy; and the way to turn it on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import polars as pl
import streamlit as st

from labeling.quality.consensus import consensus_of
from labeling.quality.figures import Figure
from labeling.quality.intervals import wilson
from labeling.quality.overlap import MODEL
from labeling.quality.overlap import replay as replay_votes
from labeling.tasks.memberships import check_lead
from labeling.tasks.projects import Project, change_settings
from pages.ui.downloads import csv_button
from pages.ui.quality_data import Facts
from pages.ui.quality_words import in_words
from pages.ui.session import now
from pages.ui.widgets import acting, confirm, figures
from pages.ui.words import number, percent, t

USUAL_TARGET = 0.9


@dataclass(frozen=True, eq=False)
class Replayed:
    """What one replay found. ``same``: its labels against those of all votes; accuracies are on golden items.

    Golden labels don't anchor either side: a model that is told the answer has nothing to be right about.
    """

    frame: pl.DataFrame
    asked: int
    given: int
    same: Figure
    full: Figure
    less: Figure


def replayed(facts: Facts, target: float, minimum: int, maximum: int) -> Replayed:
    """Hand out the votes anew, in the order they were given."""
    ordered = facts.votes.sort("at", maintain_order=True)
    votes = replace(facts.coded, golden=np.full_like(facts.coded.golden, -1))
    order = np.argsort(ordered_rows(facts, ordered), kind="stable")
    votes = replace(
        votes,
        item=votes.item[order],
        annotator=votes.annotator[order],
        label=votes.label[order],
        row=votes.row[order],
    )
    found = replay_votes(votes, target=target, minimum=minimum, maximum=maximum)
    everything = consensus_of(votes, method=MODEL).frame
    both = found.frame.join(everything.select("item", full="label"), on="item").filter(pl.col("given") > 0)
    golden = both.join(facts.golden.select("item", ruled="label"), on="item").with_columns(pl.col("^.*$"))
    same = int((both["label"] == both["full"]).sum())
    right = [int((golden[name].cast(pl.String) == golden["ruled"].cast(pl.String)).sum()) for name in ("full", "label")]
    return Replayed(
        found.frame.filter(pl.col("given") > 0),
        int(found.keep.sum()),
        len(votes),
        wilson(same, both.height),
        wilson(right[0], golden.height),
        wilson(right[1], golden.height),
    )
