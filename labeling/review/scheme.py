"""What kind of label is under suspicion, and how far two labels are from each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from labeling.errors import LabelingError
from labeling.quality.kinds import Kind
from labeling.quality.kinds.distances import dice
from labeling.quality.kinds.membership import under
from labeling.quality.kinds.pair import TURNED, Preference
from labeling.quality.kinds.paths import line_of, written_line
from labeling.quality.kinds.sets import members, set_code
from labeling.review.teaching import Mirrored, Steps, Teaching
from labeling.review.texts import Floats


@dataclass(frozen=True, slots=True)
class Scheme:
    """The ``kind`` of the labels; ``classes`` in their order, where that is known; of a class of a tree the one above it.

    A class that is written as a path, "a > b", needs no ``parents``.
    """

    kind: Kind = Kind.SINGLE
    classes: tuple[str, ...] = ()
    parents: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """What an item's text stands in."""
        return ("first", "second") if self.kind is Kind.PAIR else ("text",)

    def labels(self, met: Collection[str]) -> tuple[str, ...]:
        """The codes of all labels, in their order, of those that were ``met``.

        Sets are written as ``set_code`` does. Raises LabelingError ``unknown_label`` for labels that are none,
        ``no_class_order`` where the order isn't known and they are no whole numbers.

        >>> Scheme(Kind.SEVERAL, ("x", "y")).labels(["y|x", "|"]), Scheme(Kind.ORDERED).labels(["10", "9"])
        (('x|y', '|'), ('9', '10'))
        """
        if self.kind is Kind.PAIR:
            return _known(met, tuple(answer.value for answer in Preference))
        if self.kind is Kind.SEVERAL:
            order = self.members_of(met)
            return tuple(sorted({set_code(members(code), order) for code in met}))
        if self.kind is Kind.ORDERED:
            return _known(met, self.classes) if self.classes else _counted(met)
        return tuple(sorted(met))

    def members_of(self, met: Collection[str]) -> tuple[str, ...]:
        """The classes that sets are made of, in their order. Raises LabelingError ``unknown_label``.

        >>> Scheme(Kind.SEVERAL).members_of(["b|a", "c"])
        ('a', 'b', 'c')
        """
        inside = {name for code in met for name in members(code)}
        return _known(inside, self.classes) if self.classes else tuple(sorted(inside))

    def path(self, code: str) -> tuple[str, ...]:
        """The nodes from the root to a class.

        >>> Scheme(Kind.TREE, parents={"b": "a"}).path("b"), Scheme(Kind.TREE).path("a > b")
        (('a', 'b'), ('a', 'a > b'))
        """
        return line_of(code, self.parents) if self.parents else written_line(code)

    def tops(self, labels: Sequence[str]) -> tuple[str, ...]:
        """The top node of each label."""
        return tuple(self.path(code)[0] for code in labels)

    def distances(self, labels: Sequence[str]) -> Floats | None:
        """How far labels are from each other, (labels, labels) within 0 and 1; None where only the same label is right.

        Of an order the steps between two, by the most there can be; of a tree ``dice`` of the nodes on their paths: 1 where
        the tops differ.

        >>> Scheme(Kind.ORDERED, tuple("abc")).distances("abc")[0].tolist()
        [0.0, 0.5, 1.0]
        >>> Scheme(Kind.TREE).distances(["a > b", "a > c", "d"])[0].tolist()
        [0.0, 0.5, 1.0]
        """
        if self.kind is Kind.ORDERED:
            code = np.arange(len(labels))
            steps: Floats = np.abs(np.subtract.outer(code, code)) / max(len(labels) - 1, 1)
            return steps
        if self.kind is not Kind.TREE:
            return None
        on = under([self.path(label) for label in labels])[1].astype(np.float64)
        size = on.sum(axis=1)
        return dice(on @ on.T, size[:, None], size)

    def teaching(self, labels: Sequence[str], features: int) -> Teaching | None:
        """How ``labels`` are taught on so many ``features``; None for one class out of a set, and for sets."""
        if self.kind is Kind.ORDERED:
            return Steps(len(labels))
        return Mirrored(TURNED, features // 2) if self.kind is Kind.PAIR else None


SINGLE = Scheme()


def _known(met: Collection[str], classes: tuple[str, ...]) -> tuple[str, ...]:
    strange = sorted(set(met).difference(classes))
    if strange:
        raise LabelingError("unknown_label", label=strange[0], where="labels", labels=strange, classes=list(classes))
    return classes


def _counted(met: Collection[str]) -> tuple[str, ...]:
    try:
        return tuple(sorted(met, key=int))
    except ValueError as error:
        raise LabelingError("no_class_order", labels=sorted(met)) from error
