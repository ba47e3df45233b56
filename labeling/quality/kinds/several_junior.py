"""Junior as one more voter where a label is a set of classes: heard of each class as far as it was right of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.quality.consensus import Consensus
from labeling.quality.frames import Codes, read_columns
from labeling.quality.intervals import Floats
from labeling.quality.kinds.membership import membership
from labeling.quality.kinds.several_consensus import Decoding, decoded, framed

# An answer's worth of chance for either word, and what a class's own row owes to all classes together.
_CHANCE, _ROW = 1.0, 10.0


def sets_with_junior(
    consensus: Consensus, suggestions: IntoDataFrame, golden: IntoDataFrame, *, empty: bool = True
) -> Consensus:
    """A consensus of sets, with what junior says in SUGGESTIONS(item, label), measured on GOLDEN(item, label).

    Each class is a question of yes or no: its odds are multiplied by how much likelier junior's word is where the class is due
    than where it isn't, as golden items show (see ``channels``). Without golden items nothing changes. Golden items keep their
    label, items without a vote have none still, a refusal says nothing; sets with a class that is none are left out. Junior is
    taken to err independently of assessors and of itself in other classes, given the truth.
    """
    classes = consensus.classes
    frame = consensus.frame
    if not len(frame) or not classes:
        return consensus
    said, heard = _said(suggestions, consensus)
    heard &= frame["label"].is_not_null().to_numpy()
    chances = channels(suggestions, golden, classes)
    posterior, at = consensus.posterior.copy(), np.arange(len(classes))
    yes, no = (chances[at, truth, said[heard].astype(np.int64)] for truth in (1, 0))
    p = posterior[heard]
    posterior[heard] = p * yes / (p * yes + (1 - p) * no)
    votes = consensus.votes
    n = frame["n"].to_numpy().astype(np.int64) + heard
    known = frame["label"].is_not_null().to_numpy()
    # What nobody voted on is decided no more than before.
    counted = np.where(known, n, 0)
    chosen, tied = decoded(
        np.where(known[:, None], posterior, 0.0), votes.items, classes, decoding=Decoding.LIKELY, empty=empty,
        seed=consensus.seed,
    )  # fmt: skip
    is_golden = votes.golden >= 0
    chosen[is_golden] = membership(votes.classes, classes)[votes.golden[is_golden]]
    made = framed(votes, counted, posterior, chosen, classes, empty)
    return replace(consensus, frame=made, posterior=posterior, ties=int((tied & known & ~is_golden).sum()))


def channels(suggestions: IntoDataFrame, golden: IntoDataFrame, classes: tuple[str, ...]) -> Floats:
    """P(junior says no, yes | class is not due, is due) float64 (classes, truth, said) from golden items; rows sum to one.

    A row is what junior said of the class and ten answers more, in which it says yes as often as of all classes together; these
    start from one answer of either word.

    >>> nothing = pl.DataFrame({"item": [], "label": []}, schema={"item": pl.Int64, "label": pl.String})
    >>> channels(nothing, nothing, ("x",)).tolist()
    [[[0.5, 0.5], [0.5, 0.5]]]
    """
    said, truth = _on_golden(suggestions, golden, classes)
    table = np.zeros((len(classes), 2, 2))
    for due in (0, 1):
        for word in (0, 1):
            table[:, due, word] = ((truth == due) & (said == word)).sum(axis=0)
    pooled = table.sum(axis=0) + _CHANCE
    rows = table + _ROW * pooled / pooled.sum(axis=1, keepdims=True)
    return np.asarray(rows / rows.sum(axis=2, keepdims=True))


def _known(frame: IntoDataFrame, name: str, classes: tuple[str, ...]) -> pl.DataFrame:
    """(item as text, label) of rows whose label is a set of known classes, the last of an item."""
    read = read_columns(frame, name, ["item", "label"], ["item"]).unique("item", keep="last", maintain_order=True)
    text = read.select(pl.col("item", "label").cast(pl.String)).drop_nulls()
    inside = pl.col("label").str.strip_chars("|").str.split("|").list.set_difference(["", *classes]).list.len() == 0
    return text.filter(inside)


def _on_golden(suggestions: IntoDataFrame, golden: IntoDataFrame, classes: tuple[str, ...]) -> tuple[Codes, Codes]:
    met = _known(golden, "golden", classes).join(
        _known(suggestions, "suggestions", classes).rename({"label": "said"}), on="item"
    )
    said, truth = (membership(met[name].to_list(), classes).astype(np.int32) for name in ("said", "label"))
    return said, truth


def _said(suggestions: IntoDataFrame, consensus: Consensus) -> tuple[Codes, np.ndarray]:
    """Which classes junior gives each item of the consensus, 0 or 1 (items, classes), and of which it says anything."""
    items = pl.DataFrame({"item": consensus.votes.items.cast(pl.String)})
    told = items.join(
        _known(suggestions, "suggestions", consensus.classes), on="item", how="left", maintain_order="left"
    )
    heard = told["label"].is_not_null().to_numpy().copy()
    return membership(told["label"].fill_null("|").to_list(), consensus.classes).astype(np.int32), heard
