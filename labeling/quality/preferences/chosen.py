"""What the votes on a pair make of it: a chosen and a rejected text for a model to learn from, or why there is none."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.errors import LabelingError
from labeling.quality.consensus import Consensus
from labeling.quality.consensus.ties import leading
from labeling.quality.figures import Figure
from labeling.quality.frames import Votes, plain_column, read_columns
from labeling.quality.intervals import LEVEL, wilson
from labeling.quality.kinds.pair import Preference

_TEXTS = ("prompt", "first", "second")


class Left(StrEnum):
    """Why a pair teaches nothing: nobody said which is better; neither is; both are bad; the votes are not sure enough, or as
    much for one answer as for another; a text is missing; both texts are the same."""

    NO_VOTE = "no_vote"
    TIE = "tie"
    BOTH_BAD = "both_bad"
    UNSURE = "unsure"
    NO_TEXT = "no_text"
    SAME_TEXT = "same_text"


class Format(StrEnum):
    """What the rows are for: the columns are those that TRL's trainers read (https://huggingface.co/docs/trl/dataset_formats)."""

    DPO = "dpo"
    KTO = "kto"
    REWARD = "reward"


def preferences(consensus: Consensus, pairs: IntoDataFrame, *, sure: float = 0.0) -> pl.DataFrame:
    """PREFERENCES(item, prompt, first, second, label, probability, margin, left_out) of PAIRS(item, prompt, first, second).

    A row for each pair, in the pairs' order; of a repeated one the last row counts. ``consensus`` is as ``pair_consensus`` gives
    it. ``probability`` is that of the label, ``margin`` of first or second what it is beyond the probability
    that the other is better, within 0 and 1. ``left_out`` is one of ``Left``, null where the pair is kept: the label is first
    or second, no less probable than ``sure``, and both texts are there.

    Raises LabelingError ``sure_out_of_range``, ``no_voted_pairs``, and as ``read_columns`` does.

    >>> from labeling.quality.frames import votes_frame
    >>> from labeling.quality.kinds.consensus import pair_consensus
    >>> from labeling.quality.kinds.pair import coded_preferences
    >>> votes = pl.DataFrame({"item": [1, 1, 1], "annotator": list("abc"), "label": ["first", "first", "second"]})
    >>> agreed = pair_consensus(coded_preferences(votes_frame(votes)), method="majority")
    >>> found = preferences(agreed, pl.DataFrame({"item": [1], "prompt": ["?"], "first": ["yes"], "second": ["no"]}))
    >>> found.select("label", pl.col("probability", "margin").round(3), "left_out").rows()
    [('first', 0.667, 0.333, None)]
    """
    if not 0 <= sure <= 1:
        raise LabelingError("sure_out_of_range", sure=sure)
    texts = read_columns(pairs, "items", ("item", *_TEXTS), ["item"])
    texts = texts.with_columns(plain_column(texts["item"], "items").cast(pl.String)).unique(
        "item", keep="last", maintain_order=True
    )
    voted = _voted(consensus)
    if len(voted) and not texts["item"].is_in(voted["item"].implode()).any():
        raise LabelingError("no_voted_pairs", where="items", item=voted["item"][0], pair=texts["item"].first())
    joined = texts.join(voted, on="item", how="left", maintain_order="left")
    blank = pl.any_horizontal(pl.col(_TEXTS).cast(pl.String).fill_null("").str.strip_chars() == "")
    left = (
        pl.when(pl.col("label").is_null()).then(pl.lit(Left.NO_VOTE.value))
        .when(pl.col("tied")).then(pl.lit(Left.UNSURE.value))
        .when(pl.col("label") == Preference.TIE).then(pl.lit(Left.TIE.value))
        .when(pl.col("label") == Preference.BOTH_BAD).then(pl.lit(Left.BOTH_BAD.value))
        .when(pl.col("probability") < sure - 1e-9).then(pl.lit(Left.UNSURE.value))
        .when(blank).then(pl.lit(Left.NO_TEXT.value))
        .when(pl.col("first") == pl.col("second")).then(pl.lit(Left.SAME_TEXT.value))
    )  # fmt: skip
    return joined.with_columns(left_out=left).drop("tied")


def _voted(consensus: Consensus) -> pl.DataFrame:
    """Of each item with a vote its label, how sure it is, and whether another is as probable."""
    posterior = consensus.posterior
    code, tied = leading(posterior, consensus.frame["item"], tuple(Preference), seed=consensus.seed)
    gap = posterior[:, 0] - posterior[:, 1]
    margin = np.select([code == 0, code == 1], [gap, -gap], np.nan)
    return consensus.frame.select(
        pl.col("item").cast(pl.String),
        pl.col("label").cast(pl.String),
        "probability",
        pl.Series("margin", margin, nan_to_null=True),
        pl.Series("tied", tied),
    ).drop_nulls("label")


