"""What a log may say of an error: where it arose and of what kind it is, never a value that it quotes.

Drivers, parsers and servers put rows, cells and requests into the text of their errors, each in its own way. So no text is
searched for what must not be told: only what is known to hold none is told at all.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

from sqlalchemy.exc import StatementError

from labeling.errors import LabelingError

# Python's own, exactly these: their texts are made of names in code.
_TELLING = (AttributeError, ImportError, MemoryError, ModuleNotFoundError, NameError, RecursionError, ZeroDivisionError)
# They write whole requests down where somebody asks them to be talkative.
_TALKATIVE = ("openai", "httpx", "httpcore", "aiohttp")
_LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d{5,}\b")
_MOST_SQL = 2_000


def install() -> None:
    """Have every log, of whichever library, and every traceback of this process say no more than that.

    At the start of each process: the application, a command, a run's process, the masker.
    """
    logging.setLogRecordFactory(_record)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def kind_of(error: BaseException) -> str:
    """An error in one line.

    >>> kind_of(ValueError("+7 912 345-67-89")), kind_of(LabelingError("unknown_label", label="joy"))
    ('ValueError (its text is withheld)', 'labeling.errors.LabelingError: unknown_label')
    """
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    facts = _facts(error)
    return f"{name}: {facts}" if facts else f"{name} (its text is withheld)"


def told(error: BaseException) -> str:
    """An error with where it arose, as a traceback, and the errors it arose from; ends without a line break."""
    parts: list[str] = []
    seen: set[int] = set()
    here: BaseException | None = error
    while here is not None and id(here) not in seen:
        seen.add(id(here))
        lines = traceback.format_tb(here.__traceback__)
        parts.append("".join(["Traceback (most recent call last):\n", *lines]) + kind_of(here) + _parts_of(here))
        here = here.__cause__ or (None if here.__suppress_context__ else here.__context__)
    return "\n\nThe above was raised because of, or while handling, this:\n\n".join(parts)


def _parts_of(error: BaseException) -> str:
    if not isinstance(error, BaseExceptionGroup):
        return ""
    return "".join(f"\n  | {line}" for each in error.exceptions for line in told(each).splitlines())


def _facts(error: BaseException) -> str:
    if isinstance(error, LabelingError):
        return str(error) if error.is_technical else error.code
    if isinstance(error, StatementError):
        statement = _LITERAL.sub("…", error.statement or "")[:_MOST_SQL]
        return f"{_facts_of_driver(error.orig) or type(error.orig).__qualname__} [SQL: {statement}]"
    if facts := _facts_of_driver(error):
        return facts
    if isinstance(error, OSError) and error.errno is not None:
        return f"[Errno {error.errno}] {error.strerror}"
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return f"status {status}"
    return str(error) if type(error) in _TELLING else ""


def _facts_of_driver(error: BaseException | None) -> str:
    """SQLite's name of what went wrong; PostgreSQL's code, and the names in the schema that it is about."""
    codes = [fact for name in ("sqlite_errorname", "sqlstate") if (fact := getattr(error, name, None))]
    if not codes:
        return ""
    diagnosis = getattr(error, "diag", None)
    about = ("table_name", "column_name", "constraint_name")
    named = [f"{name} {fact}" for name in about if (fact := getattr(diagnosis, name, None))]
    return ", ".join([type(error).__qualname__, *map(str, codes), *named])


def _record(*given: Any, **named: Any) -> logging.LogRecord:
    record = logging.LogRecord(*given, **named)
    if record.exc_info and record.exc_info[1] is not None:
        record.exc_text, record.exc_info = told(record.exc_info[1]), None
    if isinstance(record.msg, BaseException):
        record.msg = kind_of(record.msg)
    if isinstance(record.args, tuple):
        record.args = tuple(kind_of(fact) if isinstance(fact, BaseException) else fact for fact in record.args)
    if record.name == "asyncio":
        # Below its first line stand the task and what it raised, as text.
        record.msg = str(record.msg).partition("\n")[0]
    elif record.levelno < logging.WARNING and record.name.startswith(_TALKATIVE):
        record.msg, record.args = "(withheld)", ()
    return record


def _uncaught(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    _write(told(error))


def _uncaught_in_thread(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is not None and not isinstance(given.exc_value, SystemExit):
        name = given.thread.name if given.thread else "?"
        _write(f"In thread {name}:\n{told(given.exc_value)}")


def _unraisable(given: sys.UnraisableHookArgs) -> None:
    if given.exc_value is not None:
        _write(f"Ignored:\n{told(given.exc_value)}")


def _write(text: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
