"""An import that a page asked for ends with the session of who asked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.engine import Database
from labeling.errors import LabelingError
from labeling.exchange.importing import import_file
from labeling.exchange.intake import ImportOptions
from labeling.exchange.report import ImportProgress
from labeling.people.people import create_person
from labeling.people.sign_in import end_session, open_session
from labeling.projects.projects import count_items, create_project, get_project


def test_an_import_ends_at_the_portion_that_finds_its_session_ended(database: Database, tmp_path: Path) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    source = tmp_path / "rows.csv"
    source.write_text("text\n" + "".join(f"text {n}\n" for n in range(3_000)), encoding="utf-8")
    with database.transaction() as connection:
        create_project(connection, "p", now=moment)
        boss = create_person(connection, "boss", "Boss", None, now=moment, is_admin=True).id
        session = open_session(connection, boss, now=moment)

    def sign_out(_progress: ImportProgress) -> None:
        with database.transaction() as connection:
            end_session(connection, session, now=moment)

    options = ImportOptions(chunk_rows=1_000)
    with pytest.raises(LabelingError, match="session_ended"):
        import_file(
            database,
            source,
            project_slug="p",
            options=options,
            now=moment,
            actor=boss,
            session=session,
            progress=sign_out,
        )
    with database.snapshot() as connection:
        assert count_items(connection, get_project(connection, "p").id) == 1_000