def training_rows(found: pl.DataFrame, kind: Format, *, sure: float = 0.0) -> pl.DataFrame:
    """The rows that a trainer reads, of PREFERENCES: a row a pair, of ``kto`` one for each text.

    ``dpo``: prompt, chosen, rejected, margin, probability; ``reward``: the same without probability; ``kto``: prompt,
    completion, label, True of chosen texts. Of pairs of which both are bad, as surely as ``sure``, ``kto`` has both, False.
    """
    kept = found.filter(pl.col("left_out").is_null())
    is_first = pl.col("label") == Preference.FIRST
    rows = kept.select(
        "prompt",
        pl.when(is_first).then("first").otherwise("second").alias("chosen"),
        pl.when(is_first).then("second").otherwise("first").alias("rejected"),
        "margin",
        "probability",
    )
    if kind is not Format.KTO:
        return rows if kind is Format.DPO else rows.drop("probability")
    bad = found.filter(pl.col("left_out") == Left.BOTH_BAD, pl.col("probability") >= sure - 1e-9)
    parts = [
        frame.select("prompt", pl.col(name).alias("completion"), pl.lit(value).alias("label"))
        for frame, name, value in (
            (rows, "chosen", True),
            (rows, "rejected", False),
            (bad, "first", False),
            (bad, "second", False),
        )
    ]
    filled = pl.all_horizontal(pl.col("prompt", "completion").fill_null("").str.strip_chars() != "")
    return pl.concat(parts).filter(filled)


def shortcuts(
    found: pl.DataFrame, votes: Votes, swapped: pl.Series | None = None, *, level: float = LEVEL
) -> dict[str, Figure]:
    """By what a model could tell the chosen texts without reading them, of kept PREFERENCES; n counts items.

    ``longer``: the share of chosen texts that are the longer ones, by characters, of pairs that differ in that. ``first``:
    the share that stand first in the file. ``shown_first``: the share of the votes for the chosen that were given while it
    stood first, each item as one; by ``swapped``, of each of ``votes`` whether the first stood second, null unknown. One half
    where it says nothing; Wilson's intervals, which hold for shares of votes too, as these vary less than yes and no do.
    """
    kept = found.filter(pl.col("left_out").is_null())
    first = int((kept["label"] == Preference.FIRST).sum())
    figures = {"longer": longer(kept, level=level), "first": wilson(first, len(kept), level)}
    if swapped is not None:
        placed = _shown_first(kept, votes, swapped)
        figures["shown_first"] = wilson(float(placed.sum()), len(placed), level)
    return figures


def longer(kept: pl.DataFrame, *, level: float = LEVEL) -> Figure:
    """The share of decided preferences that go to the longer text, of KEPT(label, first, second), where the texts differ in that.

    >>> longer(pl.DataFrame({"label": ["first", "first", "tie"], "first": ["long"] * 3, "second": ["x", "as long", "x"]})).value
    0.5
    """
    decided = kept.filter(pl.col("label").is_in([Preference.FIRST.value, Preference.SECOND.value]))
    first = (decided["label"] == Preference.FIRST).to_numpy()
    lengths = decided.select(pl.col("first", "second").str.len_chars().cast(pl.Int64))
    gap = (lengths["first"] - lengths["second"]).to_numpy()
    return wilson(int(((gap > 0) == first)[gap != 0].sum()), int((gap != 0).sum()), level)


def _shown_first(kept: pl.DataFrame, votes: Votes, swapped: pl.Series) -> npt.NDArray[np.float64]:
    given = pl.DataFrame(
        {
            "item": votes.items.cast(pl.String).gather(votes.item),
            "label": pl.Series(votes.classes).gather(votes.label),
            "swapped": swapped,
        }
    ).drop_nulls("swapped")
    for_chosen = given.join(kept.select("item", "label"), on=["item", "label"])
    stood_first = (pl.col("label") == Preference.FIRST) != pl.col("swapped")
    return for_chosen.group_by("item").agg(stood_first.mean().alias("share"))["share"].to_numpy()


def misleading(figure: Figure) -> bool:
    """Whether the interval lies off one half.

    >>> misleading(wilson(80, 100)), misleading(wilson(55, 100))
    (True, False)
    """
    return figure.low is not None and figure.high is not None and not figure.low <= 0.5 <= figure.high
