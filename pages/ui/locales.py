"""The reader's language and time zone: which words they read, when their day begins, and a moment by their clock."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import streamlit as st

from labeling.projects.languages import LOCALES

__all__ = ["LOCALES", "midnight", "reader_locale", "reader_zone"]


def reader_locale() -> str:
    """The reader's locale, set by the router for each run; Russian where nobody said anything."""
    chosen = st.session_state.get("locale", "ru")
    return chosen if chosen in LOCALES else "ru"


def reader_zone() -> ZoneInfo:
    """The zone that the browser named; UTC where it named none, or one that nobody knows."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (KeyError, ValueError):
        return ZoneInfo("UTC")


def midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """When the reader's day began."""
    return datetime.combine(now.astimezone(zone).date(), time(), zone)
