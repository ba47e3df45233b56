"""The gain: what each round of work on the labels brought the classifier, by items that experts ruled and it never saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from sqlalchemy import Connection

from db.engine import Database
from db.frames import marks, reading
from db.vocabulary import LabelSource
from labeling.adjudication.test_part import LEAST, held_out, missing
from labeling.clock import Clock
from labeling.errors import LabelingError
from labeling.facts import consensus, settled
from labeling.facts.final import final
from labeling.facts.met import with_met
from labeling.facts.scoring import scoring_of
from labeling.items.learnable import learnable
from labeling.jobs.analyse import CLASSIFIER
from labeling.projects.projects import Project, get_project_by_id
from labeling.quality.kinds.score import Scoring
from labeling.review import gain as gains
from labeling.review.gain import Gain, gain
from labeling.runs import claims
from labeling.runs.claims import Claim
from labeling.runs.progress import Progress

STEPS = {"reading": 10, "consensus": 30, "classifier": 60}
# Rounds at most, the votes' own among them, and rulings in each at least.
ROUNDS, EVERY = 8, 20


@dataclass(frozen=True, eq=False)
class Facts:
    """What the gain is measured by: ITEMS, TEST(item, label, weight), RULINGS beside it, all class codes, by what labels
    are scored, the watermark."""

    project: Project
    items: pl.DataFrame
    test: pl.DataFrame
    rulings: pl.DataFrame
    classes: tuple[str, ...]
    scoring: Scoring
    mark: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Round:
    """LABELS(item, label) as they stood ``at`` a moment, without the test part; ``rulings`` and ``golden`` are in them."""

    at: datetime
    labels: pl.DataFrame
    rulings: int
    golden: int


def measure_gain(database: Database, held: Claim, *, clock: Clock) -> None:
    """Carry out a run of kind GAIN. Raises LabelingError ``gain_few_tests`` or ``no_labels``, and ClaimLostError."""
    progress = Progress(database, held, STEPS)
    progress.begin("reading")
    facts = read(database, held.project_id)
    progress.begin("consensus")
    rounds = rounds_of(database, facts, clock(), progress)
    progress.begin("classifier")
    labels = [part.labels for part in rounds]
    facts = replace(facts, classes=with_met(facts.classes, [facts.test, *labels]))
    texts, codes, truth, weight = arrays(facts.items, facts.test, facts.classes, labels)
    measured = gain(
        texts, codes, truth, len(facts.classes), weight=weight, names=facts.classes, scoring=facts.scoring,
        progress=progress.part,
    )  # fmt: skip
    progress.end()
    with database.transaction() as connection:
        claims.write(connection, held, watermark=list(facts.mark))
        claims.finish(
            connection, held, report(facts, rounds, measured, codes) | {"seconds": progress.seconds}, now=clock()
        )


def read(database: Database, project_id: int) -> Facts:
    """The facts as they stand. Raises LabelingError ``gain_few_tests``."""
    with database.snapshot() as connection:
        project = get_project_by_id(connection, project_id)
        test = test_part(connection, project)
        rulings = settled.rulings(connection, project_id).filter(pl.col("verdict") == "label")
        return Facts(
            project,
            learnable(connection, project).sort("item_id"),
            test,
            rulings.join(test, on="item", how="anti", maintain_order="left"),
            reading.class_codes(connection, project_id),
            scoring_of(connection, project),
            marks.watermark(connection, project_id),
        )


def test_part(connection: Connection, project: Project) -> pl.DataFrame:
    """TEST(item, label, weight). Raises LabelingError ``gain_few_tests``."""
    test = held_out(connection, project)
    if test.height < LEAST:
        raise LabelingError("gain_few_tests", n=test.height, least=LEAST, more=missing(test.height))
    return test


def moments(rulings: pl.DataFrame, now: datetime) -> list[datetime]:
    """When rounds end: the first at the first ruling, the others after evenly spaced numbers of items ruled, the last now.

    >>> from datetime import UTC
    >>> at = [datetime(2026, 3, 2, 12, minute, tzinfo=UTC) for minute in range(50)]
    >>> ends = moments(pl.DataFrame({"item": range(50), "at": at}), datetime(2026, 3, 3, tzinfo=UTC))
    >>> [end.minute for end in ends]
    [0, 24, 0]
    """
    reached = rulings.sort("at").unique("item", keep="first", maintain_order=True)["at"].to_list()
    if not reached:
        return [now, now]
    count = min(max(len(reached) // EVERY, 1), ROUNDS - 1)
    ends = [reached[round(len(reached) * n / count) - 1] for n in range(1, count)]
    return [reached[0], *sorted({*ends} - {reached[0]}), now]


def rounds_of(database: Database, facts: Facts, now: datetime, progress: Progress) -> list[Round]:
    """The labels at every moment: first what the votes alone say; then the final labels."""
    rounds: list[Round] = []
    ends = moments(facts.rulings, now)
    for at in ends:
        with database.snapshot() as connection:
            labels, by_experts = _labels_at(connection, facts.project, at, experts=bool(rounds))
        by_experts = by_experts.join(facts.test, on="item", how="anti")
        counted = dict(by_experts["source"].value_counts().iter_rows())
        rulings, golden = (counted.get(source, 0) for source in (LabelSource.ADJUDICATION, LabelSource.GOLDEN))
        plain = labels.select("item", pl.col("label").cast(pl.String)).drop_nulls()
        rounds.append(Round(at, plain.join(facts.test, on="item", how="anti"), rulings, golden))
        progress.part(len(rounds), len(ends))
    return rounds


def _labels_at(
    connection: Connection, project: Project, at: datetime, *, experts: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(item, label) and SETTLED at a moment; without ``experts`` the labels of votes that no golden label anchored."""
    if experts:
        return final(connection, project, as_of=at), settled.settled(connection, project.id, as_of=at)
    matter = consensus.read(connection, project, as_of=at)
    alone = replace(matter, golden=matter.golden.clear(), key=(matter.key, "alone"))
    return consensus.make(alone).frame, settled.settled(connection, project.id, as_of=at).clear()


