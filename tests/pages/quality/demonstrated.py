"""What the tests of the quality pages share: the demo's people, the command line's figures, what a page shows."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Database
from labeling.cli import quality as quality_cli
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat
from labeling.exchange.exporting import export
from labeling.projects.projects import Project, get_project
from pages.ui.figures import figure


def project_of(demo: Database, slug: str = "demo") -> Project:
    with demo.snapshot() as connection:
        return get_project(connection, slug)


def exported(demo: Database, tmp_path: Path, what: ExportContent, as_of: datetime | None = None) -> str:
    path = tmp_path / f"{what.value}.csv"
    export(demo, "demo", what, path, ExportFormat.CSV, as_of=as_of)
    return str(path)


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """What the command line says of the same files."""
    parser = argparse.ArgumentParser()
    quality_cli.add_commands(parser.add_subparsers(dest="command"))
    asked = parser.parse_args([*arguments, "--json"])
    capsys.readouterr()
    assert asked.run(asked, None, datetime.now(UTC)) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def metrics(app: AppTest) -> dict[str, str]:
    return {card.label.split(" · ")[0]: str(card.value).replace("\u00a0", " ") for card in app.metric}


def table(app: AppTest, column: str) -> dict[str, list[Any]]:
    """The first table that has this column."""
    for frame in app.dataframe:
        if column in frame.value.columns:
            return {name: frame.value[name].to_list() for name in frame.value.columns}
    raise AssertionError([list(frame.value.columns) for frame in app.dataframe])


def said(found: dict[str, Any], locale: str = "ru") -> str:
    """A figure of the command line as the pages write it."""
    return figure(found["value"], found["low"], found["high"], found["n"], locale)
