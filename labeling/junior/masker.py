"""Masking in a process of its own (``python -m labeling.junior.masker``): it takes a core, and requests must not wait for it.

Lines of JSON in, lines of JSON out, through pipes; the process ends with the one that has started it, however that ends.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from types import TracebackType

from labeling import logs
from labeling.errors import LabelingError
from labeling.junior.injection import spoken_to
from labeling.privacy import Masker

ROOT = Path(__file__).parent.parent.parent
NICER = 19
# A line of an answer: 500 texts of 20,000 signs, each of at most twelve bytes.
_LONGEST = 2**28


@dataclass(frozen=True)
class Hidden:
    """A text as it may leave, what was masked in it by kind, and how it addresses the machine."""

    text: str
    counts: dict[str, int]
    noticed: tuple[str, ...]


@cache
def masker() -> Masker:
    """One for all requests of a process: its dictionaries take a second to load."""
    return Masker()


class MaskingHere:
    """The same in this process, for a few texts: another one takes seconds to get ready."""

    def __init__(self, labels: Sequence[str], masker: Masker) -> None:
        self._labels, self._masker = labels, masker

    async def hide(self, texts: Sequence[str]) -> list[Hidden]:
        """The texts in their order."""
        return await asyncio.to_thread(_hide, self._masker, self._labels, texts)


class MaskingProcess:
    """An asynchronous context manager around the process; one caller at a time."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = list(labels)

    async def __aenter__(self) -> MaskingProcess:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "labeling.junior.masker", cwd=ROOT, limit=_LONGEST,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def hide(self, texts: Sequence[str]) -> list[Hidden]:
        """The texts in their order. Raises LabelingError ``masking_failed``: nothing may leave then."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise LabelingError("masking_failed")
        try:
            stdin.write(json.dumps([self._labels, list(texts)]).encode() + b"\n")
            await stdin.drain()
            answered = await stdout.readline()
        except ConnectionError as error:
            raise LabelingError("masking_failed") from error
        if not answered:
            raise LabelingError("masking_failed")
        return [Hidden(text, counts, tuple(noticed)) for text, counts, noticed in json.loads(answered)]


def _hide(masker: Masker, labels: Sequence[str], texts: Sequence[str]) -> list[Hidden]:
    return [
        Hidden(hidden.text, hidden.counts, tuple(spoken_to(text, labels)))
        for text, hidden in zip(texts, masker.mask_many(texts), strict=True)
    ]


def main() -> None:
    """Answer until there is nobody to answer."""
    logs.install()
    # It shares its core with the requests that wait for it, and they come first.
    if hasattr(os, "nice"):
        os.nice(NICER)
    masker = Masker()
    for line in sys.stdin.buffer:
        labels, texts = json.loads(line)
        masked = [astuple(hidden) for hidden in _hide(masker, labels, texts)]
        sys.stdout.buffer.write(json.dumps(masked).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
