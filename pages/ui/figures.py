"""Every figure on screen, written as the reader's locale does: value, interval, n."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import polars as pl
from babel import numbers, units

from labeling.junior.ledger import MILLION
from labeling.quality.figures import Figure
from pages.ui.locales import reader_locale

# What is not known.
DASH = "–"
# Where the whole interval lies below that, whole percents say too little.
SMALL = 0.05
# A smaller p-value is told as "< 0.001".
LEAST_P = 0.001
# Below this p-value a difference is no accident.
SURE = 0.05

Write = Callable[[float], str]


def number(value: float | int | None, locale: str | None = None, *, digits: int = 2) -> str:
    """A number as the locale writes it, fractions with ``digits`` places; a dash where there is none.

    >>> number(1234567, "en"), number(-0.5, "ru"), number(None)
    ('1,234,567', '−0,50', '–')
    """
    if value is None:
        return DASH
    pattern = "#,##0" if isinstance(value, int) or not digits else "#,##0." + "0" * digits
    # Rounded to what is shown, most figures of a large table have been written before.
    return _written(value if isinstance(value, int) else round(value, digits), pattern, locale or reader_locale())


@lru_cache(maxsize=10_000)
def _written(value: float | int, pattern: str, locale: str) -> str:
    # A hyphen is shorter than the plus that it stands beside.
    return str(numbers.format_decimal(value, format=pattern, locale=locale)).replace("-", "−")


def percent(value: float | None, locale: str | None = None, *, digits: int = 0) -> str:
    """A share from 0 to 1 as a percentage; a dash where it is undefined.

    >>> percent(0.84, "en"), percent(None, "en"), percent(0.034, "ru", digits=1)
    ('84%', '–', '3,4%')
    """
    if value is None:
        return DASH
    pattern = f"#,##0.{'0' * digits}%" if digits else "#,##0%"
    return str(numbers.format_percent(value, format=pattern, locale=locale or reader_locale()))


def some_percent(value: float | None, locale: str | None = None) -> str:
    """A share as a percentage that is never rounded to nothing.

    >>> some_percent(0.003, "en"), some_percent(0.0, "en")
    ('< 1%', '0%')
    """
    return f"< {percent(0.01, locale)}" if value is not None and 0 < value < 0.005 else percent(value, locale)


def chance(value: float | None, locale: str | None = None) -> str:
    """A probability in words: a model's is never nothing and never certainty.

    >>> chance(0.003, "en"), chance(0.11, "en"), chance(1.0, "en")
    ('< 1%', '11%', '> 99%')
    """
    if value is None or 0.01 <= value <= 0.99:
        return percent(value, locale)
    return f"< {percent(0.01, locale)}" if value < 0.5 else f"> {percent(0.99, locale)}"


def figure(
    value: float | None, low: float | None, high: float | None, n: int, locale: str | None = None, *, digits: int = 2
) -> str:
    """A figure as it reads everywhere: value, interval, n.

    >>> figure(0.82, 0.79, 0.85, 1240, "en")
    '0.82 [0.79, 0.85], n = 1,240'
    >>> figure(None, None, None, 0, "en"), figure(31.7, None, None, 4, "en", digits=0)
    ('–, n = 0', '32, n = 4')
    """
    written = within(value, low, high, lambda end: number(float(end), locale, digits=digits), locale=locale)
    return f"{written}, n = {number(n, locale)}"


def in_words(value: Figure) -> str:
    """A figure as it reads everywhere: value, interval, n."""
    return unbroken(figure(value.value, value.low, value.high, value.n))


def counted(written: str, n: int) -> str:
    """A figure that is ``written`` already, with its n."""
    return unbroken(f"{written}, n = {number(n)}")


def unbroken(written: str) -> str:
    """A figure that does not break at its "n ="."""
    return written.replace(" = ", "\u00a0=\u00a0")


def within(
    value: float | None,
    low: float | None,
    high: float | None,
    write: Write,
    *,
    end: Write | None = None,
    locale: str | None = None,
) -> str:
    """A value with its interval, each written by ``write``, the ends by ``end`` where that differs.

    >>> within(0.5, 0.25, 0.75, lambda share: percent(share, "en"), locale="en")
    '50% [25%, 75%]'
    """
    if value is None:
        return DASH
    if low is None or high is None:
        return write(value)
    separator = "; " if (locale or reader_locale()) == "ru" else ", "
    return f"{write(value)} [{separator.join(map(end or write, (low, high)))}]"


def rough_of(value: Figure, write: Write) -> str:
    """A figure in other units, with its n; without an interval whose ends read alike."""
    return counted(rough(value, write), value.n)


def rough(value: Figure, write: Write) -> str:
    """The same without its n."""
    apart = value.low is not None and value.high is not None and write(value.low) != write(value.high)
    return within(value.value, value.low if apart else None, value.high, write)


def figure_column(
    rows: pl.DataFrame, value: str = "value", low: str = "low", high: str = "high", n: str = "n"
) -> pl.Series:
    """The figures of a table's rows in words; without n they are a dash."""
    ends = rows.select(value, low, high, n).rows()
    return pl.Series("figure", [figure(v, down, up, count or 0) for v, down, up, count in ends], dtype=pl.String)


