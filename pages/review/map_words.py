"""What the data map opens with."""

from __future__ import annotations

from collections.abc import Mapping

from pages.ui.figures import percent
from pages.ui.words import t


def map_answer(counted: Mapping[str, tuple[int, int, float]]) -> str:
    """How many labels are hard to learn, and how often those are wrong beside the easy ones."""
    total = sum(n for n, _, _ in counted.values())
    hard, waiting, wrong = counted["hard"]
    if not hard:
        return t("map.answer.none", n=total)
    if not waiting:
        return t("map.answer.settled", hard=hard, n=total)
    facts = {"hard": hard, "n": total, "share": percent(hard / total), "wrong": percent(wrong)}
    _, easy_open, easy = counted["easy"]
    return t("map.answer", **facts, easy=percent(easy)) if easy_open else t("map.answer.no_easy", **facts)
