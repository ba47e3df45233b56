"""Junior as one more voter in consensus, where the project says so: off by default, and said wherever it is on."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from db import judging_frames, suggestion_frames
from db.engine import database
from labeling.desk.suggestions import speaking
from labeling.junior.prompts import Prompt, get_prompt
from labeling.quality.consensus import Consensus
from labeling.quality.junior_voter import heard
from pages.ui.quality_data import Facts


def voter_of(facts: Facts) -> Prompt | None:
    """The version whose vote counts; None where the project didn't ask for it, nobody speaks, or the past is looked at."""
    if not facts.project.junior_votes or facts.selection.as_of is not None:
        return None
    with database().snapshot() as connection:
        speaker = speaking(connection, facts.project.id)
        return None if speaker is None else get_prompt(connection, facts.project.id, speaker)


def with_voter(facts: Facts, found: Consensus, voter: Prompt) -> tuple[Consensus, str]:
    """The consensus once this version was heard, and a name for it in :meth:`Facts.keep`.

    Only the labels and their probabilities are others; what assessors are found to be worth is not.
    """
    with database().snapshot() as connection:
        mark = judging_frames.suggestion_mark(connection, voter.id)
    name = f"{found.method} with junior {voter.id} to {mark}"
    return facts.keep(name, lambda: _heard(facts, found, voter)), name


def _heard(facts: Facts, found: Consensus, voter: Prompt) -> Consensus:
    with database().snapshot() as connection:
        said = suggestion_frames.suggestions(connection, facts.project.id, voter.id)
    known = said.filter(pl.col("label").cast(pl.String).is_in(list(found.votes.classes)))
    return replace(found, frame=heard(found, known, facts.golden))
