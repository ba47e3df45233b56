"""The languages of the screen, and which one the reader of this run chose."""

from __future__ import annotations

import streamlit as st

LOCALES = ("ru", "en")


def reader_locale() -> str:
    """The reader's locale, set by the router for each run; Russian where nobody said anything."""
    chosen = st.session_state.get("locale", "ru")
    return chosen if chosen in LOCALES else "ru"
