"""The index of words in an SQLite file: filled behind the imports, in portions that answers don't wait for.

Triggers on ``item`` would keep it up at every row and make an import take two and a half times as long; until it has caught
up, a search reads what is new (:mod:`db.frames.search`). PostgreSQL keeps its own index.
"""

from __future__ import annotations

import logging
import time
from threading import Lock, Thread

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from db.engine import Database
from db.frames.search import indexed_up_to, is_behind
from db.schema.search import WORDS

_AT_ONCE = 5_000
_at_it = Lock()
_log = logging.getLogger("sverka.indexing")


def catch_up(database: Database, *, gentle: bool = True) -> int:
    """Index the words of all items that are new, and say how many they were; ``gentle`` rests as long as it works."""
    indexed = 0
    while True:
        # Somebody else may be at it, or nothing may be left: no lock is taken for that.
        with database.snapshot() as connection:
            if not is_behind(connection):
                return indexed
        began = time.perf_counter()
        with database.transaction() as connection:
            indexed += _index_some(connection)
        if gentle:
            time.sleep(time.perf_counter() - began)


def catch_up_soon(database: Database) -> None:
    """Have it done in a thread of its own, one at a time: figures that a reader waits for don't wait for it."""
    with database.snapshot() as connection:
        if not is_behind(connection):
            return

    def act() -> None:
        if not _at_it.acquire(blocking=False):
            return
        try:
            catch_up(database)
        except SQLAlchemyError:
            # The next search begins again, and finds what it looks for meanwhile.
            _log.exception("the index of words is behind")
        finally:
            _at_it.release()

    Thread(target=act, name="indexing", daemon=True).start()


def _index_some(connection: Connection) -> int:
    filling = text(
        f"INSERT INTO {WORDS} (rowid, words) SELECT id, replace(replace(text, 'ё', 'е'), 'Ё', 'Е') FROM item "
        "WHERE id > :newest ORDER BY id LIMIT :n"
    )
    return connection.execute(filling, {"newest": indexed_up_to(connection), "n": _AT_ONCE}).rowcount
