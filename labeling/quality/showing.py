"""What showing junior's suggestions does to answers: whether assessors follow wrong ones, how right and how fast they are.

ANSWERS(assessor, item, arm, suggestion, label, seconds, truth, probe): one row for each assessor and item, arms drawn at
random for each of these pairs. ``label`` is the answer that stands, in the arm "after" the one given once the suggestion was
seen; ``suggestion`` is filled in the arm "hidden", too; ``truth`` is the golden or adjudicated label or null; ``probe`` marks
suggestions that were wrong on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.errors import LabelingError
from labeling.quality.clustered import Clusters, change, median, median_ratio, share
from labeling.quality.figures import Figure
from labeling.quality.frames import read_columns
from labeling.quality.intervals import difference, wilson
from labeling.quality.kinds.score import EXACT, Scoring

HIDDEN, BEFORE, AFTER = "hidden", "before", "after"
ARMS = (HIDDEN, BEFORE, AFTER)

# Of ten wrong suggestions one more becomes a label: junior's errors then pass for the assessors' agreement.
MOST_FOLLOWED = 0.10
# One point of accuracy may be lost for speed.
MOST_LOST = 0.01

SHOW_BEFORE, SHOW_AFTER, HIDE, UNDECIDED = "show_before", "show_after", "hide", "undecided"
GOOD, HARMFUL, UNCLEAR = "good", "harmful", "unclear"


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm: the share of answers equal to a ``wrong`` suggestion, ``accuracy``, median ``seconds``, each with its n."""

    arm: str
    answers: int
    wrong: Figure
    accuracy: Figure
    seconds: Figure


@dataclass(frozen=True, slots=True)
class Effect:
    """An arm that shows against the hidden one, n counting both.

    ``following``: share of answers equal to a wrong suggestion when shown minus the same wrong label when hidden;
    ``accuracy``: a difference; ``seconds``: a ratio of medians. ``verdict`` is "harmful" where following is surely above
    MOST_FOLLOWED or accuracy surely falls, "good" where accuracy surely falls by no more than MOST_LOST and answers surely
    are faster or more accurate, else "unclear".
    """

    arm: str
    following: Figure
    accuracy: Figure
    seconds: Figure
    verdict: str


@dataclass(frozen=True, eq=False, slots=True)
class Showing:
    """All ``arms`` that have answers, the ``effects`` of those that show, and ASSESSORS(assessor, arm, answers, accuracy,
    accuracy_low, accuracy_high, accuracy_n, seconds, following, following_low, following_high, following_n).

    ``recommendation``: "show_before" or "show_after" where that arm is good, "hide" where every arm that shows is harmful,
    else "undecided". ``probes`` answers met a suggestion that was wrong on purpose; they count in following alone.
    """

    arms: tuple[Arm, ...]
    effects: tuple[Effect, ...]
    assessors: pl.DataFrame
    recommendation: str
    probes: int


def showing(answers: IntoDataFrame, scoring: Scoring = EXACT) -> Showing:
    """The effect of showing, overall and by assessor.

    As the arm is drawn anew for each assessor and item, shares of arms are compared as they are. Intervals count answers of
    one item and of one assessor as hanging together (see ``labeling.quality.clustered``): they speak of other items and other
    assessors like these, and of three or four assessors who differ much they hold the truth nine times in ten only. A
    bootstrap of both ways would be too wide on few assessors (A. Owen, The pigeonhole bootstrap, 2007), a permutation would
    test no effect at all and give no interval for one that differs between people. By assessor each item comes once, and
    intervals are Newcombe's and Wilson's. An answer without a label follows nothing and is neither right nor wrong; how right
    one is in part says ``scoring``. Raises LabelingError ``column_missing``, ``column_null``, ``unknown_label`` (of an arm).

    >>> rows = [(1, 1, "hidden", "y", "x"), (1, 2, "before", "y", "y"), (2, 1, "before", "y", "x"), (2, 2, "hidden", "y", "x")]
    >>> names = ["assessor", "item", "arm", "suggestion", "label"]
    >>> frame = pl.DataFrame(rows, schema=names, orient="row").with_columns(seconds=4.0, truth=pl.lit("x"), probe=False)
    >>> found = showing(frame)
    >>> found.effects[0].following.value, found.effects[0].accuracy.value, found.recommendation
    (0.5, -0.5, 'undecided')
    """
    frame = _read(answers, scoring)
    arms = [frame.filter(pl.col("arm") == arm) for arm in ARMS]
    effects = [_effect(frame, arm) for arm, part in zip(ARMS[1:], arms[1:], strict=True) if len(part)]
    return Showing(
        tuple(_arm(part) for part in arms if len(part)),
        tuple(effects),
        _assessors(frame),
        recommended(effects),
        int(frame["probe"].sum()),
    )


def recommended(effects: Sequence[Effect]) -> str:
    """What to do, from the verdicts; of two good arms the one before the answer, which saves more time.

    >>> recommended([])
    'undecided'
    """
    verdicts = {effect.arm: effect.verdict for effect in effects}
    if verdicts.get(BEFORE) == GOOD:
        return SHOW_BEFORE
    if verdicts.get(AFTER) == GOOD:
        return SHOW_AFTER
    return HIDE if verdicts and set(verdicts.values()) == {HARMFUL} else UNDECIDED


