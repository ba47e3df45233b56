"""The one way by which a page writes: who sent it and what for is asked again, in the transaction of the write itself.

A page's callbacks run before the page, and its fragments without it: what the page asked as it was drawn guards neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import streamlit as st

from db.engine import BUSY_SECONDS, Connection, Database, database
from db.vocabulary import Role
from labeling.errors import LabelingError
from labeling.people.sign_in import Reader, check_session
from labeling.projects.projects import check_going_on
from pages.ui import session
from pages.ui.widgets import NOTICE, error_sentence, plain
from pages.ui.words import t

_SEAT = "seat"


class NotSeatedError(LabelingError):
    """Whoever acts has no living session, or not the right that the page was opened by."""


@dataclass(frozen=True)
class Seat:
    """What the page on screen was opened by: whose session, in which project, by one of which roles.

    Without ``project_id`` it is a page of the house. There ``admin`` says whether it is for admins only, ``leads`` whether it is
    for those who lead any project.
    """

    person_id: int
    project_id: int | None = None
    roles: frozenset[Role] = frozenset()
    admin: bool = False
    leads: bool = False
    even_paused: bool = False
    even_one_time: bool = False

    def holds(self, reader: Reader) -> bool:
        """Whether the reader may sit here; an admin may where a lead does."""
        if self.project_id is None:
            return reader.is_admin or (reader.leads_any if self.leads else not self.admin)
        return bool(self.roles_of(reader) & self.roles) or (reader.is_admin and Role.LEAD in self.roles)

    def roles_of(self, reader: Reader) -> frozenset[Role]:
        """The roles of the reader that count here; none on a page of the house."""
        if self.project_id is None:
            return frozenset()
        paused = reader.paused_in(self.project_id) if self.even_paused else frozenset[Role]()
        return reader.roles_in(self.project_id) | paused

    def check(self, connection: Connection, reader: Reader) -> None:
        """Raise NotSeatedError ``session_ended``, ``one_time_password``, ``project_archived`` or ``not_allowed``."""
        if reader.person_id != self.person_id:
            raise NotSeatedError("session_ended")
        if reader.must_change_password and not self.even_one_time:
            raise NotSeatedError("one_time_password")
        try:
            if self.project_id is not None:
                check_going_on(connection, self.project_id)
        except LabelingError as error:
            raise NotSeatedError(error.code, **error.details) from None
        if not self.holds(reader):
            raise NotSeatedError("not_allowed")


@dataclass(frozen=True)
class Watched(Database):
    """A database that asks at the beginning of each transaction and snapshot whether its reader sits there still."""

    ask: Callable[[Connection], None] = lambda _connection: None

    @contextmanager
    def transaction(self, *, patience: float = BUSY_SECONDS) -> Iterator[Connection]:
        """As of :class:`Database`; raises NotSeatedError before anything is written."""
        with super().transaction(patience=patience) as connection:
            self.ask(connection)
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """As of :class:`Database`; raises NotSeatedError before anything is read."""
        with super().snapshot() as connection:
            self.ask(connection)
            yield connection


def take_seat(seat: Seat | None) -> None:
    """Remember what the page that is drawn now was opened by; None: it was refused."""
    st.session_state[_SEAT] = seat


def seat_now() -> Seat | None:
    """What the page on screen was opened by."""
    seat: Seat | None = st.session_state.get(_SEAT)
    return seat


def watched(*, as_oneself: bool = False) -> Database:
    """The database as the reader of the page on screen may use it, whenever it is used.

    ``as_oneself``: for what one may do on any page, a refused one too, because it is about nobody else.
    """
    opened, token, seat = database(), session.cookie_token(), seat_now()

    def ask(connection: Connection) -> None:
        reader = check_session(connection, token, now=session.now()) if token else None
        if reader is None:
            raise NotSeatedError("session_ended")
        sits = Seat(reader.person_id) if as_oneself else seat
        if sits is None:
            raise NotSeatedError("not_allowed")
        sits.check(connection, reader)

    return Watched(opened.url, opened.writer, opened.reader, opened.turn, ask)


@contextmanager
def acting(
    done: str | None = None, *, as_oneself: bool = False, at: str | None = None, **facts: Any
) -> Iterator[Connection]:
    """The transaction of a callback. What came of it is shown at the top of the page by :func:`show_notices`.

    A refusal of a form stands in the form, by :func:`show_refusal`, where ``at`` names it.

    Whose session has ended meanwhile is sent to the sign-in, who lost the role is told so, and nothing is written.
    A LabelingError rolls everything back and becomes a sentence; ``done`` is the catalog key of the good news.
    No ``st.`` call may stand inside: one that ends the run would roll the work back without a word.
    """
    try:
        with watched(as_oneself=as_oneself).transaction() as connection:
            yield connection
    except NotSeatedError as refusal:
        _send_away(refusal)
    except LabelingError as error:
        _refuse(error, at)
    else:
        if done is not None:
            st.session_state[NOTICE] = ("done", t(done, **facts))


@contextmanager
def refusing(at: str | None = None) -> Iterator[None]:
    """Work of a callback outside any transaction: a LabelingError becomes a sentence, where that of :func:`acting` does."""
    try:
        yield
    except LabelingError as error:
        _refuse(error, at)


def show_refusal(at: str) -> None:
    """Show in the form ``at`` why its last submission was refused, once."""
    sentence = st.session_state.pop(f"{NOTICE}:{at}", None)
    if sentence is not None:
        st.error(plain(sentence))


def _refuse(error: LabelingError, at: str | None) -> None:
    if at is None:
        st.session_state[NOTICE] = ("error", error_sentence(error))
    else:
        st.session_state[f"{NOTICE}:{at}"] = error_sentence(error)


def live_part(draw: Callable[..., None], *args: Any, every: float | None = None) -> None:
    """A part of a page that is drawn anew by itself, ``every`` so many seconds, as long as its reader may be here."""

    def drawn() -> None:
        try:
            with watched().snapshot():
                pass
        except NotSeatedError:
            # The page itself says what there is to be said.
            st.rerun()
        draw(*args)

    # Streamlit tells fragments apart by the code they run.
    drawn.__qualname__ = f"live_part.{draw.__module__}.{draw.__qualname__}"
    st.fragment(drawn, run_every=every)()


def _send_away(refusal: NotSeatedError) -> None:
    if refusal.code == "session_ended":
        session.send_to_sign_in()
    st.info(plain(error_sentence(refusal)))
    st.stop()
