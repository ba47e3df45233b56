"""Files that once came out wrong, where the measuring data has them: how many texts and labels each really holds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from db.engine import Database
from labeling.cli.main import main
from labeling.errors import LabelingError
from tests.labeling.exchange.files import bring
from tests.shared import shared_file

# Items, votes, references, golden labels, classes.
RIGHT: dict[str, tuple[int, int, int, int, set[str]]] = {
    "doccano/labels.jsonl": (2, 0, 2, 0, {"cards", "login"}),
    "doccano/plain.csv": (2, 0, 2, 0, {"cards", "login"}),
    "label-studio/other-text-key.json": (2, 2, 0, 0, {"card", "login"}),
    "label-studio/pretty-array.json": (2, 0, 2, 0, {"a", "b"}),
    "label-studio/min.json": (2, 2, 0, 0, {"cards", "login"}),
    "label-studio/choice-int.json": (3, 3, 0, 0, {"3", "cards", "A > B"}),
    "argilla/records.json": (2, 2, 0, 0, {"cards", "other"}),
    "argilla/flat.jsonl": (2, 2, 0, 0, {"cards", "other"}),
    "prodigy/out.jsonl": (2, 2, 0, 0, {"CARDS", "LOGIN"}),
    "text-column/tweet.csv": (2, 3, 0, 0, {"card", "login"}),
    "text-column/russian.csv": (2, 3, 0, 0, {"Карты", "Вход"}),
    "text-column/toloka.tsv": (1, 1, 0, 0, {"a"}),
    "header/sep-hint.csv": (2, 0, 2, 0, {"x", "y"}),
    "header/title-line.csv": (2, 0, 2, 0, {"x", "y"}),
    "quotes/raw-quotes.tsv": (4, 0, 4, 0, {"a", "b"}),
    "parquet/classlabel.parquet": (3, 0, 3, 0, {"card", "login"}),
    "doccano/annots.jsonl": (2, 2, 0, 0, {"2", "3"}),
    "encodings/cp1252.csv": (2, 0, 0, 0, set()),
    "encodings/utf16le-no-bom.csv": (3, 0, 3, 0, {"карты", "вход", "прочее"}),
    "label-studio/data-only.json": (2, 0, 0, 0, set()),
    "label-studio/full.json": (6, 3, 0, 0, {"cards", "login", "other"}),
    "label-studio/nested-text.json": (1, 0, 0, 0, set()),
    "label-studio/other-text-key-no-annotations.json": (2, 0, 0, 0, set()),
    "numbers/nan.jsonl": (3, 0, 1, 0, {"NaN"}),
    "plus-minus/exported.csv": (3, 6, 0, 0, {"+", "-"}),
    "plus-minus/votes.csv": (3, 6, 0, 0, {"+", "-"}),
    "times/epoch.jsonl": (1, 2, 0, 0, {"a", "b"}),
    "times/newest-first.csv": (1, 2, 0, 0, {"first", "final"}),
    "times/us.csv": (1, 2, 0, 0, {"a", "b"}),
    "unicode/labels-nfc-nfd.csv": (8, 0, 8, 0, {"й", "Spam", "spam", "a, b"}),
    "unicode/votes-nfc-nfd.csv": (3, 6, 0, 0, {"й", "Spam", "spam", "ham"}),
    "xlsx/cover-first.xlsx": (1, 0, 1, 0, {"a"}),
    "xlsx/ids-of-19-digits.xlsx": (6, 0, 6, 0, {"a", "b"}),
    "xlsx/merged-title.xlsx": (2, 0, 2, 0, {"a", "b"}),
}
REFUSED = {
    "text-column/task-worker-label.csv": "nothing_taken",
    "plus-minus/inj.csv": "nothing_taken",
    "consensus/typo.csv": "nothing_taken",
    "consensus/typo-g.csv": "no_text_column",
    "header/headerless.csv": "no_header",
    "suspicions/i0.csv": "no_rows",
}


@pytest.mark.parametrize("name", RIGHT)
def test_each_holds_what_it_holds(sqlite_database: Database, name: str) -> None:
    report = bring(sqlite_database, shared_file(f"../reports/{name}"))
    counts = (report.imported, report.votes, report.references, report.golden, set(report.new_classes))
    assert counts == RIGHT[name]


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_be_meant_in_two_ways_is_refused(sqlite_database: Database, name: str) -> None:
    with pytest.raises(LabelingError, match=REFUSED[name]):
        bring(sqlite_database, shared_file(f"../reports/{name}"))


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """What a command says of these files as JSON."""
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_a_class_of_single_votes_has_no_kappa(capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(capsys, "agreement", str(shared_file("../reports/agreement/class-single.csv")))
    assert next(row for row in found["classes"] if row["label"] == "z")["kappa"] is None
    ends = [figure[end] for figure in found["figures"].values() for end in ("low", "high") if figure[end] is not None]
    assert all(-1 <= end <= 1 for end in ends)


def test_signs_are_labels_and_ids_whoever_wrote_the_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    golden = str(shared_file("../reports/plus-minus/golden.csv"))
    for name in ("exported.csv", "votes.csv"):
        out = tmp_path / "out.csv"
        votes = str(shared_file(f"../reports/plus-minus/{name}"))
        asked(capsys, "consensus", votes, "--golden", golden, "-o", str(out))
        rows = {row["item"]: (row["label"], row["probability"]) for row in pl.read_csv(out).to_dicts()}
        assert rows["-xK3"][0] == "+" and rows["-xK3"][1] == pytest.approx(1, abs=0.01)
        assert {item for item, _ in rows.items()} == {"-xK3", "b2", "c3"}


def test_a_space_behind_a_golden_label_changes_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    tables = []
    for name in ("typo-g0.csv", "typo-g.csv"):
        out = tmp_path / "out.parquet"
        files = [str(shared_file(f"../reports/consensus/{each}")) for each in ("typo.csv", name)]
        asked(capsys, "consensus", files[0], "--golden", files[1], "-o", str(out))
        tables.append(pl.read_parquet(out))
    assert tables[0].equals(tables[1])


@pytest.mark.parametrize(("name", "right"), [("onevote-150-1000.csv", 0.71), ("onevote-77-3000.csv", 0.69)])
def test_one_vote_is_as_sure_as_it_is_right(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, right: float
) -> None:
    out = tmp_path / "out.parquet"
    found = asked(capsys, "consensus", str(shared_file(f"../reports/consensus/{name}")), "-o", str(out))
    assert found["warning"] is not None
    assert pl.read_parquet(out)["probability"].mean() == pytest.approx(right, abs=0.05)


def test_lines_stay_lines_when_they_are_masked() -> None:
    given = shared_file("../reports/mask/nl.txt")
    out = subprocess.run(
        [sys.executable, "-m", "labeling", "mask", "-", "--no-names"],
        input=given.read_bytes(),
        capture_output=True,
        check=True,
    ).stdout
    assert len(out.splitlines()) == len(given.read_bytes().splitlines())


@pytest.mark.parametrize("files", [("items.csv", "vu.csv"), ("i0.csv", "votes.csv"), ("items.csv", "v0.csv")])
def test_files_that_do_not_belong_together_are_a_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, files: tuple[str, str]
) -> None:
    items, votes = (str(shared_file(f"../reports/suspicions/{name}")) for name in files)
    assert main(["suspicions", items, votes, "-o", str(tmp_path / "out.csv")]) in (1, 2)
    told = capsys.readouterr().err
    assert told.startswith("suspicions: ") and "Traceback" not in told and not (tmp_path / "out.csv").exists()
