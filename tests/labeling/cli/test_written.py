"""What commands write: a CSV is exact, or for spreadsheets; each is read again as it was."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from labeling.cli.main import main
from tests.labeling.cli.test_files import TEXTS, consensus_of, crowd, texts, told, write


@pytest.mark.parametrize("labels", [("+", "-"), ("=cmd|x", "@b")])
def test_csv_that_commands_write_is_exact_or_for_spreadsheets_and_read_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], labels: tuple[str, str]
) -> None:
    votes = write(tmp_path / "votes.csv", crowd(labels, "-x"))
    items = write(tmp_path / "items.csv", texts("-x", labels))
    out, sheet = tmp_path / "out.csv", tmp_path / "sheet.csv"
    for command in (
        ["consensus", votes],
        ["label-issues", items],
        ["mask", items, "--no-names"],
    ):
        assert told(capsys, *command, "-o", str(out))["formula_cells"] >= 12, command  # type: ignore[operator]
        assert {row["item"] for row in pl.read_csv(out).iter_rows(named=True)} == {
            f"-x{at}" for at in range(len(TEXTS))
        }
        assert "formula_cells" not in told(capsys, *command, "-o", str(sheet), "--spreadsheet")
        cells = [cell.strip('"') for line in sheet.read_text().splitlines()[1:] for cell in line.split(",")[:2]]
        assert not [cell for cell in cells if cell[:1] in "+-=@" and cell], command
        assert sheet.read_bytes().startswith(b"\xef\xbb\xbf")
    for made in (out, sheet):
        told(capsys, "consensus", votes, "-o", str(made), *(["--spreadsheet"] if made is sheet else []))
        golden = consensus_of(capsys, votes, tmp_path / "golden.parquet", "--golden", str(made))
        plain = consensus_of(capsys, votes, tmp_path / "plain.parquet")
        assert golden["label"].to_list() == plain["label"].to_list()


def test_what_a_spreadsheet_would_run_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    votes = write(tmp_path / "votes.csv", crowd(("=cmd|x", "b")))
    assert main(["consensus", votes, "-o", str(tmp_path / "out.csv")]) == 0
    assert "cells begin as formulas do" in capsys.readouterr().out
    assert main(["consensus", votes, "-o", str(tmp_path / "out.tsv")]) == 0
    assert (tmp_path / "out.tsv").read_text().startswith("item\tlabel")
