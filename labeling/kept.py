"""What is dear to compute, kept by its watermark: as long as no fact has changed it is not computed again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any, Generic, TypeVar, cast

Result = TypeVar("Result")
Function = TypeVar("Function", bound=Callable[..., Any])


class Kept(Generic[Result]):
    """The newest ``most`` results by their keys. Of two who ask for the same at once, one computes and the other waits.

    >>> kept, computed = Kept[int](2), []
    >>> [kept.of(key, lambda key=key: computed.append(key) or len(computed)) for key in "aabab"], computed
    ([1, 1, 2, 1, 2], ['a', 'b'])
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[Hashable, tuple[Lock, list[Result]]] = OrderedDict()
        self._lock = Lock()

    def of(self, key: Hashable, compute: Callable[[], Result]) -> Result:
        """What stands under ``key``; ``compute`` makes it where nothing does. What it raises is raised here, and not kept."""
        with self._lock:
            lock, results = self._entries.setdefault(key, (Lock(), []))
            self._entries.move_to_end(key)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)
        with lock:
            if not results:
                results.append(compute())
            return results[0]

    def peek(self, key: Hashable) -> Result | None:
        """What stands under ``key`` already; None where nothing does yet."""
        with self._lock:
            entry = self._entries.get(key)
        return entry[1][0] if entry and entry[1] else None


def kept(most: int) -> Callable[[Function], Function]:
    """A decorator: of a function's results the newest ``most`` are kept by its first argument; from the others it is made.

    >>> computed = []
    >>> @kept(8)
    ... def square(key, number):
    ...     computed.append(number)
    ...     return number ** 2
    >>> square("two", 2), square("two", 2), square("three", 3), computed
    (4, 4, 9, [2, 3])
    """

    def decorate(compute: Function) -> Function:
        results: Kept[Any] = Kept(most)

        @wraps(compute)
        def remembered(key: Hashable, *arguments: Any, **named: Any) -> Any:
            return results.of(key, lambda: compute(key, *arguments, **named))

        return cast(Function, remembered)

    return decorate
