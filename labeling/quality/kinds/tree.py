"""Agreement where a label is a path in a tree of classes, "a > b": at each depth, and by how much of the way two share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from narwhals.typing import IntoDataFrame

from labeling.errors import LabelingError
from labeling.quality.agreement import Agreement, agreement
from labeling.quality.figures import Figure
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.intervals import LEVEL
from labeling.quality.kinds.distances import dice, distance_figures, multisets
from labeling.quality.kinds.membership import under
from labeling.quality.kinds.paths import STEP, written_line
from labeling.quality.kinds.renaming import renamed


@dataclass(frozen=True, slots=True)
class TreeAgreement:
    """``levels`` has the agreement of labels cut to their first part, to two, and so on to whole paths; ``alpha_path``
    is Krippendorff's alpha with the distance of paths that ``tree_agreement`` gives.

    A path that ends before a level stands for itself there: who stopped at "a" and who went on to "a > b" agree on the
    first level and differ on the second.
    """

    alpha_path: Figure
    levels: tuple[Agreement, ...]


def tree_agreement(
    votes: IntoDataFrame | Votes,
    *,
    classes: Sequence[object] | None = None,
    draws: int = 1000,
    level: float = LEVEL,
    seed: int = 0,
) -> TreeAgreement:
    """The figures of votes whose labels are paths.

    The distance of two paths is 1 - 2 shared / (length + length), ``shared`` the parts they have in common from the root
    on: 0 for the same path, 1 where even the first parts differ. It is one less the similarity of Z. Wu, M. Palmer (Verbs
    semantics and lexical selection, ACL 1994) with the root at depth 0.

    Raises LabelingError as ``votes_frame`` and ``coded_paths`` do.

    >>> import polars as pl
    >>> labels = ["a > b", "a > c", "d", "d"]
    >>> found = tree_agreement(pl.DataFrame({"item": [1, 1, 2, 2], "annotator": list("abab"), "label": labels}), draws=0)
    >>> [each.by_items.value for each in found.levels], round(found.alpha_path.value, 3)
    ([1.0, 0.5], 0.667)
    """
    coded = coded_paths(votes if isinstance(votes, Votes) else votes_frame(votes), classes=classes)
    paths = [tuple(name.split(STEP)) for name in coded.classes]
    how: dict[str, Any] = {"draws": draws, "level": level, "seed": seed}
    (alpha,) = distance_figures(
        multisets(coded), under([written_line(name) for name in coded.classes])[1], alphas=[dice], **how
    )
    deepest = max(map(len, paths), default=1)
    cut = ([STEP.join(path[:depth]) for path in paths] for depth in range(1, deepest + 1))
    levels = [agreement(_relabeled(coded, names), **how) for names in cut]
    return TreeAgreement(alpha, tuple(levels))


def coded_paths(votes: Votes, *, classes: Sequence[object] | None = None) -> Votes:
    """The votes with each label as its path is written, "a > b", however many spaces stood around its signs.

    Raises LabelingError ``empty_path_part`` for "a > > b", ``unknown_label`` for a path that is not among the
    ``classes``, ``classes_repeated``.

    >>> import polars as pl
    >>> coded_paths(votes_frame(pl.DataFrame({"item": [1, 2], "annotator": [1, 1], "label": ["a>b", "a > b"]}))).classes
    ('a > b',)
    """
    wanted = None if classes is None else [path_of(str(name)) for name in classes]
    return _relabeled(votes, [path_of(name) for name in votes.classes], wanted)


def path_of(written: str) -> str:
    """A path as it is written. Raises LabelingError ``empty_path_part``.

    >>> path_of("a>b  > c")
    'a > b > c'
    """
    parts = [part.strip() for part in written.split(STEP.strip())]
    if not all(parts):
        raise LabelingError("empty_path_part", where="votes", label=written)
    return STEP.join(parts)


def _relabeled(votes: Votes, names: Sequence[str], classes: Sequence[str] | None = None) -> Votes:
    """The votes with each class called otherwise, those that are called alike being one."""
    wanted = tuple(sorted(set(names))) if classes is None else tuple(classes)
    if len(set(wanted)) < len(wanted):
        raise LabelingError("classes_repeated", classes=list(wanted))
    if strange := sorted(set(names).difference(wanted)):
        raise LabelingError("unknown_label", label=strange[0], where="votes", labels=strange, classes=list(wanted))
    return renamed(votes, names, wanted)
