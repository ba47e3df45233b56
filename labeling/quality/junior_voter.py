"""Junior as one more voter in consensus, weighing what it was measured to be worth.

Junior answers every item, assessors a few each. A model of assessors that meets it as one of them can take the one who is
everywhere for the truth: with one assessor an item and no golden items all of them do. So assessors' consensus comes first,
and junior's word is added by Bayes' rule, with its confusion on golden items as the likelihood.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.quality.consensus import Consensus, labeled
from labeling.quality.frames import Codes, read_columns, votes_frame
from labeling.quality.intervals import Floats
from labeling.quality.kinds import Kind

# An answer's worth of chance for each class, and what a class's own row owes to junior's accuracy over all classes.
_CHANCE, _ROW = 1.0, 10.0


def consensus_with_junior(consensus: Consensus, suggestions: IntoDataFrame, golden: IntoDataFrame) -> Consensus:
    """Assessors' consensus with junior's SUGGESTIONS heard: other labels, probabilities and posterior; n counts junior, too.

    The probability of each class is multiplied by that of junior's answer under it (see ``channel``): without golden items it
    is the same everywhere, and nothing changes. Golden items keep their label, items without a vote have none still, and a
    refusal says nothing. A majority of one mind is sure by its own account and can't be moved. Junior is taken to err
    independently of assessors, given the truth: votes that a suggestion was shown with should stay out of ``consensus``. Raises
    LabelingError as ``votes_frame`` does.
    """
    classes = consensus.votes.classes
    frame = consensus.frame
    if not len(frame) or not classes:
        return consensus
    code = _codes(suggestions, consensus)
    suggested = (code >= 0) & frame["label"].is_not_null().to_numpy()
    chances = channel(suggestions, golden, classes)
    posterior = consensus.posterior.copy()
    posterior[suggested] *= chances[:, code[suggested]].T
    posterior /= posterior.sum(axis=1, keepdims=True)
    n = frame["n"].to_numpy().astype(np.int64) + suggested
    combined, ties = labeled(consensus.votes, posterior, n, consensus.seed, ordered=consensus.kind is Kind.ORDERED)
    return replace(consensus, frame=combined, posterior=posterior, ties=ties)


def channel(suggestions: IntoDataFrame, golden: IntoDataFrame, classes: tuple[str, ...]) -> Floats:
    """P(junior says | truth) float64 (truths, suggested) from golden items, rows sum to one.

    A row is what junior said of the class and ten answers more, as right as junior is over all classes; this starts from one
    answer a class by chance. So it takes golden items to be heard, and some of a class to be known by its errors there.

    >>> nothing = pl.DataFrame({"item": [], "label": []}, schema={"item": pl.Int64, "label": pl.String})
    >>> channel(nothing, nothing, ("x", "y")).tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """
    coded = votes_frame(
        _suggested_labels(suggestions).with_columns(annotator=pl.lit("junior")), golden=golden, classes=classes
    )
    truth = coded.golden[coded.item]
    on_golden = truth >= 0
    table = np.zeros((len(classes), len(classes)))
    np.add.at(table, (truth[on_golden], coded.label[on_golden]), 1.0)
    right = (np.trace(table) + _CHANCE) / (table.sum() + _CHANCE * len(classes))
    usual = np.full_like(table, (1 - right) / max(len(classes) - 1, 1))
    np.fill_diagonal(usual, right)
    rows = table + _ROW * usual
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))


def _suggested_labels(suggestions: IntoDataFrame) -> pl.DataFrame:
    frame = read_columns(suggestions, "suggestions", ["item", "label"], ["item"])
    return frame.unique("item", keep="last", maintain_order=True).with_columns(pl.col("label").cast(pl.String))


def _codes(suggestions: IntoDataFrame, consensus: Consensus) -> Codes:
    """Junior's class code for each item of the consensus, -1 for none."""
    suggested = _suggested_labels(suggestions).with_columns(annotator=pl.lit("junior"))
    coded = votes_frame(suggested, classes=consensus.votes.classes)
    codes = pl.DataFrame({"key": coded.items.gather(coded.item).cast(pl.String), "code": coded.label})
    items = pl.DataFrame({"key": consensus.votes.items.cast(pl.String)})
    return items.join(codes, on="key", how="left", maintain_order="left")["code"].fill_null(-1).to_numpy()
