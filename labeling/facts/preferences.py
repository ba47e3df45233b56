"""What a project says of its pairs: which candidate is the better one, whose it is, and how the votes for it were given.

Labels are final labels, those that exports hold; an expert's word is certain. Whose texts they are stands in the metadata.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection

from db.frames import items as item_frames
from labeling.facts import settled
from labeling.facts.consensus import consensus
from labeling.facts.final import final_of
from labeling.facts.votes import coded_votes, votes
from labeling.notation.pairs import SOURCE_NAMES, spoken
from labeling.projects.classes import get_classes
from labeling.projects.projects import Project
from labeling.quality.figures import Figure
from labeling.quality.frames import votes_frame
from labeling.quality.kinds.pair import PositionBias, Preference, coded_preferences, position_bias
from labeling.quality.kinds.sides import is_turned
from labeling.quality.preferences.chosen import SOURCES, preferences, with_tied
from labeling.quality.preferences.davidson import CHANCES, Ahead, Ranking
from labeling.quality.preferences.shortcuts import favourite, shortcuts
from labeling.quality.preferences.standing import lead_of, lengths, meetings, rank_preferences


@dataclass(frozen=True, eq=False)
class Preferences:
    """``found`` is PREFERENCES of :mod:`labeling.quality.preferences.chosen`, a row for each item in their order, and the rest
    what it says. ``bias`` is of independent votes, as agreement is; ``lead`` and ``favourite`` are None where no two known
    sources were compared."""

    found: pl.DataFrame
    ranking: Ranking
    lead: Ahead | None
    meetings: pl.DataFrame
    lengths: pl.DataFrame
    shortcuts: dict[str, Figure]
    favourite: tuple[str, Figure] | None
    bias: PositionBias


def preferences_of(connection: Connection, project: Project, *, sure: float = 0.0) -> Preferences:
    """Of a project of pairs as it stands now, by the consensus in force.

    ``sure`` decides which pairs are kept, and so ``shortcuts`` and ``favourite``. Raises LabelingError ``sure_out_of_range``.
    """
    counted = votes(connection, project.id)
    agreed = consensus(connection, project)
    labels = final_of(connection, project, counted, agreed)
    verdicts = verdicts_of(labels, agreed.with_chances([answer.value for answer in Preference]))
    found = preferences(verdicts, pairs_of(item_frames.pairs(connection, project.id)), sure=sure)
    coded = coded_preferences(votes_frame(counted.with_columns(pl.col("label").cast(pl.String))))
    ranking = rank_preferences(found)
    return Preferences(
        found,
        ranking,
        lead_of(ranking),
        meetings(found),
        lengths(found),
        shortcuts(found, coded, swapped(project, counted).gather(coded.row)),
        favourite(found),
        _bias(connection, project),
    )


def verdicts_of(labels: pl.DataFrame, chances: pl.DataFrame) -> pl.DataFrame:
    """VERDICTS of :mod:`labeling.quality.preferences.chosen` of the labelled rows of FINAL, and what the votes make probable:
    (item, p_first, p_second, p_tie, p_both_bad)."""
    labeled = labels.filter(pl.col("label").is_not_null()).with_columns(pl.col("label").cast(pl.String))
    by_votes = pl.col("probability").is_not_null()
    said = {name: (pl.col("label") == name.removeprefix("p_")).cast(pl.Float64) for name in CHANCES}
    # A project may do without ties.
    missing = [pl.lit(0.0).alias(name) for name in CHANCES if name not in chances.columns]
    known = chances.with_columns(missing).select("item", *CHANCES)
    joined = labeled.select("item", "label", "probability").join(known, on="item", how="left", maintain_order="left")
    certain = {name: pl.when(by_votes).then(pl.col(name)).otherwise(spoken) for name, spoken in said.items()}
    return with_tied(joined.with_columns(pl.col("probability").fill_null(1.0), **certain))


def pairs_of(items: pl.DataFrame) -> pl.DataFrame:
    """PAIRS(item, prompt, first, second, first_source, second_source) of ITEMS(item, text, metadata as JSON)."""
    texts = pl.DataFrame(
        list(map(spoken, items["text"])), schema=dict.fromkeys(("prompt", "first", "second"), pl.String), orient="row"
    )
    sources = [
        pl.coalesce(pl.col("metadata").str.json_path_match(f"$.{names[at]}") for names in SOURCE_NAMES).alias(
            SOURCES[at]
        )
        for at in (0, 1)
    ]
    return pl.concat([items.select("item", *sources), texts], how="horizontal").select("item", *texts.columns, *SOURCES)


def swapped(project: Project, votes: pl.DataFrame) -> pl.Series:
    """Of each of VOTES whether the second candidate stood first when it was given; null of those that came in with a file."""
    shown = votes.select("assessor", "item_id", "chunk").iter_rows()
    sides = [None if chunk is None else is_turned(project.seed, who, item) for who, item, chunk in shown]
    return pl.Series("swapped", sides, dtype=pl.Boolean)


def _bias(connection: Connection, project: Project) -> PositionBias:
    independent = votes(connection, project.id, independent=True)
    golden = settled.golden(connection, project.id)
    coded = coded_votes(independent, golden, get_classes(connection, project.id, retired=True))
    return position_bias(coded_preferences(coded), swapped(project, independent).gather(coded.row))
