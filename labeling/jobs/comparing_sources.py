"""People or machine: the same classifier learns from junior's labels, from assessors' votes and from the final labels.

All are judged by the test part of the gain: audited items that an expert ruled. To compare labels and not texts, each source
teaches the texts that all of them labeled; junior, who labels more for little, is tried once more on everything it answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl
from sqlalchemy import Connection

from db.engine import Database
from db.frames import ledger as ledger_frames
from db.frames import marks, reading
from db.frames import suggestions as suggestion_frames
from db.vocabulary import Teacher
from labeling.clock import Clock
from labeling.errors import LabelingError
from labeling.facts import consensus, settled
from labeling.facts import votes as facts_votes
from labeling.facts.final import final
from labeling.facts.met import with_met
from labeling.facts.scoring import scoring_of
from labeling.items.learnable import learnable
from labeling.jobs.analyse import CLASSIFIER
from labeling.jobs.gain import arrays, round_report, step_report, test_part
from labeling.junior import prompts
from labeling.junior.prompts import Prompt
from labeling.projects.projects import Project, get_project_by_id
from labeling.quality.consensus import consensus_of
from labeling.quality.figures import Figure
from labeling.quality.frames import votes_frame
from labeling.quality.intervals import wilson
from labeling.quality.kinds.score import EXACT, Scoring
from labeling.quality.weighting import domain_share
from labeling.review.gain import Gain, gain
from labeling.runs import claims
from labeling.runs.claims import Claim
from labeling.runs.progress import Progress
from labeling.runs.runs import get_run

STEPS = {"reading": 10, "consensus": 30, "classifier": 60}
# What is compared with what: the second minus the first.
PAIRS = (
    (Teacher.JUNIOR, Teacher.VOTES),
    (Teacher.JUNIOR, Teacher.FINAL),
    (Teacher.VOTES, Teacher.FINAL),
    (Teacher.VOTES, Teacher.JUNIOR_ALL),
)
# Texts that all sources have labeled, at least; and how many more junior must have for another try on all of them.
LEAST_COMMON, MORE = 50, 1.1
# Weights that say how labels relate, as if they came from many.
_MANY = 1e6


@dataclass(frozen=True, eq=False)
class Facts:
    """SUGGESTIONS and VERSION_COSTS of the version, TEST(item, label, weight), and what people said: votes, the final
    labels, rulings."""

    project: Project
    prompt: Prompt
    models: tuple[str, ...]
    items: pl.DataFrame
    test: pl.DataFrame
    suggestions: pl.DataFrame
    paid: pl.DataFrame
    votes: pl.DataFrame
    final: pl.DataFrame
    rulings: pl.DataFrame
    classes: tuple[str, ...]
    scoring: Scoring
    mark: tuple[int, ...]


def compare_sources(database: Database, held: Claim, *, clock: Clock) -> None:
    """Carry out a run of kind COMPARISON; its settings name the version, ``prompt_id``.

    Raises LabelingError ``gain_few_tests``, ``comparison_few``, ``unknown_prompt`` or ``no_labels``, and ClaimLostError.
    """
    progress = Progress(database, held, STEPS)
    progress.begin("reading")
    with database.snapshot() as connection:
        settings = get_run(connection, held.project_id, held.run_id).settings or {}
        project = get_project_by_id(connection, held.project_id)
    consensus.refresh(database, project, now=clock())
    with database.snapshot() as connection:
        facts = read(connection, project, int(settings.get("prompt_id", 0)))
    progress.begin("consensus")
    labels = labels_of(facts)
    rounds = rounds_of(facts, labels)
    progress.begin("classifier")
    texts, codes, truth, weight = arrays(facts.items, facts.test, facts.classes, list(rounds.values()))
    places = [(list(rounds).index(a), list(rounds).index(b)) for a, b in PAIRS if b in rounds]
    measured = gain(
        texts, codes, truth, len(facts.classes), weight=weight, names=facts.classes, scoring=facts.scoring, pairs=places,
        progress=progress.part,
    )  # fmt: skip
    progress.end()
    with database.transaction() as connection:
        claims.write(connection, held, watermark=list(facts.mark))
        claims.finish(
            connection, held, report(facts, labels, rounds, measured) | {"seconds": progress.seconds}, now=clock()
        )


def read(connection: Connection, project: Project, prompt_id: int) -> Facts:
    """The facts as they stand. Raises LabelingError ``gain_few_tests`` or ``unknown_prompt``."""
    prompt = prompts.get_prompt(connection, project.id, prompt_id)
    test, last = test_part(connection, project), final(connection, project)
    said = suggestion_frames.suggestions(connection, project.id, prompt_id)
    given = facts_votes.votes(connection, project.id, independent=True)
    return Facts(
        project,
        prompt,
        tuple(ledger_frames.models(connection, project.id).get(prompt_id, ())),
        learnable(connection, project).sort("item_id"),
        test,
        said,
        ledger_frames.version_costs(connection, project.id, prompt_id),
        given,
        last,
        settled.rulings(connection, project.id),
        with_met(reading.class_codes(connection, project.id), (test, said, given, last)),
        scoring_of(connection, project),
        marks.watermark(connection, project.id),
    )


def labels_of(facts: Facts) -> dict[str, pl.DataFrame]:
    """LABELS(item, label) of each source, the test part among them: what junior said, what most assessors said without
    a suggestion on screen, and the final ones."""
    votes = facts.votes.select("item", "annotator", "label")
    most = consensus_of(votes_frame(votes, classes=facts.classes), method="majority").frame
    return {Teacher.JUNIOR: _plain(facts.suggestions), Teacher.VOTES: _plain(most), Teacher.FINAL: _plain(facts.final)}


def rounds_of(facts: Facts, labels: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """What each source teaches: LABELS of the texts that all have, and all of junior's where these are more.

    Nothing of the test part is among them. Raises LabelingError ``comparison_few``.
    """
    taught = {name: frame.join(facts.test, on="item", how="anti") for name, frame in labels.items()}
    common = taught[Teacher.FINAL].select("item")
    for name in (Teacher.JUNIOR, Teacher.VOTES):
        common = common.join(taught[name], on="item", how="semi")
    if common.height < LEAST_COMMON:
        raise LabelingError("comparison_few", n=common.height, least=LEAST_COMMON)
    rounds = {name: frame.join(common, on="item", how="semi") for name, frame in taught.items()}
    if taught[Teacher.JUNIOR].height > MORE * common.height:
        rounds[Teacher.JUNIOR_ALL] = taught[Teacher.JUNIOR]
    return rounds


def right_of(facts: Facts, labels: pl.DataFrame, scoring: Scoring = EXACT) -> Figure:
    """The share of LABELS(item, label) that are the expert's on the test part, weighted by its strata, or by another ``scoring``
    how right they are.

    Texts that were examples in junior's version are left out: it was told their labels.
    """
    item_ids = [example.item_id for example in facts.prompt.examples]
    examples = facts.items.filter(pl.col("item_id").is_in(item_ids)).select("item")
    test = facts.test.join(examples, on="item", how="anti")
    met = test.join(labels.rename({"label": "given"}), on="item", how="left")
    labeled = met["given"].is_not_null().to_numpy()
    hit = scoring.scores(met["given"], met["label"]).fill_null(0.0).to_numpy()
    share, n = domain_share(met["weight"].to_numpy() * _MANY, labeled, hit)
    if not labeled.any():
        return Figure(None, None, None, 0)
    around = wilson(share * n, n)
    return Figure(share, around.low, around.high, int(labeled.sum()))


def report(
    facts: Facts, labels: Mapping[str, pl.DataFrame], rounds: Mapping[str, pl.DataFrame], measured: Gain
) -> dict[str, Any]:
    """What the page shows, as JSON: ``sources`` with their figures and what they took, and ``steps`` between them."""
    names = list(rounds)
    right = {name: asdict(right_of(facts, labels[name])) for name in (Teacher.JUNIOR, Teacher.VOTES)}
    scored = None
    if facts.scoring.is_graded:
        scored = {name: asdict(right_of(facts, labels[name], facts.scoring)) for name in right}
    return {
        "classifier": CLASSIFIER,
        "prompt_id": facts.prompt.id,
        "version": facts.prompt.version,
        "kind": facts.prompt.kind.value,
        "models": list(facts.models),
        "classes": list(facts.classes),
        "test": facts.test.height,
        "left_out": measured.left_out,
        "right": right,
        "scored": scored,
        "sources": [
            {"name": name, "labels": rounds[name].height} | round_report(result) | _cost(facts, name, rounds[name])
            for name, result in zip(names, measured.rounds, strict=True)
        ],
        "steps": [
            {"before": names[step.before], "after": names[step.after]} | step_report(step) for step in measured.steps
        ],
    }


def _cost(facts: Facts, name: str, labels: pl.DataFrame) -> dict[str, Any]:
    """What the labels of a source cost: money of calls, seconds of people."""
    if name in (Teacher.JUNIOR, Teacher.JUNIOR_ALL):
        calls = facts.paid.join(labels, on="item", how="semi")
        return {"paid": calls.height, "cost": int(calls["cost"].sum())}
    acts = {"votes": facts.votes} | ({"rulings": facts.rulings} if name == Teacher.FINAL else {})
    return {kind: _times(frame.join(labels, on="item", how="semi")) for kind, frame in acts.items()}


def _times(rows: pl.DataFrame) -> dict[str, Any]:
    """How many acts there were, of how many the time is known, and how many seconds those took."""
    return {
        "n": rows.height,
        "timed": rows.height - rows["seconds"].null_count(),
        "seconds": float(rows["seconds"].sum()),
    }


def _plain(labels: pl.DataFrame) -> pl.DataFrame:
    return labels.select("item", pl.col("label").cast(pl.String)).drop_nulls()
