"""Turns at hashing: Argon2 takes 64 MiB and a core, so few do it at a time, and nobody's many keep others waiting."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

from labeling import config
from labeling.errors import LabelingError


@dataclass
class Turns:
    """At most ``at_once`` have a turn. Of those who wait, whoever is known comes first, then one of each source after another.

    At most ``waiting`` wait, of one source half of them, and few of one ``who``. For threads and, by the future, for tasks.
    """

    at_once: int
    waiting: int
    _free: int = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    _queues: dict[str, deque[Future[None]]] = field(default_factory=dict, init=False, repr=False)
    _whose: dict[str, int] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self._free = self.at_once

    @contextmanager
    def asked(self, who: str) -> Iterator[None]:
        """While somebody asks for a turn, has it or waits for something before it: few of one ``who`` may.

        Raises LabelingError ``too_busy``.
        """
        with self._lock:
            if self._whose.get(who, 0) >= config.SIGN_INS_OF_ONE:
                raise LabelingError("too_busy")
            self._whose[who] = self._whose.get(who, 0) + 1
        try:
            yield
        finally:
            with self._lock:
                self._whose[who] -= 1
                if not self._whose[who]:
                    del self._whose[who]

    def line_up(self, source: str, *, known: bool = False) -> Future[None]:
        """A future that is done when the turn has come; :meth:`give_back` must follow. Raises LabelingError ``too_busy``."""
        turn: Future[None] = Future()
        with self._lock:
            if self._free:
                self._free -= 1
                turn.set_running_or_notify_cancel()
                turn.set_result(None)
                return turn
            queue = self._queues.setdefault("" if known else source, deque())
            most = self.waiting if known else self.waiting // 2
            if len(queue) >= most or sum(map(len, self._queues.values())) >= self.waiting + (
                self.waiting if known else 0
            ):
                raise LabelingError("too_busy")
            queue.append(turn)
        return turn

    def give_back(self, turn: Future[None]) -> None:
        """The turn is over, or was waited for in vain."""
        if turn.cancel():
            # It stood in the line still; whoever hands the turns out passes it by.
            return
        with self._lock:
            following = self._next()
            if following is None:
                self._free += 1
        if following is not None:
            following.set_result(None)

    @contextmanager
    def turn(self, source: str) -> Iterator[None]:
        """A turn for a thread, which waits for it. Raises LabelingError ``too_busy``."""
        turn = self.line_up(source)
        try:
            turn.result()
            yield
        finally:
            self.give_back(turn)

    def _next(self) -> Future[None] | None:
        while self._queues:
            source = "" if "" in self._queues else next(iter(self._queues))
            queue = self._queues.pop(source)
            turn = queue.popleft()
            if queue:
                # To the end of the line of sources.
                self._queues[source] = queue
            if turn.set_running_or_notify_cancel():
                return turn
        return None


#: The process's own: for sign-ins, changes of a password, and those that an admin sets.
HASHING = Turns(config.SIGN_INS_AT_ONCE, config.SIGN_INS_WAITING)
