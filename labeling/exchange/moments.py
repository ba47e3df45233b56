"""Moments as files write them: ISO 8601, seconds or milliseconds since 1970, and what people and other tools write."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_NUMBER = re.compile(r"\d{9,16}(?:\.\d+)?\Z")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_HALF_OF_DAY = re.compile(r"\d\s*[ap]\.?m\b", re.IGNORECASE)
_ISO_WITH_ZONE = re.compile(r"(\d{4}-\d\d-\d\d[T ][\d:.]+)\s*([A-Z]{3,4})")
_POINTS = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}")
# Two days that share nothing: where a text says the whole date, neither shows.
_DEFAULTS = (datetime(2001, 1, 1), datetime(2002, 12, 28))  # noqa: DTZ001
# Names of zones in hours, as mail has them (RFC 5322, 4.3), and Moscow's; any other name could mean several.
_ZONES = {
    "UTC": 0,
    "GMT": 0,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "MSK": 3,
}


def moment_of(cell: object) -> datetime:
    """A moment; where no zone is given, UTC is meant. Raises ValueError, also for a date that could be two.

    Where there are points between, the day comes first; where there is AM or PM, the month.

    >>> [moment_of(cell).isoformat() for cell in ("2026-03-02T12:00+03:00", 1709632800, "3/5/2024 10:00 AM")]
    ['2026-03-02T09:00:00+00:00', '2024-03-05T10:00:00+00:00', '2024-03-05T10:00:00+00:00']
    >>> moment_of("05.03.2024 10:00").isoformat(), moment_of("Mon Feb 05 10:00:00 PST 2024").isoformat()
    ('2024-03-05T10:00:00+00:00', '2024-02-05T18:00:00+00:00')
    >>> moment_of("3/5/2024")
    Traceback (most recent call last):
    ...
    ValueError: 3/5/2024
    """
    if isinstance(cell, datetime):
        moment = cell
    elif (isinstance(cell, int | float) and not isinstance(cell, bool)) or _NUMBER.match(str(cell).strip()):
        moment = _since_1970(float(str(cell)))
    else:
        moment = _written(str(cell).strip())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _since_1970(number: float) -> datetime:
    """Of seconds, milliseconds or microseconds, by their size: before 1973 none was labelled."""
    for unit, least in ((1_000_000, 1e14), (1_000, 1e11), (1, 1e8)):
        if number >= least:
            return datetime.fromtimestamp(number / unit, UTC)
    raise ValueError(number)


def _written(text: str) -> datetime:
    try:
        zoned = _ISO_WITH_ZONE.fullmatch(text)
        return (
            datetime.fromisoformat(zoned[1]).replace(tzinfo=_zone(zoned[2])) if zoned else datetime.fromisoformat(text)
        )
    except ValueError:
        pass
    if not _YEAR.search(text):
        raise ValueError(text)
    # Only here: most files write ISO 8601.
    from dateutil import parser  # type: ignore[import-untyped]

    month_first = _HALF_OF_DAY.search(text) is not None
    orders = (True,) if _POINTS.match(text) else (False,) if month_first else (False, True)
    readings: set[datetime] = {
        parser.parse(text, default=default, dayfirst=order, tzinfos=_zone) for default in _DEFAULTS for order in orders
    }
    if len(readings) > 1:
        raise ValueError(text)
    return readings.pop()


def _zone(name: str | None, offset: int | None = None) -> timezone | None:
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if name is None:
        return None
    if name not in _ZONES:
        raise ValueError(name)
    return timezone(timedelta(hours=_ZONES[name]))
