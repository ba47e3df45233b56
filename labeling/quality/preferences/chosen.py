"""What the votes on a pair make of it: a chosen and a rejected text for a model to learn from, or why there is none."""

from __future__ import annotations

from enum import StrEnum

import narwhals as nw
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.errors import LabelingError
from labeling.quality.consensus import Consensus
from labeling.quality.consensus.ties import leading
from labeling.quality.frames import plain_column, read_columns
from labeling.quality.kinds.pair import Preference
from labeling.quality.preferences.davidson import CHANCES

_TEXTS = ("prompt", "first", "second")
#: Who wrote the texts, where it is known.
SOURCES = ("first_source", "second_source")


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


def preferences(verdicts: pl.DataFrame, pairs: IntoDataFrame, *, sure: float = 0.0) -> pl.DataFrame:
    """PREFERENCES(item, prompt, first, second, first_source, second_source, label, probability, p_first, p_second, p_tie,
    p_both_bad, margin, left_out) of VERDICTS and PAIRS(item, prompt, first, second).

    A row for each pair, in the pairs' order; of a repeated one the last row counts. PAIRS may have the two columns SOURCES.
    ``verdicts`` are as ``verdicts_of`` gives them. ``probability`` is that of the label, ``margin`` of first or second what it
    is beyond the probability that the other is better, within 0 and 1. ``left_out`` is one of ``Left``, null where the pair is
    kept: the label is first or second, no less probable than ``sure``, and both texts are there.

    Raises LabelingError ``sure_out_of_range``, ``no_voted_pairs``, and as ``read_columns`` does.

    >>> from labeling.quality.frames import votes_frame
    >>> from labeling.quality.kinds.consensus import pair_consensus
    >>> from labeling.quality.kinds.pair import coded_preferences
    >>> votes = pl.DataFrame({"item": [1, 1, 1], "annotator": list("abc"), "label": ["first", "first", "second"]})
    >>> agreed = pair_consensus(coded_preferences(votes_frame(votes)), method="majority")
    >>> found = preferences(verdicts_of(agreed), pl.DataFrame({"item": [1], "prompt": ["?"], "first": ["yes"], "second": ["no"]}))
    >>> found.select("label", pl.col("probability", "margin").round(3), "left_out").rows()
    [('first', 0.667, 0.333, None)]
    """
    if not 0 <= sure <= 1:
        raise LabelingError("sure_out_of_range", sure=sure)
    named = nw.from_native(pairs, eager_only=True).columns
    texts = read_columns(pairs, "items", ("item", *_TEXTS, *(name for name in SOURCES if name in named)), ["item"])
    unknown = [pl.lit(None, pl.String).alias(name) for name in SOURCES if name not in named]
    texts = texts.with_columns(plain_column(texts["item"], "items").cast(pl.String), *unknown)
    texts = texts.unique("item", keep="last", maintain_order=True).select("item", *_TEXTS, *SOURCES)
    voted = verdicts.filter(pl.col("label").is_not_null())
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
    gap = pl.col("p_first") - pl.col("p_second")
    margin = (
        pl.when(pl.col("label") == Preference.FIRST).then(gap).when(pl.col("label") == Preference.SECOND).then(-gap)
    )
    return joined.with_columns(margin=margin, left_out=left).drop("tied")


def verdicts_of(consensus: Consensus) -> pl.DataFrame:
    """VERDICTS(item, label, probability, p_first, p_second, p_tie, p_both_bad, tied) of a consensus by ``pair_consensus``: what
    is said of each item with a vote, and whether another label is as probable."""
    chances = pl.DataFrame(consensus.posterior, schema=list(CHANCES), orient="row")
    named = consensus.frame.select(pl.col("item").cast(pl.String), pl.col("label").cast(pl.String), "probability")
    return with_tied(pl.concat([named, chances], how="horizontal")).drop_nulls("label")


def with_tied(verdicts: pl.DataFrame) -> pl.DataFrame:
    """VERDICTS without ``tied`` with it."""
    _, tied = leading(verdicts.select(CHANCES).to_numpy(), verdicts["item"], tuple(Preference))
    return verdicts.with_columns(pl.Series("tied", tied))


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


def both_labels(rows: pl.DataFrame) -> int:
    """How many texts of rows for ``kto`` have both labels, as they were chosen in one pair and rejected in another.

    >>> rows = pl.DataFrame({"prompt": ["p"] * 3, "completion": list("aab"), "label": [True, False, True]})
    >>> both_labels(rows)
    1
    """
    labels = rows.group_by("prompt", "completion").agg(pl.col("label").n_unique())
    return len(labels.filter(pl.col("label") > 1))
