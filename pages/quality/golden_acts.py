"""What experts and leads do to golden items: rule on an objection, appoint, retire, pause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from db.engine import Connection
from db.frames import items as item_frames
from db.frames import work as work_frames
from labeling.desk import chunks, contests, golden
from labeling.desk.contests import Contest, Rescored
from labeling.errors import LabelingError
from labeling.projects.projects import Project, lock_project_by_id
from pages.ui.quality_data import refresh
from pages.ui.session import now
from pages.ui.widgets import acting

RESCORED = "golden_rescored"
RETIRE = "retire"


@dataclass(frozen=True)
class Changed:
    """A chunk whose score a ruling changed, as it is told."""

    name: str
    ordinal: int
    before: tuple[int, int]
    after: tuple[int, int]


def rule(actor: int, project: Project, contest: Contest) -> None:
    """The word on an objection, from the form's widgets; whose scores it changed is told on top of the page."""
    label = st.session_state[f"ruling_{contest.id}"]
    reply = str(st.session_state[f"reply_{contest.id}"]).strip()
    found: list[Changed] = []
    with acting("golden.ruled") as connection:
        if label != contest.ruled and not reply:
            raise LabelingError("reply_missing")
        locked = lock_project_by_id(connection, project.id)
        wanted = None if label == RETIRE else label
        told = contests.rule(connection, locked, contest.id, label=wanted, reply=reply, now=now(), actor=actor)
        names = dict(work_frames.annotators(connection).select("assessor", "name").iter_rows())
        found = [_told(connection, one, names) for one in told]
    if found:
        st.session_state[RESCORED] = found
    refresh(project)


def settle(actor: int, project: Project, item: str, current: str) -> None:
    """The word on a label in doubt, from the form's widgets: it stays, is another one, or there is none."""
    label = str(st.session_state[f"settle_{item}_label"])
    said = str(st.session_state[f"settle_{item}_said"]).strip()
    if label == current:
        pause(actor, project, item, False)
    elif label == RETIRE:
        retire(actor, project, item)
    else:
        appoint(actor, project, item, label, said, explained=True)


def appoint(actor: int, project: Project, item: str, label: str, explanation: str, *, explained: bool = False) -> None:
    """Settle an item's label as golden, or settle it anew; the item is served again. ``explained``: it must be said why."""
    with acting("golden.appointed", item=item) as connection:
        if explained and not explanation:
            raise LabelingError("reply_missing")
        item_id = _item_id(connection, project.id, item)
        locked = lock_project_by_id(connection, project.id)
        golden.appoint(connection, locked, item_id, label, explanation=explanation, now=now(), actor=actor)
        contests.pause_item(connection, locked, item_id, paused=False, now=now(), actor=actor)
    refresh(project)


def retire(actor: int, project: Project, item: str) -> None:
    """Take an item out of the golden pool; answers given to it are scored no more."""
    with acting("golden.retired", item=item) as connection:
        locked = lock_project_by_id(connection, project.id)
        item_id = _item_id(connection, project.id, item)
        golden.appoint(connection, locked, item_id, None, now=now(), actor=actor)
    refresh(project)


def pause(actor: int, project: Project, item: str, paused: bool) -> None:
    """Serve a golden item to nobody for now, or to everybody again."""
    with acting("golden.paused_one" if paused else "golden.resumed", item=item) as connection:
        item_id = _item_id(connection, project.id, item)
        contests.pause_item(connection, project, item_id, paused=paused, now=now(), actor=actor)
    refresh(project)


def _item_id(connection: Connection, project_id: int, item: str) -> int:
    found = item_frames.texts(connection, project_id, [item.strip()])
    if found.is_empty():
        raise LabelingError("unknown_item", item=item)
    return int(found["item_id"][0])


def _told(connection: Connection, one: Rescored, names: Mapping[int, str]) -> Changed:
    chunk = chunks.get_chunk(connection, one.chunk_id)
    return Changed(names.get(one.assessor_id, "–"), chunk.ordinal if chunk else 0, one.before, one.after)
