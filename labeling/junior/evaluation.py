"""What a version of junior is worth on one part of the golden items, as the page shows it and a look keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy import Connection

from db.frames import ledger as ledger_frames
from db.frames import reading
from db.frames import suggestions as suggestion_frames
from db.vocabulary import LabelKind, Part
from labeling.facts import settled
from labeling.facts import votes as facts_votes
from labeling.facts.met import with_met
from labeling.facts.scoring import scoring_of
from labeling.junior.asking import sees_turned
from labeling.junior.prompts import Prompt, as_of_now, part_of
from labeling.projects.kinds import FIRST, SECOND
from labeling.projects.projects import Project
from labeling.quality.calibrating import Reliability, answers, calibrate
from labeling.quality.consensus import consensus_of
from labeling.quality.figures import Figure
from labeling.quality.frames import votes_frame
from labeling.quality.intervals import LEVEL, normal_quantile, wilson
from labeling.quality.judging import Comparison, Judged, compare, judge
from labeling.quality.kinds.score import EXACT, Scoring
from labeling.quality.kinds.sets import SEPARATOR

# What a version that checks for one class calls all others.
REST = "~rest"
# Looks of an earlier day lack it.
_NEWER = {"score"}


@dataclass(frozen=True, eq=False)
class Spoken:
    """What a version said, SUGGESTIONS with ``label`` as text, and GOLDEN(item, item_id, label, part) in the same classes; by
    what that is scored."""

    suggestions: pl.DataFrame
    golden: pl.DataFrame
    classes: tuple[str, ...]
    scoring: Scoring = EXACT

    def part(self, part: Part) -> pl.DataFrame:
        """GOLDEN of one part."""
        return self.golden.filter(pl.col("part") == part.value)


def spoken(connection: Connection, project: Project, prompt: Prompt) -> Spoken:
    """Read what a version said of any item, and the golden labels.

    A version that checks for one class is judged on that class against the rest.
    """
    golden = settled.golden(connection, project.id)
    parts = [part_of(project, item_id).value for item_id in golden["item_id"]]
    suggestions = suggestion_frames.suggestions(connection, project.id, prompt.id)
    text = pl.col("label").cast(pl.String)
    golden, suggestions = (
        golden.with_columns(text, part=pl.Series(parts, dtype=pl.String)),
        suggestions.with_columns(text),
    )
    target = as_of_now(connection, project, prompt).settings.get("target")
    if target is None:
        return Spoken(suggestions, golden, reading.class_codes(connection, project.id), scoring_of(connection, project))
    # "No" is kept as no label with a confidence; a refusal has neither.
    no = pl.col("label").is_null() & pl.col("confidence").is_not_null()
    suggestions = suggestions.with_columns(label=pl.when(no).then(pl.lit(REST)).otherwise("label"))
    return Spoken(
        suggestions, golden.with_columns(label=_against_the_rest(str(target), project.kind)), (str(target), REST)
    )


def evaluate(connection: Connection, project: Project, prompt: Prompt, part: Part) -> dict[str, Any]:
    """A version on a part of the golden items, as JSON takes it: the fields of ``Judged`` and what follows here.

    ``calibration`` holds reliability as junior said it and as it is mended, the error of both ``held_out``, and whether
    mending ``helps``; None where it gave no confidence. ``place`` is :func:`first_place`. ``cost`` (millionths) and
    ``seconds`` are means of an item of all that it was asked, and ``models`` those that answered.
    """
    basis = spoken(connection, project, prompt)
    golden = basis.part(part)
    votes = facts_votes.votes(connection, project.id, independent=True).select(
        "item", "annotator", pl.col("label").cast(pl.String)
    )
    target = as_of_now(connection, project, prompt).settings.get("target")
    if target is not None:
        votes = votes.with_columns(label=_against_the_rest(str(target), project.kind))
    # Without golden labels: consensus takes their word for it, and that would be the expert's.
    classes = with_met(basis.classes, (basis.suggestions, golden, votes))
    most = consensus_of(votes_frame(votes, classes=classes), method="majority").frame.select("item", "label")
    judged = judge(basis.suggestions, golden, votes=votes, consensus=most, classes=classes, scoring=basis.scoring)
    sure = answers(basis.suggestions, golden)
    calibration = calibrate(sure) if sure.height else None
    paid = ledger_frames.version_costs(connection, project.id, prompt.id)
    models = ledger_frames.models(connection, project.id).get(prompt.id, [])
    reliability = calibration and {
        "said": _reliability(calibration.stated),
        "mended": _reliability(calibration.mended),
        "held_out": asdict(calibration.held_out),
        "helps": calibration.helps,
    }
    place = first_place(project, prompt, basis.suggestions)
    return asdict(judged) | {
        "calibration": reliability,
        "place": place and asdict(place),
        "cost": asdict(mean(paid["cost"])),
        "seconds": asdict(mean(paid["seconds"])),
        "models": models,
    }


def first_place(project: Project, prompt: Prompt, suggestions: pl.DataFrame) -> Figure | None:
    """How often a version that was asked of pairs said, of those it decided, the candidate that stood first; Wilson's interval.

    One half where the place means nothing, for which stands first is drawn. None for other kinds, and for what a file brought.
    """
    if project.kind is not LabelKind.PAIR or not prompt.is_written:
        return None
    decided = suggestions.filter(pl.col("label").is_in([FIRST, SECOND]))
    said = decided.select("item_id", "label").rows()
    first = sum((label == FIRST) != sees_turned(project, prompt.id, item_id) for item_id, label in said)
    return wilson(first, len(said))


def paired(connection: Connection, project: Project, first: Prompt, second: Prompt, part: Part) -> Comparison | None:
    """The second version against the first on the golden items of a part that both were asked about.

    None where they don't speak of the same classes: one checks for a class that the other doesn't.
    """
    a, b = (spoken(connection, project, prompt) for prompt in (first, second))
    if a.classes != b.classes:
        return None
    golden = a.part(part)
    classes = with_met(a.classes, (a.suggestions, b.suggestions, golden))
    return compare(a.suggestions, b.suggestions, golden, classes=classes, scoring=a.scoring)


def mean(values: pl.Series) -> Figure:
    """The mean of an item with its normal interval; of fewer than two there is none.

    >>> figure = mean(pl.Series([1.0, 3.0]))
    >>> figure.value, round(figure.low, 2), figure.n
    (2.0, 0.04, 2)
    """
    y, n = values.cast(pl.Float64).to_numpy(), len(values)
    if n < 2:
        return Figure.of(float(y[0]) if n else np.nan, n=n)
    half = normal_quantile(LEVEL) * float(y.std(ddof=1)) / n**0.5
    middle = float(y.mean())
    return Figure.of(middle, max(0.0, middle - half), middle + half, n=n)


def was_judged(report: Mapping[str, Any]) -> bool:
    """Whether a look's report holds an evaluation as :func:`evaluate` makes it."""
    return set(Judged.__dataclass_fields__) - _NEWER <= report.keys()


def differing(basis: Spoken, part: Part) -> pl.DataFrame:
    """DIFFERING(item, expert, label, confidence, rationale): golden items of a part where junior said something else."""
    met = basis.part(part).select("item", expert="label").join(basis.suggestions, on="item", maintain_order="left")
    wrong = met.filter(pl.col("label").ne_missing(pl.col("expert")))
    return wrong.select("item", "expert", "label", "confidence", "rationale")


def classes_of(report: Mapping[str, Any]) -> Sequence[str]:
    """The classes of an evaluation, in its order."""
    return [str(entry["label"]) for entry in report["classes"]]


def _against_the_rest(target: str, kind: LabelKind) -> pl.Expr:
    label = pl.col("label")
    has = label.str.split(SEPARATOR).list.contains(target) if kind is LabelKind.SEVERAL else label == target
    return pl.when(label.is_null()).then(None).when(has).then(pl.lit(target)).otherwise(pl.lit(REST))


def _reliability(reliability: Reliability) -> dict[str, Any]:
    return {
        "curve": reliability.curve.to_dicts(),
        "error": asdict(reliability.error),
        "by_chance": reliability.by_chance,
    }
