"""What is dear to compute, kept by its watermark: as long as no fact has changed it is not computed again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any, Generic, TypeVar, cast

Found = TypeVar("Found")
Function = TypeVar("Function", bound=Callable[..., Any])


class Kept(Generic[Found]):
    """The newest ``most`` results by their keys. Of two who ask for the same at once, one computes and the other waits.

    >>> kept, asked = Kept[int](2), []
    >>> [kept.of(key, lambda key=key: asked.append(key) or len(asked)) for key in "aabab"], asked
    ([1, 1, 2, 1, 2], ['a', 'b'])
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, tuple[Lock, list[Found]]] = OrderedDict()
        self._lock = Lock()

    def of(self, key: Hashable, compute: Callable[[], Found]) -> Found:
        """What stands under ``key``; ``compute`` makes it where nothing does. What it raises is raised here, and not kept."""
        with self._lock:
            lock, found = self._found.setdefault(key, (Lock(), []))
            self._found.move_to_end(key)
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        with lock:
            if not found:
                found.append(compute())
            return found[0]

    def peek(self, key: Hashable) -> Found | None:
        """What stands under ``key`` already; None where nothing does yet."""
        with self._lock:
            found = self._found.get(key)
        return found[1][0] if found and found[1] else None


def kept(most: int) -> Callable[[Function], Function]:
    """A decorator: of a function's results the newest ``most`` are kept by its first argument; from the others it is made.

    >>> asked = []
    >>> @kept(8)
    ... def square(key, number):
    ...     asked.append(number)
    ...     return number ** 2
    >>> square("two", 2), square("two", 2), square("three", 3), asked
    (4, 4, 9, [2, 3])
    """

    def decorate(compute: Function) -> Function:
        results: Kept[Any] = Kept(most)

        @wraps(compute)
        def asked(key: Hashable, *given: Any, **named: Any) -> Any:
            return results.of(key, lambda: compute(key, *given, **named))

        return cast(Function, asked)

    return decorate
