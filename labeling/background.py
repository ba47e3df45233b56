"""What a server computes besides answering: one thing at a time, in one thread of its own.

For what takes seconds and may be lost with the process; what takes longer, or must be done, is a run (:mod:`labeling.jobs`).
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any

MOST_KEPT = 64
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")
_futures: OrderedDict[Hashable, Future[Any]] = OrderedDict()
_lock = Lock()
_log = logging.getLogger("sverka.background")


def begin(key: Hashable, compute: Callable[[], Any]) -> None:
    """Have ``compute`` done when its turn comes; asked for again under the same ``key``, it isn't done twice."""
    with _lock:
        if key in _futures:
            return
        done = [old for old, future in _futures.items() if future.done()]
        for old in done[: max(0, len(_futures) - MOST_KEPT)]:
            del _futures[old]
        _futures[key] = _thread.submit(compute)


def is_done(key: Hashable) -> bool:
    """Whether what was begun under ``key`` has come to an end."""
    future = _futures.get(key)
    return future is not None and future.done()


def result(key: Hashable) -> Any:
    """What came of it, or what it raised; None where it isn't done."""
    return _futures[key].result() if is_done(key) else None


def soon(act: Callable[[], None]) -> None:
    """Have something done when its turn comes, whose result nobody asks for; what it raises ends in the log."""
    _thread.submit(act).add_done_callback(_log_failure)


def wait() -> None:
    """Wait until all that was asked for so far is done."""
    _thread.submit(lambda: None).result()


def _log_failure(future: Future[Any]) -> None:
    error = future.exception()
    if error is not None:
        _log.error("work in the background failed", exc_info=error)
