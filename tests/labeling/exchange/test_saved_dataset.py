"""Folders of Hugging Face's ``datasets``: read as such, also in a ZIP, with the names of their classes and splits."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from db.engine import Database
from labeling.errors import LabelingError
from labeling.exchange.preview import preview
from labeling.exchange.tables import read_frame
from tests.labeling.exchange.files import bring, content, named, texts
from tests.labeling.exchange.saved import FEATURES, LABEL, save, save_splits, zipped

ROWS = {"text": ["lost my card", "no code comes", "which one"], "label": [0, 1, -1]}
SPLITS = {"train": ROWS, "test": {"text": ["another card"], "label": [0]}}


def test_a_folder_is_read_with_the_names_of_its_classes(database: Database, tmp_path: Path) -> None:
    save(tmp_path / "data", ROWS)
    report = bring(database, tmp_path / "data")
    assert (report.format, report.name, report.imported, report.references) == ("dataset", "data", 3, 2)
    assert [(item[1], item[4]) for item in content(database)["items"]] == [
        ("lost my card", "card"), ("no code comes", "login"), ("which one", None),
    ]  # fmt: skip
    assert bring(database, tmp_path / "data").imported == 0


@pytest.mark.parametrize("under", ["", "data/"])
def test_a_zip_of_the_folder_reads_the_same(sqlite_database: Database, tmp_path: Path, under: str) -> None:
    save(tmp_path / "data", ROWS, shards=3)
    report = bring(sqlite_database, zipped(tmp_path / "data", under=under))
    assert (report.imported, report.new_classes) == (3, ["card", "login"])
    assert texts(sqlite_database) == ROWS["text"]


@pytest.mark.parametrize(("split", "taken"), [(None, 4), ("train", 3), ("test", 1)])
def test_all_splits_are_read_or_the_one_that_is_named(
    sqlite_database: Database, tmp_path: Path, split: str | None, taken: int
) -> None:
    save_splits(tmp_path / "data", SPLITS)
    report = bring(sqlite_database, tmp_path / "data", options={"split": split})
    assert report.imported == taken
    found = [item[3]["split"] for item in content(sqlite_database)["items"]]
    assert found == (["train"] * 3 + ["test"] if split is None else [split] * taken)
    seen = preview(zipped(tmp_path / "data"))
    assert (seen.facts.splits, seen.columns) == (("train", "test"), ["text", "label", "split"])


def test_an_unknown_split_is_refused_with_those_that_are_there(sqlite_database: Database, tmp_path: Path) -> None:
    save_splits(tmp_path / "data", SPLITS)
    save(tmp_path / "one", ROWS)
    for folder, found in (("data", "train, test"), ("one", "–")):
        with pytest.raises(LabelingError) as raised:
            bring(sqlite_database, tmp_path / folder, options={"split": "dev"})
        assert (raised.value.code, raised.value.details["found"]) == ("no_split", found)


def test_lists_of_classes_have_names_too(sqlite_database: Database, tmp_path: Path) -> None:
    features = {"text": FEATURES["text"], "label": {"feature": LABEL, "_type": "Sequence"}}
    save(tmp_path / "data", {"text": ["one", "two", "three"], "label": [[0], [1, 0], []]}, features=features)
    report = bring(sqlite_database, tmp_path / "data")
    assert (report.references, report.new_classes, report.left_out) == (1, ["card"], {"several_labels": 1})


def test_commands_on_files_read_a_folder(tmp_path: Path) -> None:
    rows = {"item": ["1", "1", "2"], "annotator": ["ann", "ben", "ann"], "label": [0, 1, 1]}
    save(tmp_path / "votes", rows, features={"label": LABEL})
    frame = read_frame(str(tmp_path / "votes"), ("item", "annotator", "label"))
    assert frame["label"].to_list() == ["card", "login", "login"]


def refused(database: Database, source: Any, **options: Any) -> str:
    with pytest.raises(LabelingError) as raised:
        bring(database, source, options=options)
    return raised.value.code


def without(archive: io.BytesIO, *endings: str, **changed: bytes) -> io.BytesIO:
    """The ZIP without these entries, others with another content."""
    out = io.BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if not name.endswith(endings or ("\0",)):
                new.writestr(name, changed.get(name.partition(".")[0], old.read(name)))
    return named(out.getvalue(), "data.zip")


def test_what_is_broken_or_missing_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    save(tmp_path / "data", ROWS)
    whole = zipped(tmp_path / "data")
    assert refused(sqlite_database, without(whole, ".arrow")) == "truncated_file"
    assert refused(sqlite_database, without(whole, state=b"{")) == "broken_file"
    assert refused(sqlite_database, without(whole, state=b"[]")) == "broken_file"
    assert refused(sqlite_database, without(whole, state=b'{"_data_files": 7}')) == "truncated_file"
    indices = json.dumps({"_data_files": [], "_indices_data_files": [{"filename": "i.arrow"}]}).encode()
    assert refused(sqlite_database, without(whole, state=indices)) == "broken_file"
    outside = json.dumps({"_data_files": [{"filename": "../../etc/passwd"}]}).encode()
    assert refused(sqlite_database, without(whole, state=outside)) == "truncated_file"
    cut = whole.getvalue()
    arrow = (tmp_path / "data" / "data-00000-of-00001.arrow").read_bytes()
    (tmp_path / "data" / "data-00000-of-00001.arrow").write_bytes(arrow[: len(arrow) // 2])
    assert refused(sqlite_database, tmp_path / "data") == "broken_file"
    assert refused(sqlite_database, named(cut[: len(cut) // 2], "data.zip")) == "broken_file"
    (tmp_path / "other").mkdir()
    assert refused(sqlite_database, tmp_path / "other") == "no_dataset"


def test_a_small_zip_of_much_is_held_to_the_limit(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SVERKA_FILE_UNPACKED_MB", "1")
    save(tmp_path / "data", {"text": [f"{n} " + "x" * 3000 for n in range(1000)], "label": [0] * 1000})
    archive = zipped(tmp_path / "data")
    assert len(archive.getvalue()) < 100_000
    assert refused(sqlite_database, archive) == "file_too_large_unpacked_mb"
