"""Sets as they are numbered, and every vote for one as a yes or no to each class."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from labeling.quality.frames import Codes, Votes
from labeling.quality.kinds.sets import members, set_code

Bools = npt.NDArray[np.bool_]


@dataclass(eq=False, slots=True)
class Book:
    """The sets that occur, each by its code; a new one is written down when it is met."""

    classes: tuple[str, ...]
    names: list[str]
    place: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.place = {name: at for at, name in enumerate(self.names)}

    def add(self, name: str) -> int:
        """The number of a set's code."""
        if name not in self.place:
            self.place[name] = len(self.names)
            self.names.append(name)
        return self.place[name]

    def codes(self, sets: Bools) -> Codes:
        """The numbers (n,) of sets (n, classes)."""
        _, first, which = np.unique(np.packbits(sets, axis=1), axis=0, return_index=True, return_inverse=True)
        met = [self.add(set_code(np.array(self.classes)[row], self.classes)) for row in sets[first]]
        return np.array(met, dtype=np.int32)[which.reshape(-1)]

    def sets(self) -> Bools:
        """All sets, (sets, classes)."""
        place = {name: at for at, name in enumerate(self.classes)}
        table = np.zeros((len(self.names), len(self.classes)), dtype=np.bool_)
        for row, name in zip(table, self.names, strict=True):
            row[[place[member] for member in members(name)]] = True
        return table


def questions_of(votes: Votes, book: Book) -> Votes:
    """Every vote as an answer to each class, item by item; an annotator's answers to a class are those of one source.

    Confusions are learned by class: who forgets one class need not forget another.
    """
    count = len(book.classes)
    sets, each = book.sets(), np.arange(count, dtype=np.int32)
    golden = np.where((votes.golden >= 0)[:, None], sets[np.maximum(votes.golden, 0)], -1)
    parts = pl.Series(list(book.classes), dtype=pl.String)

    def by_class(names: pl.Series) -> pl.Series:
        repeated = names.cast(pl.String).gather(np.repeat(np.arange(len(names)), count))
        return repeated + "\x1f" + parts.gather(np.tile(each, len(names)))

    return replace(
        votes,
        item=(votes.item[:, None] * np.int32(count) + each).reshape(-1),
        annotator=(votes.annotator[:, None] * np.int32(count) + each).reshape(-1),
        label=sets[votes.label].astype(np.int32).reshape(-1),
        row=np.repeat(votes.row, count),
        items=by_class(votes.items),
        annotators=by_class(votes.annotators),
        classes=("no", "yes"),
        golden=golden.astype(np.int32).reshape(-1),
    )
