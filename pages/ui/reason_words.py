"""Why an item is suspected, in sentences: each :class:`~labeling.review.triage.Reason` and what stands beside them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from labeling.projects.classes import LabelClass
from pages.ui.figures import DASH, chance, number, some_percent
from pages.ui.locales import reader_locale
from pages.ui.words import catalog, say, title_of

# Beyond that an odds ratio tells of how the model extrapolates, not of labels.
MOST_TIMES = 100
# Shares that are counted; every other one is a model's probability.
COUNTED = ("votes_disagree", "neighbours_disagree")


def reason_sentence(reason: Mapping[str, Any], titled: Mapping[str, LabelClass], locale: str | None = None) -> str:
    """One reason (code, value, label) as plain text; a code that has no sentence is shown as it is."""
    locale = locale or reader_locale()
    code, value = reason["code"], reason.get("value")
    label: str | None = reason.get("label")
    if f"reason.{code}" not in catalog():
        return str(code)
    named = title_of(titled[label], locale) if label is not None and label in titled else label or "–"
    facts = {
        "share": (some_percent if code in COUNTED else chance)(value, locale),
        "spread": number(None if value is None else float(value), locale),
        "times": odds_times(value, locale),
    }
    return say(locale, f"reason.{code}", label=named, **facts)


def odds_times(log_odds: float | None, locale: str | None = None) -> str:
    """By how many times the odds are higher, from the logarithm of their ratio.

    >>> odds_times(1.0, "en"), odds_times(5.5, "en")
    ('2.7 times', 'more than 100 times')
    """
    locale = locale or reader_locale()
    if log_odds is None:
        return DASH
    if log_odds > math.log(MOST_TIMES):
        return say(locale, "reason.times.most", times=MOST_TIMES)
    return say(locale, "reason.times", times=number(math.exp(log_odds), locale, digits=1))


def reason_name(code: str, locale: str | None = None) -> str:
    """A reason in two or three words, for tables and filters."""
    key = f"reason.name.{code}"
    return say(locale or reader_locale(), key) if key in catalog() else code


def reasons_of(body: str | None) -> list[dict[str, Any]]:
    """The reasons of a finding from their JSON, strongest first.

    >>> reasons_of('[{"code": "ambiguous", "value": 0.3, "label": null, "strength": 0.9}]')[0]["code"]
    'ambiguous'
    """
    reasons: list[dict[str, Any]] = json.loads(body) if body else []
    return reasons
