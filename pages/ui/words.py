"""Every word on screen, from the catalogs in ``pages/ROOM/words/*.toml``: Russian and English side by side.

A catalog entry is a table with ``ru`` and ``en``; each a string, or a table of plural forms by CLDR category
(``one``, ``few``, ``many``, ``other``) that is chosen by the fact ``n``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale, dates

from labeling.projects.languages import in_language
from pages.ui.figures import number
from pages.ui.locales import reader_locale, reader_zone

FOLDER = Path(__file__).parent.parent

Entry = dict[str, str | dict[str, str]]


@cache
def catalog() -> dict[str, Entry]:
    """Every entry by its key, e.g. ``lead.progress.title``."""
    entries: dict[str, Entry] = {}
    for path in sorted(FOLDER.glob("*/words/*.toml")):
        for key, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if key in entries:
                raise ValueError(f"the key {key!r} of {path.name} stands in another catalog as well")
            entries[key] = entry
    return entries


def say(locale: str, key: str, **facts: Any) -> str:
    """The sentence ``key`` in ``locale``, its places filled with ``facts``; numbers are written as the locale does.

    Raises KeyError for an unknown key: a missing word is a defect, found by the tests.

    >>> say("ru", "adjudicate.many", n=2), say("en", "adjudicate.many", n=1)
    ('2 объекта', '1 item')
    """
    entry = catalog()[key][locale]
    if isinstance(entry, dict):
        entry = entry.get(_plural(locale, facts["n"])) or entry["other"]
    shown = {name: number(fact, locale) if _is_number(fact) else fact for name, fact in facts.items()}
    return entry.format(**shown)


def t(key: str, **facts: Any) -> str:
    """The sentence in the locale of the reader who is on the page now."""
    return say(reader_locale(), key, **facts)


def title_of(entry: Any, locale: str | None = None) -> str:
    """The title of a project or a class in the reader's language, or in the other where it has none in theirs."""
    return in_language(entry, "title", locale or reader_locale())[0]


def shortened(text: str, most: int) -> str:
    """A text of at most so many characters.

    >>> shortened("so it is", 8), shortened("so it is", 7)
    ('so it is', 'so it…')
    """
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def kinds_in_words(counts: Mapping[str, int], locale: str | None = None) -> str:
    """What personal data was masked, the most frequent kind first, e.g. "phone 3, name 1"."""
    ordered = sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))
    locale = locale or reader_locale()
    return ", ".join(f"{say(locale, f'masking.kind.{kind}')} {number(n, locale)}" for kind, n in ordered)


def day(value: date | datetime) -> str:
    """A date as the reader's locale writes it, with a short month."""
    return str(dates.format_date(value, format="d MMM y", locale=reader_locale()))


def short_day(value: date) -> str:
    """A date without its year, as the reader's locale writes it."""
    return str(dates.format_date(value, format="d MMM", locale=reader_locale()))


def moment(value: datetime) -> str:
    """A date and a time of day."""
    return str(dates.format_datetime(value, format="d MMM y, HH:mm", locale=reader_locale()))


def local_day(value: datetime) -> str:
    """The date of a moment by the reader's clock."""
    return day(value.astimezone(reader_zone()))


def local_moment(value: datetime) -> str:
    """A date and a time of day by the reader's clock."""
    return moment(value.astimezone(reader_zone()))


def ago(value: datetime, now: datetime) -> str:
    """How long ago it was, in the largest unit that fits.

    >>> from datetime import timedelta, UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> ago(noon - timedelta(minutes=5), noon)
    '5 минут назад'
    """
    return str(dates.format_timedelta(value - now, add_direction=True, locale=reader_locale()))


def duration(value: timedelta) -> str:
    """How long it takes, in the largest unit that fits.

    >>> duration(timedelta(seconds=95)), duration(timedelta(seconds=40))
    ('2 минуты', '40 секунд')
    """
    return str(dates.format_timedelta(value, threshold=1.2, locale=reader_locale()))


def _plural(locale: str, n: float) -> str:
    return str(Locale(locale).plural_form(n))


def _is_number(fact: object) -> bool:
    return isinstance(fact, int | float) and not isinstance(fact, bool)
