"""Amounts of money as they are read: the ledger counts in millionths of the price table's unit."""

from __future__ import annotations

from labeling.junior.ledger import MILLION
from pages.ui.words import number


def money(amount: int | float, locale: str | None = None) -> str:
    """An amount with two places, or with as many as a small one needs.

    >>> money(12_340_000, "en"), money(156, "en"), money(0, "ru"), money(1_500, "en")
    ('12.34', '0.000156', '0,00', '0.0015')
    """
    value = amount / MILLION
    if amount == 0 or abs(value) >= 0.1:
        return number(float(value), locale, digits=2)
    digits = len(f"{value:.6f}".rstrip("0").split(".")[1])
    return number(float(value), locale, digits=max(2, digits))


def as_amount(value: float | None) -> int | None:
    """What was typed, as the ledger counts it; None is no amount.

    >>> as_amount(2.5), as_amount(None)
    (2500000, None)
    """
    return None if value is None else round(value * MILLION)
