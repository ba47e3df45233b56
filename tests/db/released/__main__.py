"""``python -m tests.db.released``: a dump of the newest revision, made from the one before, and the new migration's checksum."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing

from db.migrate import migrate, revisions
from tests.db.released import HERE, PINNED, checksums, dumps, pinned, restore


def main() -> None:
    """Write what is missing; what was pinned stays as it was pinned."""
    newest = revisions()[0]
    with tempfile.TemporaryDirectory() as folder:
        database = restore(f"sqlite:///{folder}/newest.db", dumps("sqlite")[-1])
        migrate(database)
        database.close()
        with closing(sqlite3.connect(f"{folder}/newest.db")) as connection:
            script = "\n".join(connection.iterdump()) + "\n"
    (HERE / f"{newest}.sqlite.sql").write_text(script, encoding="utf-8")
    both = dict(checksums()) | (pinned() if PINNED.exists() else {})
    PINNED.write_text("".join(f"{both[name]}  {name}\n" for name in sorted(both)), encoding="utf-8")


if __name__ == "__main__":
    main()
