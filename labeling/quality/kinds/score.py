"""How right an answer is beside the reference, from 0 to 1: what people, gates, audits and machines are all measured by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from labeling.quality.frames import Codes, Votes
from labeling.quality.intervals import Floats
from labeling.quality.kinds import Kind
from labeling.quality.kinds.loss import losses


@dataclass(frozen=True, eq=False, slots=True)
class Scoring:
    """By what answers are scored: the ``kind`` of the labels, all ``classes`` of the scheme, of *ordered* in their order, and of
    *tree* the one above each class, as ``losses`` has them."""

    kind: Kind = Kind.SINGLE
    classes: tuple[str, ...] = ()
    parents: Mapping[str, str] | None = None

    @property
    def is_graded(self) -> bool:
        """Whether an answer can be right in part. One class out of a set is right or wrong, and so is a preference."""
        return self.kind not in (Kind.SINGLE, Kind.PAIR)

    def scores(self, given: pl.Series, reference: pl.Series) -> pl.Series:
        """Of each row 1 - the loss of what was ``given`` beside the ``reference``, Float64 (rows,); null where either is.

        Where nothing is right in part it is 1 for the same label, else 0. Raises LabelingError as ``losses`` does.

        >>> stars = Scoring(Kind.ORDERED, tuple("12345"))
        >>> stars.scores(pl.Series(["5", "4", "1"]), pl.Series(["5", "5", "5"])).to_list()
        [1.0, 0.75, 0.0]
        >>> Scoring(Kind.SEVERAL, tuple("abcd")).scores(pl.Series(["a|b|c"]), pl.Series(["a|b|c|d"])).to_list()
        [0.75]
        >>> Scoring().scores(pl.Series(["4"]), pl.Series(["5"])).to_list()
        [0.0]
        """
        if not self.is_graded:
            return (given.cast(pl.String) == reference.cast(pl.String)).cast(pl.Float64).alias("score")
        lost = losses(given, reference, self.kind, classes=self.classes, parents=self.parents)
        return (1 - lost).alias("score")

    def of_codes(self, given: Codes, reference: Codes, names: Sequence[str]) -> Floats:
        """The same of codes of ``names``, float64 (rows,); 0 where there is no reference, -1."""
        if not self.is_graded:
            same: Floats = (given == reference).astype(np.float64)
            return same
        known, labels = reference >= 0, pl.Series(names, dtype=pl.String)
        scored = np.zeros(len(given))
        scored[known] = self.scores(labels.gather(given[known]), labels.gather(reference[known])).to_numpy()
        return scored

    def of_votes(self, votes: Votes) -> Floats:
        """Of each vote beside the golden label of its item, float64 (votes,); 0 where the item has none."""
        return self.of_codes(votes.label, votes.golden[votes.item], votes.classes)


#: An answer is right or wrong.
EXACT = Scoring()
