"""What the reading of one file may use of the machine."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from labeling import config
from labeling.errors import LabelingError
from labeling.exchange.blocks import Block

_MB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """The most that one file may take: memory and unpacked text in MB, processor time in seconds, and its extent.

    Each is set by a variable of the environment, ``SVERKA_FILE_ROWS`` and so on, which the refusals name.
    """

    memory_mb: int
    seconds: int
    unpacked_mb: int
    rows: int
    columns: int
    cells: int

    @classmethod
    def configured(cls) -> Limits:
        """As the operator has set them."""
        return cls(**config.file_limits())

    def impose(self) -> None:
        """Hold this process to memory and time, have it write no file and leave no dump."""
        memory = self.memory_mb * _MB + _address_space()
        for kind, most in (
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_CPU, self.seconds),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            # What the operator has limited already is never widened.
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))

    def refuse(self, name: str, limit: str) -> LabelingError:
        """The refusal of a file that goes beyond one of them: ``file_too_large_rows`` and so on.

        >>> Limits.configured().refuse("a.csv", "columns").code
        'file_too_large_columns'
        """
        return LabelingError(
            f"file_too_large_{limit}", name=name, limit=getattr(self, limit), setting=f"SVERKA_FILE_{limit.upper()}"
        )

    def check_extent(self, name: str, *, rows: int, columns: int) -> None:
        """Raise LabelingError where a table of this extent is too large."""
        for limit, extent in (("columns", columns), ("rows", rows), ("cells", rows * columns)):
            if extent > getattr(self, limit):
                raise self.refuse(name, limit)

    def check_unpacked(self, name: str, size: int) -> None:
        """Raise LabelingError where a compressed file has come to more than this many bytes."""
        if size > self.unpacked_mb * _MB:
            raise self.refuse(name, "unpacked_mb")

    def within(self, blocks: Iterable[Block], name: str) -> Iterator[Block]:
        """The blocks of a file, as long as it is not too large."""
        rows = 0
        for block in blocks:
            rows += len(block.lines) + len(block.bad)
            self.check_extent(name, rows=rows, columns=len(block.names))
            yield block


def _address_space() -> int:
    """The bytes that this process has reserved already; most of them are never used."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") if statm.exists() else 0