def arrays(
    items: pl.DataFrame, test: pl.DataFrame, classes: tuple[str, ...], rounds: Sequence[pl.DataFrame]
) -> tuple[list[str], npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.float64]]:
    """What ``gain`` takes of LABELS(item, label) by round and TEST: texts, labels (rounds, texts), truth, weight."""
    code = pl.Enum(classes)

    def column(labels: pl.DataFrame) -> npt.NDArray[np.int32]:
        placed = items.select("item").join(labels, on="item", how="left", maintain_order="left")["label"]
        return placed.cast(code).to_physical().cast(pl.Int32).fill_null(-1).to_numpy()

    labeled = pl.concat([labels.select("item") for labels in (*rounds, test)])
    items = items.join(labeled, on="item", how="semi", maintain_order="left")
    truth = column(test.select("item", "label"))
    weight = items.join(test, on="item", how="left", maintain_order="left")["weight"].fill_null(0.0).to_numpy()
    return items["text"].to_list(), np.stack([column(labels) for labels in rounds]), truth, weight[truth >= 0]


def report(facts: Facts, rounds: Sequence[Round], measured: Gain, codes: npt.NDArray[np.int32]) -> dict[str, Any]:
    """What the page shows, as JSON: ``rounds`` with their figures and what changed in each, ``steps`` and ``whole``.

    ``labels`` are the final ones by class, those of the ``test`` part among them.
    """
    final = pl.concat([rounds[-1].labels, facts.test.select("item", "label")])["label"].value_counts()
    counts = dict(final.iter_rows())
    changed = [0, *(int((codes[at] != codes[at - 1]).sum()) for at in range(1, len(codes)))]
    return {
        "classifier": CLASSIFIER,
        "classes": list(facts.classes),
        "labels": {code: counts[code] for code in facts.classes if code in counts},
        "test": facts.test.height,
        "left_out": measured.left_out,
        "rounds": [
            {"at": part.at.isoformat(), "rulings": part.rulings, "golden": part.golden, "changed": count}
            | round_report(result)
            for part, result, count in zip(rounds, measured.rounds, changed, strict=True)
        ],
        "steps": [step_report(step) for step in measured.steps],
        "whole": step_report(measured.whole) if measured.whole else None,
    }


def round_report(result: gains.Round) -> dict[str, Any]:
    """The figures of one round as JSON takes them, those of its classes as ``f1``."""
    report = asdict(result)
    report["f1"] = report.pop("classes")
    return report


def step_report(step: gains.Step) -> dict[str, Any]:
    """What one step brought, as JSON takes it, without the places of its rounds."""
    return {name: value for name, value in asdict(step).items() if name not in ("before", "after")}
