"""How right answers are where one may be right in part: the words beside such a figure, and the share right as a whole."""

from __future__ import annotations

from labeling.quality.figures import Figure
from labeling.quality.kinds.score import Scoring
from pages.ui.figures import in_words
from pages.ui.widgets import Card
from pages.ui.words import t


def scored_about(about: str, scoring: Scoring) -> str:
    """What a figure of right answers is ``about``, and how an answer is scored where it may be right in part."""
    return f"{about} {t(f'scored.about.{scoring.kind}')}" if scoring.is_graded else about


def exactly_cards(exactly: Figure | None) -> list[Card]:
    """The card of the share right as a whole, where that is another figure than how right answers are."""
    return [] if exactly is None else [(t("scored.exactly"), in_words(exactly), t("scored.exactly_about"))]
