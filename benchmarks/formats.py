"""Formats of other tools: how many of the votes in a file of theirs we keep, whether they read ours, and what comes back equal.

``kept``: of the votes that a file of the tool's own shape holds, the share that is stored with the same text, annotator, label
and, where the format has one, moment. ``read``: whether the tool's own package reads our export of these votes as the same
texts, labels and people; each is installed into an environment of its own under ``.cache/rivals``, and a format without a
package that can be had says so by leaving the figure out. ``back``: whether our export, imported again, gives equal votes.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from benchmarks.report import at_least, main
from benchmarks.rivals.files import CLASSES, MADE, Vote, votes
from db import schema
from db.engine import Database, open_database
from db.migrate import migrate
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat, ending_of
from labeling.exchange.exporting import export
from labeling.exchange.importing import import_file
from labeling.exchange.intake import ImportOptions
from labeling.exchange.mapping import LabelsAs
from labeling.exchange.preview import preview

SLUG = "bench"
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
ITEMS = 400
CACHE = Path(__file__).parents[1] / ".cache/rivals"
READERS = Path(__file__).parent / "rivals/readers.py"
# What pip is told, call by call: some packages drag a server along, of which their readers need nothing.
INSTALLED: dict[str, list[list[str]]] = {
    "label_studio": [["label-studio-sdk"]],
    "argilla": [["argilla", "requests"]],
    "doccano": [["chardet", "pyexcel", "pandas", "pydantic"], ["--no-deps", "doccano", "seqeval"]],
    "hugging_face": [["datasets"]],
    "crowd_kit": [["pandas", "scikit-learn", "tqdm", "attrs"], ["--no-deps", "crowd-kit"]],
}
# Formats of theirs that are read and not written, and of ours that no tool but a library reads.
EXPORTED = {
    name: ExportFormat(name) for name in ("label_studio", "argilla", "doccano", "prodigy", "crowd_kit", "hugging_face")
}
# What a format has no place for: moments, and of crowd-kit's the texts.
TIMELESS, TEXTLESS = ("argilla", "crowd_kit", "potato"), ("crowd_kit",)
_ASPECTS = [f"{name}_kept" for name in MADE] + [f"{name}_{part}" for name in EXPORTED for part in ("read", "back")]
TARGETS = {name: at_least(1.0) for name in _ASPECTS if name != "prodigy_read"}


def opened(folder: Path, name: str) -> Database:
    """An empty database."""
    database = open_database(f"sqlite:///{folder}/{name}.db")
    migrate(database)
    return database


def bring(database: Database, data: bytes, name: str) -> None:
    """Import a file as the command does; its labels are votes."""
    stream = io.BytesIO(data)
    stream.name = name
    options = ImportOptions(make_project=True, make_classes=True)
    mapping = preview(stream, options=options, n=1).mapping
    label = mapping.vote or mapping.reference or mapping.golden
    if label is not None and mapping.annotator is not None:
        mapping = mapping.labelled(label, LabelsAs.VOTES)
    import_file(database, stream, project_slug=SLUG, mapping=mapping, options=options, now=NOON)


def stored(database: Database) -> dict[tuple[str, str], tuple[str, str]]:
    """(text, annotator) to (label, moment in whole seconds)."""
    item, vote, person = schema.item, schema.annotation, schema.person
    query = (
        select(item.c.text, person.c.login, vote.c.label, vote.c.created_at)
        .join(item, item.c.id == vote.c.item_id)
        .join(person, person.c.id == vote.c.assessor_id)
    )
    with database.snapshot() as connection:
        rows = connection.execute(query).all()
    return {
        (row.text, row.login.removeprefix("import:")): (row.label, row.created_at.isoformat(timespec="seconds"))
        for row in rows
    }


def kept(found: Mapping[tuple[str, str], tuple[str, str]], made: list[Vote], *, timeless: bool) -> float:
    """The share of votes that are there as they were made."""
    equal = 0
    for vote in made:
        label, at = found.get((vote.text, vote.annotator), ("", ""))
        equal += label == vote.label and (timeless or at == vote.at.isoformat(timespec="seconds"))
    return equal / len(made) if len(found) == len(made) else equal / max(len(found), len(made))


def ours(made: list[Vote]) -> bytes:
    """The votes as JSON lines, the form that changes nothing."""
    rows = [
        {"item": vote.item, "text": vote.text, "annotator": vote.annotator, "label": vote.label}
        | {"created_at": vote.at.isoformat(), "seconds": vote.seconds}
        for vote in made
    ]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def own_python(name: str) -> Path | None:
    """The interpreter of the environment that has the tool; None where it can't be had here."""
    python = CACHE / name / "bin/python"
    if not python.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", CACHE / name], check=True)
        for packages in INSTALLED[name]:
            quiet = ("install", "--quiet", "--disable-pip-version-check")
            if subprocess.run([python, "-m", "pip", *quiet, *packages], check=False).returncode:
                return None
    return python


def read_by_them(name: str, file: Path, made: list[Vote]) -> float | None:
    """Whether the tool reads our file as these votes; None where it can't be asked."""
    python = own_python(name) if name in INSTALLED else None
    if python is None:
        return None
    asked = [python, READERS, name, file, json.dumps(CLASSES)]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    if answer.returncode:
        sys.stderr.write(answer.stderr[-2_000:])
        return 0.0
    texts = [vote.item if name in TEXTLESS else vote.text for vote in made]
    said = [[text, vote.label, vote.annotator] for text, vote in zip(texts, made, strict=True)]
    found = [[text, label, who.removeprefix("import:")] for text, label, who in json.loads(answer.stdout)]
    return float(sorted(found, key=str) == sorted(said, key=str))


def measure(quick: bool) -> dict[str, float]:
    """Every format, one after the other."""
    made = votes(ITEMS // 4 if quick else ITEMS)
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, (make, file_name) in MADE.items():
            database = opened(folder, name)
            bring(database, make(made), file_name)
            figures[f"{name}_kept"] = kept(stored(database), made, timeless=name in TIMELESS)
            database.close()
        source = opened(folder, "source")
        bring(source, ours(made), "votes.jsonl")
        for name, format in EXPORTED.items():
            file = folder / f"{name}{ending_of(format)}"
            export(source, SLUG, ExportContent.ANNOTATIONS, file, format)
            answer = read_by_them(name, file, made)
            if answer is not None:
                figures[f"{name}_read"] = answer
            target = opened(folder, f"{name}_back")
            if name in TEXTLESS:
                texts = folder / "texts.csv"
                export(source, SLUG, ExportContent.FINAL, texts, ExportFormat.CSV)
                bring(target, texts.read_bytes(), texts.name)
            bring(target, file.read_bytes(), file.name)
            figures[f"{name}_back"] = kept(stored(target), made, timeless=name in TIMELESS)
            target.close()
    return figures


if __name__ == "__main__":
    main("Formats of other tools", measure, TARGETS)
