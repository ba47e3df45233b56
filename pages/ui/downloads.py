"""Files that a page gives away: made when they are asked for, written down, and fetched by the session they were made for.

Streamlit keeps a file under an address that opens it to anybody who is signed in; the gate asks here whose it is.
"""

from __future__ import annotations

import mimetypes
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

import polars as pl
import streamlit as st
from streamlit.runtime.memory_media_file_storage import _calculate_file_id

from labeling.events import record
from labeling.sessions import token_hash
from pages.ui import session
from pages.ui.acting import seat_now, watched
from pages.ui.widgets import csv_of
from pages.ui.words import t

# Far more than wait to be fetched at any time; what is forgotten is refused, and made anew by the next click.
_MOST = 10_000
_owners: OrderedDict[str, set[str]] = OrderedDict()
_lock = Lock()


def download(label: str, make: Callable[[], bytes], name: str, *, key: str | None = None, **looks: Any) -> None:
    """A button that gives what ``make`` makes as the file ``name``: to this session, and with a line in the audit log."""
    source = watched()
    seat, token = seat_now(), session.cookie_token() or ""
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"

    def made() -> bytes:
        # The session and the role are asked for here: a thread makes the file, long after the page was drawn.
        with source.transaction() as connection:
            about = {"actor": seat.person_id, "project_id": seat.project_id} if seat else {"actor": None}
            record(connection, "download", name, now=session.now(), **about)
        content = make()
        _remember(_calculate_file_id(content, mime, name), token)
        return content

    st.download_button(label, made, name, mime, key=key, on_click="ignore", **looks)


def csv_button(frame: pl.DataFrame, name: str, *, label: str | None = None) -> None:
    """A button that gives ``frame`` as ``name``.csv, formulas made harmless; written when it is asked for."""
    download(
        label or t("download.csv"), lambda: csv_of(frame), f"{name}.csv", key=f"download_{name}", type="tertiary",
        icon=":material/download:",
    )  # fmt: skip


def is_theirs(path: str, token: str) -> bool:
    """Whether the file at this address was made for this session."""
    file_id = path.rpartition("/")[2].partition(".")[0]
    with _lock:
        return token_hash(token) in _owners.get(file_id, set())


def _remember(file_id: str, token: str) -> None:
    with _lock:
        _owners.setdefault(file_id, set()).add(token_hash(token))
        _owners.move_to_end(file_id)
        while len(_owners) > _MOST:
            _owners.popitem(last=False)
