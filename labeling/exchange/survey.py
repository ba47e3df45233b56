"""What all of a file would bring, before any of it is written: items, labels, texts that come twice, personal data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from labeling.exchange import formats
from labeling.exchange.formats import Source
from labeling.exchange.guard import reading
from labeling.exchange.intake import Batch, ImportOptions
from labeling.exchange.mapping import Mapping
from labeling.exchange.portions import portions
from labeling.exchange.report import ImportProgress
from labeling.privacy import Masker

# So many texts tell the language, and whether there are names and numbers in them that are nobody's business.
LOOKED_AT = 300
KINDS = ("votes", "references", "golden", "suggestions")
_RUSSIAN, _LATIN = re.compile(r"[а-яё]", re.IGNORECASE), re.compile(r"[a-z]", re.IGNORECASE)


@dataclass(frozen=True)
class Survey:
    """Counts over all of a file.

    ``items`` have different ids, ``texts`` are different texts among them; ``bad`` rows can't be taken. ``votes``, ``references``
    and ``golden`` are labels of a kind, ``annotators`` those who voted. ``labels`` counts each label, most frequent first.
    Of the first ``looked_at`` texts ``russian`` are mostly in Cyrillic letters, and ``personal`` counts what masking would hide,
    by kind.
    """

    read: int
    items: int
    texts: int
    bad: int
    votes: int
    references: int
    golden: int
    suggestions: int
    annotators: int
    labels: dict[str, int]
    looked_at: int
    russian: int
    personal: dict[str, int]


def survey(
    source: Source,
    mapping: Mapping | None = None,
    *,
    options: ImportOptions | None = None,
    progress: Callable[[ImportProgress], None] | None = None,
) -> Survey:
    """Read all of a file as an import would, and write nothing.

    Raises LabelingError as :func:`labeling.exchange.importing.import_file` does for a file that can't be read.
    """
    asked = {"options": asdict(options or ImportOptions()), "mapping": mapping and asdict(mapping)}
    seen = _Seen()
    with formats.opened(source) as (stream, name), reading("portions", stream, name, asked) as reader:
        reader.receive()
        reader.send({"mask": False})
        for portion in portions(reader):
            seen.add(portion.batch)
            seen.read, seen.bad = seen.read + portion.read, seen.bad + len(portion.bad)
            if progress is not None:
                progress(ImportProgress(seen.read, len(portion.batch), seen.bad, portion.share, 0.0))
    return seen.told()


class _Seen:
    """What was met so far: of ids and texts only numbers made of them, so that a million rows are some megabytes."""

    def __init__(self) -> None:
        self.read = self.bad = 0
        self._ids: list[npt.NDArray[np.int64]] = []
        self._texts: list[npt.NDArray[np.int64]] = []
        self._kinds: Counter[str] = Counter()
        self._labels: Counter[str] = Counter()
        self._annotators: set[str] = set()
        self._first: dict[str, str] = {}

    def add(self, batch: Batch) -> None:
        has_text = [at for at, text in enumerate(batch.text) if text is not None]
        self._ids.append(_numbers(hash(batch.external_id[at]) for at in has_text))
        self._texts.append(_numbers(batch.fingerprint[at] for at in has_text))
        votes = [vote for vote in batch.vote if vote is not None]
        golden = [said[0] for said in batch.golden if said is not None]
        references = [label for label in batch.reference if label is not None]
        suggested = [each.label for said in batch.proposals if said for each in said]
        counts = (len(votes), len(references), len(golden), len(suggested))
        self._kinds.update(dict(zip(KINDS, counts, strict=True)))
        self._annotators.update(vote.annotator for vote in votes)
        self._labels.update([*golden, *references, *(vote.label for vote in votes if vote.label), *suggested])
        for at in has_text:
            if len(self._first) >= LOOKED_AT:
                break
            self._first.setdefault(batch.external_id[at], batch.text[at] or "")

    def told(self) -> Survey:
        texts = list(self._first.values())
        personal: Counter[str] = Counter()
        for hidden in Masker().mask_many(texts):
            personal.update(hidden.counts)
        return Survey(
            read=self.read,
            items=_different(self._ids),
            texts=_different(self._texts),
            bad=self.bad,
            annotators=len(self._annotators),
            labels=dict(self._labels.most_common()),
            looked_at=len(texts),
            russian=sum(len(_RUSSIAN.findall(text)) > len(_LATIN.findall(text)) for text in texts),
            personal=dict(personal),
            **{name: self._kinds[name] for name in KINDS},
        )


def _numbers(values: Iterable[int]) -> npt.NDArray[np.int64]:
    return np.fromiter(values, dtype=np.int64)


def _different(numbers: list[npt.NDArray[np.int64]]) -> int:
    return len(np.unique(np.concatenate(numbers))) if numbers else 0