def verdict(following: Figure, accuracy: Figure, seconds: Figure) -> str:
    """See ``Effect``; an undefined figure speaks neither for nor against.

    >>> nothing = Figure(None, None, None, 0)
    >>> verdict(Figure(0.3, 0.2, 0.4, 90), nothing, nothing)
    'harmful'
    >>> verdict(Figure(0.0, -0.1, 0.1, 90), Figure(0.01, -0.005, 0.02, 9000), Figure(0.8, 0.7, 0.9, 9000))
    'good'
    """
    if (following.low or 0.0) > MOST_FOLLOWED or (accuracy.high is not None and accuracy.high < 0):
        return HARMFUL
    if accuracy.low is None or accuracy.low < -MOST_LOST:
        return UNCLEAR
    faster = seconds.high is not None and seconds.high < 1
    return GOOD if faster or accuracy.low > 0 else UNCLEAR


def _read(answers: IntoDataFrame, scoring: Scoring) -> pl.DataFrame:
    """Answers with what is asked of each: ``followed``, null unless its suggestion is wrong, and ``right``, null for probes."""
    filled = ["assessor", "item", "arm", "probe"]
    frame = read_columns(answers, "answers", [*filled, "suggestion", "label", "seconds", "truth"], filled)
    text = pl.col("arm", "suggestion", "label", "truth").cast(pl.String)
    frame = frame.with_columns(text, pl.col("seconds").cast(pl.Float64).fill_nan(None))
    strange = sorted(set(frame["arm"].unique()) - set(ARMS))
    if strange:
        raise LabelingError("unknown_label", label=strange[0], where="answers", labels=strange, classes=list(ARMS))
    score = scoring.scores(frame["label"], frame["truth"])
    label, truth, suggestion = pl.col("label"), pl.col("truth"), pl.col("suggestion")
    # A suggestion that is null, or whose truth is not known, is not wrong.
    return frame.with_columns(
        pl.when(suggestion != truth).then(label.eq_missing(suggestion)).alias("followed"),
        pl.when(~pl.col("probe")).then(score if scoring.is_graded else label == truth).alias("right"),
        pl.when(~pl.col("probe") & (pl.col("seconds") > 0)).then("seconds").alias("took"),
        *(pl.col(name).rank("dense").cast(pl.Int64).alias(f"{name}_code") - 1 for name in ("assessor", "item")),
    )


def _clusters(frame: pl.DataFrame) -> Clusters:
    return Clusters(frame["assessor_code"].to_numpy(), frame["item_code"].to_numpy())


def _arm(frame: pl.DataFrame) -> Arm:
    wrong, ruled, timed = (frame.drop_nulls(name) for name in ("followed", "right", "took"))
    return Arm(
        str(frame["arm"][0]),
        len(frame),
        share(wrong["followed"].to_numpy(), _clusters(wrong)),
        share(ruled["right"].to_numpy(), _clusters(ruled)),
        median(timed["took"].to_numpy(), _clusters(timed)),
    )


def _effect(frame: pl.DataFrame, arm: str) -> Effect:
    both = frame.filter(pl.col("arm").is_in([HIDDEN, arm])).with_columns(shown=pl.col("arm") == arm)
    wrong, ruled, timed = (both.drop_nulls(name) for name in ("followed", "right", "took"))
    following = change(wrong["followed"].to_numpy(), wrong["shown"].to_numpy(), _clusters(wrong))
    accuracy = change(ruled["right"].to_numpy(), ruled["shown"].to_numpy(), _clusters(ruled))
    seconds = median_ratio(timed["took"].to_numpy(), timed["shown"].to_numpy(), _clusters(timed))
    return Effect(arm, following, accuracy, seconds, verdict(following, accuracy, seconds))


def _assessors(frame: pl.DataFrame) -> pl.DataFrame:
    counts = frame.group_by("assessor", "arm").agg(
        pl.len().cast(pl.Int64).alias("answers"),
        pl.col("right").sum().alias("right"),
        pl.col("right").count().alias("accuracy_n"),
        pl.col("took").median().alias("seconds"),
        pl.col("followed").sum().alias("followed"),
        pl.col("followed").count().alias("wrong"),
    )
    hidden = counts.filter(pl.col("arm") == HIDDEN).select("assessor", beside="followed", beside_n="wrong")
    met = counts.join(hidden, on="assessor", how="left").with_columns(pl.col("beside", "beside_n").fill_null(0))
    rows = met.sort("assessor", pl.col("arm").cast(pl.Enum(ARMS)))
    accuracy = [wilson(row["right"], row["accuracy_n"]) for row in rows.iter_rows(named=True)]
    following = [
        Figure(None, None, None, 0)
        if row["arm"] == HIDDEN
        else difference(row["followed"], row["wrong"], row["beside"], row["beside_n"])
        for row in rows.iter_rows(named=True)
    ]
    columns = [*_spelled("accuracy", accuracy), rows["seconds"], *_spelled("following", following)]
    return pl.DataFrame([rows["assessor"], rows["arm"], rows["answers"], *columns])


def _spelled(name: str, figures: Sequence[Figure]) -> list[pl.Series]:
    return [
        pl.Series(name, [figure.value for figure in figures], dtype=pl.Float64),
        pl.Series(f"{name}_low", [figure.low for figure in figures], dtype=pl.Float64),
        pl.Series(f"{name}_high", [figure.high for figure in figures], dtype=pl.Float64),
        pl.Series(f"{name}_n", [figure.n for figure in figures], dtype=pl.Int64),
    ]
