"""A process that takes of the processors only what nobody else wants, but for moments in which it holds the database's lock."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")
_in_front: list[ThreadPoolExecutor] = []


def step_aside() -> None:
    """From now on, this thread and those that it starts. A nice process would still make others wait for some milliseconds.

    Nothing where the system knows no such policy (Linux: SCHED_IDLE).
    """
    if hasattr(os, "SCHED_IDLE"):
        threads = ThreadPoolExecutor(1, "in front")
        # It starts now, and keeps the policy of this moment.
        threads.submit(int).result()
        _in_front.append(threads)
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def in_front(act: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Do it in a thread that has not stepped aside, and wait: kept from the processor with the lock in its hands, a process
    keeps everybody waiting who writes. Here, where this process never stepped aside.
    """
    return _in_front[0].submit(act, *args, **kwargs).result() if _in_front else act(*args, **kwargs)
