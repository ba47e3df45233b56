"""Kinds of personal data, in words."""

from __future__ import annotations

from collections.abc import Mapping

from pages.ui.figures import number
from pages.ui.locales import reader_locale
from pages.ui.words import say


def kinds_of(counts: Mapping[str, int], locale: str | None = None) -> str:
    """What was masked, the most frequent kind first, e.g. "phone 3, name 1"."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    locale = locale or reader_locale()
    return ", ".join(f"{say(locale, f'masking.kind.{kind}')} {number(n, locale)}" for kind, n in ordered)