def share(value: Figure) -> str:
    """A share with its interval, in percent: "12% [9; 16]"."""
    digits = 1 if ((value.value or 0.0) if value.high is None else value.high) < SMALL else 0

    def write(part: float) -> str:
        return percent(part, digits=digits)

    return within(value.value, value.low, value.high, write, end=lambda part: write(part).rstrip("%\u00a0"))


def share_of(value: Figure) -> str:
    """The same with its n."""
    return counted(share(value), value.n)


def share_column(rows: pl.DataFrame, value: str, low: str, high: str, n: str = "n") -> list[str]:
    """Shares of a table's rows in words."""
    return [share_of(Figure(*row)) for row in rows.select(value, low, high, n).rows()]


def gap(value: Figure, *, n: bool = True) -> str:
    """A difference with its sign and its interval: "+0.12 [0.07, 0.17], n = 240"."""
    written = within(value.value, value.low, value.high, _signed, end=lambda end: _signed(end).removeprefix("+"))
    return counted(written, value.n) if n or value.value is None else written


def p_value(p: float) -> str:
    """A p-value: "p = 0.03" or "p < 0.001"."""
    written = f"< {number(LEAST_P, digits=3)}" if p < LEAST_P else f"= {number(float(p), digits=3)}"
    return f"p {written}".replace(" ", "\u00a0")


def money(amount: int | float | None, locale: str | None = None) -> str:
    """An amount, in millionths of the price table's unit, with two places, or with as many as a small one needs.

    >>> money(12_340_000, "en"), money(156, "en"), money(0, "ru"), money(1_500, "en")
    ('12.34', '0.000156', '0,00', '0.0015')
    """
    if amount is None:
        return DASH
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


def rough_time(value: Figure, times: float = 1.0) -> str:
    """Seconds, so many ``times``, with their interval and n, all in one short unit, by the longest of them.

    >>> rough_time(Figure(70.0, 62.0, 78.0, 9)), rough_time(Figure(0.48, 0.42, 0.54, 9), 1_000.0)
    ('70 с [62 с; 78 с], n\\xa0=\\xa09', '8 мин [7 мин; 9 мин], n\\xa0=\\xa09')
    """
    longest = times * max(value.value or 0.0, value.high or 0.0)
    name, size = ("second", 1) if longest < 120 else ("minute", 60) if longest < 7_200 else ("hour", 3_600)

    def write(seconds: float) -> str:
        amount = max(round(times * seconds / size), 1)
        return str(units.format_unit(amount, f"duration-{name}", length="short", locale=reader_locale()))

    return rough_of(value, write)


def work_time(seconds: float) -> str:
    """So much work: minutes up to two hours, then hours."""
    minutes = max(round(seconds / 60), 1)
    if minutes < 120:
        return str(units.format_unit(minutes, "duration-minute", locale=reader_locale()))
    return str(units.format_unit(round(minutes / 60), "duration-hour", locale=reader_locale()))


def figure_of(report: Mapping[str, Any]) -> Figure:
    """A figure as a report keeps it."""
    return Figure(report["value"], report["low"], report["high"], report["n"])


def ends_of(row: Mapping[str, Any], *names: str, n: bool = False) -> dict[str, Any]:
    """Figures that a report keeps, as a file has them: NAME, NAME_low, NAME_high, and NAME_n where ``n`` is asked for.

    >>> ends_of({"f1": {"value": 0.8, "low": 0.7, "high": 0.9, "n": 40}}, "f1")
    {'f1': 0.8, 'f1_low': 0.7, 'f1_high': 0.9}
    """
    ends = {"": "value", "_low": "low", "_high": "high"} | ({"_n": "n"} if n else {})
    return {f"{name}{ending}": row[name][end] for name in names for ending, end in ends.items()}


def figure_rows(named: str, titles: Sequence[str], reports: Sequence[Mapping[str, Any]], name: str) -> pl.DataFrame:
    """The figure ``name`` of each report as a chart wants it: ``named`` from ``titles``, value, low, high, figure in words."""
    figures = [figure_of(report[name]) for report in reports]
    rows = [(title, f.value, f.low, f.high, in_words(f)) for title, f in zip(titles, figures, strict=True)]
    schema = {named: pl.String, **dict.fromkeys(("value", "low", "high"), pl.Float64), "figure": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def ends_around(series: Sequence[pl.DataFrame]) -> tuple[float, float]:
    """Between which shares an axis runs that shows all intervals, with a little room."""
    ends = pl.concat([rows.select("low", "high") for rows in series])
    lowest, highest = scalar(ends["low"].fill_null(0.0).min()), scalar(ends["high"].fill_null(1.0).max())
    return max(0.0, (lowest or 0.0) - 0.02), min(1.0, (highest or 1.0) + 0.02)


def scalar(aggregate: object) -> float | None:
    """The least, the largest or the mean of a column of numbers, as Polars gives it; None of an empty column.

    Raises TypeError for anything else: to Polars' types it might as well be a date or a text.
    """
    if aggregate is None:
        return None
    if not isinstance(aggregate, int | float):
        raise TypeError(f"{aggregate!r} is not a number")
    return float(aggregate)


def _signed(value: float) -> str:
    rounded = round(value, 2)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{number(abs(rounded))}"
