"""Personal data out of rows before they enter the database: texts, contexts, metadata, comments. Values are kept nowhere."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from labeling.exchange.blocks import as_json
from labeling.exchange.intake import Batch, Vote
from labeling.notation.turns import put_together, set_apart
from labeling.privacy import Masker

# Shorter whole numbers are counts, years and the like; metadata's longer ones may be a phone or a card.
_LONG_NUMBER = 9


class RowMasker:
    """Masks batches; ``counts`` has what was masked so far, by kind."""

    def __init__(self) -> None:
        self._masker = Masker()
        self.counts: Counter[str] = Counter()

    def texts(self, texts: Sequence[str | None], conversations: Collection[int] = ()) -> list[str | None]:
        """The same texts with placeholders; None stays. In ``conversations``, by their positions, every turn keeps a speaker."""
        laid = {at: set_apart(text) if at in conversations else text for at, text in enumerate(texts) if text}
        masked = list(texts)
        for (at, text), hidden in zip(laid.items(), self._masker.mask_many(list(laid.values())), strict=True):
            self.counts.update(hidden.counts)
            masked[at] = put_together(hidden.text, texts[at] or text) if at in conversations else hidden.text
        return masked

    def batch(self, batch: Batch) -> Batch:
        """All else in the rows that people have written: contexts, metadata, comments, explanations."""
        comments = self.texts([vote.comment if vote else None for vote in batch.vote])
        reasons = self.texts([ruling[1] if ruling else None for ruling in batch.golden])
        return replace(
            batch,
            context=self.texts(batch.context),
            metadata=[self._metadata(metadata) for metadata in batch.metadata],
            golden=[ruling and (ruling[0], why or "") for ruling, why in zip(batch.golden, reasons, strict=True)],
            vote=[_commented(vote, comment) for vote, comment in zip(batch.vote, comments, strict=True)],
        )

    def _metadata(self, cell: str | None) -> str | None:
        return cell if cell is None else as_json(_mapped(json.loads(cell), self._value))

    def _value(self, value: object) -> object:
        text = str(value)
        if not isinstance(value, str) and (isinstance(value, bool) or len(text) < _LONG_NUMBER):
            return value
        hidden = self._masker.mask(text)
        self.counts.update(hidden.counts)
        return hidden.text if hidden.spans else value


def _commented(vote: Vote | None, comment: str | None) -> Vote | None:
    return vote._replace(comment=comment) if vote is not None and vote.comment else vote


def _mapped(value: Any, change: Callable[[object], object]) -> Any:
    if isinstance(value, dict):
        return {name: _mapped(inner, change) for name, inner in value.items()}
    if isinstance(value, list):
        return [_mapped(inner, change) for inner in value]
    return value if value is None else change(value)
