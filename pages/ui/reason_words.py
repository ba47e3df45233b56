"""Why an item is suspected, in sentences: each :class:`~labeling.review.triage.Reason` and what stands beside them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from labeling.projects.projects import LabelClass
from pages.ui.figures import number, some_percent
from pages.ui.locales import reader_locale
from pages.ui.words import catalog, say, title_of


def reason_sentence(reason: Mapping[str, Any], titled: Mapping[str, LabelClass], locale: str | None = None) -> str:
    """One reason (code, value, label) as plain text; a code that has no sentence is shown as it is."""
    locale = locale or reader_locale()
    code, value = reason["code"], reason.get("value")
    label: str | None = reason.get("label")
    if f"reason.{code}" not in catalog():
        return str(code)
    named = title_of(titled[label], locale) if label is not None and label in titled else label or "–"
    facts = {
        "share": some_percent(value, locale),
        "spread": number(None if value is None else float(value), locale),
        "times": "–" if value is None else number(math.exp(value), locale, digits=1),
    }
    return say(locale, f"reason.{code}", label=named, **facts)


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
