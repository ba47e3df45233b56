"""The reader's time zone: a day begins at their midnight, and a moment is told by their clock."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import streamlit as st
from babel import dates

from pages.ui.locales import reader_locale


def reader_zone() -> ZoneInfo:
    """The zone that the browser named; UTC where it named none, or one that nobody knows."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (KeyError, ValueError):
        return ZoneInfo("UTC")


def midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """When the reader's day began."""
    return datetime.combine(now.astimezone(zone).date(), time(), zone)


def short_day(value: date) -> str:
    """A date without its year, as the locale writes it."""
    return str(dates.format_date(value, format="d MMM", locale=reader_locale()))
