"""What the reader of a file sends, portion by portion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from labeling.exchange.blocks import BadRow, LeftOut
from labeling.exchange.guard import Reading
from labeling.exchange.intake import Batch


@dataclass(frozen=True)
class Portion:
    """A block of the file, judged: what may go in, what may not, which answers are no votes, and how far the file is read.

    ``questions`` counts a tool's answers to each of its questions so far, ``filled`` names the roles whose columns say anything.
    """

    batch: Batch
    bad: list[BadRow]
    left_out: LeftOut
    label_ids: int
    questions: dict[str, int]
    filled: list[str]
    read: int
    share: float
    masked: dict[str, int]


def portions(reader: Reading) -> Iterator[Portion]:
    """The portions of a file in turn. Raises LabelingError like :meth:`labeling.exchange.guard.Reading.receive`."""
    while (portion := reader.receive()) is not None:
        bad = [BadRow(*row) for row in portion.pop("bad")]
        left_out = portion.pop("left_out")
        examples = [BadRow(**row) for row in left_out["examples"]]
        yield Portion(Batch.restored(portion.pop("batch")), bad, LeftOut(left_out["counts"], examples), **portion)
