"""Files as people have them, and every command on them: one spelling of names, our own exports, and sentences."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from labeling.cli.main import main
from labeling.cli.sentences import SENTENCES
from labeling.exchange.formulas import neutralise

ROOT = Path(__file__).parents[3]
# What a command can come to: all of ``labeling`` but the rooms that only pages call, and the database.
ROOMS = ("cli", "demo", "exchange", "facts", "jobs", "privacy", "projects", "quality", "review", "runs")
SAID = ["my card is lost", "the card is gone", "no code came", "the code is late", "card stolen", "code again"]
# Of fewer a classifier is not heard, however well it tells them apart.
TEXTS = [text + more for more in ("", " today", " at home", " since Monday", " please help") for text in SAID]


def write(path: Path, rows: list[list[str]], *, guarded: bool = False) -> str:
    """A CSV with quoted cells, guarded as tables for spreadsheets are where asked."""
    cells = rows
    if guarded:
        cells = [[*rows[0], "guarded"], *([*map(neutralise, row), ""] for row in rows[1:])]
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def crowd(labels: tuple[str, str] = ("card", "code"), prefix: str = "i") -> list[list[str]]:
    """Votes of three on the texts, who agree but on the last."""
    rows = [["item", "annotator", "label"]]
    for at in range(len(TEXTS)):
        label = labels["code" in TEXTS[at]]
        rows += [[f"{prefix}{at}", who, label] for who in ("anna", "ben")]
        rows.append([f"{prefix}{at}", "cyd", labels[0] if at == 5 else label])
    return rows


def texts(prefix: str = "i", label: tuple[str, str] | None = None) -> list[list[str]]:
    head = ["item", "text"] + (["label"] if label else [])
    return [
        head,
        *([f"{prefix}{at}", text, *([label["code" in text]] if label else [])] for at, text in enumerate(TEXTS)),
    ]


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main([*arguments, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    # Names of files and their encodings are another matter.
    found.pop("read", None)
    return found


def consensus_of(capsys: pytest.CaptureFixture[str], votes: str, out: Path, *more: str) -> pl.DataFrame:
    told(capsys, "consensus", votes, "-o", str(out), *more)
    return pl.read_parquet(out)


@pytest.mark.parametrize("spelt", ["code ", "\u00a0code\u200b", "\ufeff\tcode"])
def test_what_cannot_be_seen_at_the_ends_of_a_golden_label_makes_no_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spelt: str
) -> None:
    votes = write(tmp_path / "votes.csv", crowd())
    plain = write(tmp_path / "plain.csv", [["item", "label"], ["i2", "code"], ["i0", "card"]])
    other = write(tmp_path / "other.csv", [["item", "label"], [" i2", spelt], ["i0 ", "card"]])
    one = consensus_of(capsys, votes, tmp_path / "one.parquet", "--golden", plain)
    two = consensus_of(capsys, votes, tmp_path / "two.parquet", "--golden", other, "--classes", f"card,{spelt}")
    assert one.equals(two)
    assert told(capsys, "assessors", votes, "--golden", other)["golden"] == 2


def test_composed_and_decomposed_letters_are_one_class(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = [["й", "и\u0306"], ["é", "e\u0301"], ["Å", "\u212b"]]
    rows = [["item", "annotator", "label"]]
    rows += [[str(at), who, label] for at, pair in enumerate(both) for who, label in zip("ab", pair, strict=True)]
    found = told(capsys, "agreement", write(tmp_path / "votes.csv", rows))
    assert len(found["labels"]) == 3  # type: ignore[arg-type]
    assert found["figures"]["by_items"]["value"] == 1  # type: ignore[index]


def test_case_is_part_of_a_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["item", "annotator", "label"], ["1", "anna", "Spam"], ["1", " anna ", "spam"], ["1", "Anna", "spam "]]
    found = told(capsys, "agreement", write(tmp_path / "votes.csv", rows))
    assert (found["labels"], found["annotators"], found["duplicates"]) == (["Spam", "spam"], 2, 1)


@pytest.mark.parametrize("labels", [("+", "-"), ("=cmd|x", "'@b")])
def test_our_own_csv_means_what_the_plain_one_does_in_every_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], labels: tuple[str, str]
) -> None:
    outputs = {}
    for guarded in (False, True):
        kind = "guarded" if guarded else "plain"
        votes = write(tmp_path / f"votes_{kind}.csv", crowd(labels, "-x"), guarded=guarded)
        items = write(tmp_path / f"items_{kind}.csv", texts("-x", labels), guarded=guarded)
        golden = write(tmp_path / f"golden_{kind}.csv", [["item", "label"], ["-x0", labels[0]]], guarded=guarded)
        out = str(tmp_path / f"{kind}.parquet")
        commands = {
            "agreement": ["agreement", votes, "--draws", "0"],
            "consensus": ["consensus", votes, "--golden", golden, "-o", out],
            "assessors": ["assessors", votes, "--golden", golden],
            "suspicions": ["suspicions", items, votes, "--golden", golden, "-o", out],
            "label-issues": ["label-issues", items, "-o", out],
            "mask": ["mask", items, "-o", out, "--no-names"],
        }
        for name, command in commands.items():
            found = told(capsys, *command)
            found.pop("file", None)
            found.pop("output", None)
            table = pl.read_parquet(out).rows() if "-o" in command else None
            outputs[name, guarded] = (found, table)
    # An apostrophe of one's own before a sign looks as if we had put it there: a plain file has none such.
    if labels[1][0] != "'":
        for name in {name for name, _ in outputs}:
            assert outputs[name, False] == outputs[name, True], name
    assert {row[0] for row in outputs["consensus", True][1] or []} == {f"-x{at}" for at in range(len(TEXTS))}
    assert {row[1] for row in outputs["consensus", True][1] or []} == set(labels)


def test_short_and_long_rows_are_left_out_and_told_and_no_one_is_taken_for_unsure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("item,annotator,label\n1,a,x\n1,b\n2,a,x\n2,b,\n3\n3,b,x,y\n")
    found = told(capsys, "agreement", str(path))
    assert (found["votes"], found["unsure"]) == (2, 1)
    assert found["bad_rows"] == {str(path): 3}
    assert [row["line"] for row in found["bad_rows_shown"][str(path)]] == [3, 6, 7]  # type: ignore[index]
    for command in (["agreement"], ["consensus", "-o", str(tmp_path / "out.csv")], ["assessors"]):
        assert main([command[0], str(path), *command[1:]]) == 0
        said = capsys.readouterr().out
        assert "3 rows left out" in said and "line 3: more or fewer cells than columns: 1,b" in said


def test_rows_that_come_again_are_told_by_every_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    items = write(tmp_path / "items.csv", [*texts("i", ("card", "code")), ["i0", "again", "code"]])
    votes = write(tmp_path / "votes.csv", [*crowd(), ["i0 ", "anna", "code"]])
    out = str(tmp_path / "out.csv")
    for command in (["data-map", items], ["label-issues", items], ["suspicions", items, votes]):
        assert told(capsys, *command, "-o", out)["repeated_rows"] == dict.fromkeys(command[1:], 1)
        assert main([*command, "-o", out]) == 0
        assert "1 rows repeat" in capsys.readouterr().out
    for command in (["agreement", votes], ["consensus", votes, "-o", out], ["assessors", votes]):
        assert told(capsys, *command)["duplicates"] == 1


def test_consensus_tells_ties_and_single_votes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.parquet"
    tied = write(
        tmp_path / "tied.csv", [["item", "annotator", "label"], ["1", "a", "x"], ["1", "b", "y"], ["2", "a", "x"]]
    )
    found = told(capsys, "consensus", tied, "-o", str(out))
    assert (found["ties"], found["one_vote"], found["warning"]) == (1, 1, None)
    assert main(["consensus", tied, "-o", str(out)]) == 0
    assert "ties: 1; drawn by a hash of seed 0, item and class" in capsys.readouterr().out
    single = write(tmp_path / "single.csv", [["item", "annotator", "label"], ["1", "a", "x"], ["2", "b", "y"]])
    assert told(capsys, "consensus", single, "-o", str(out))["warning"] == "no_evidence"
    assert main(["consensus", single, "-o", str(out)]) == 0
    said = capsys.readouterr().out
    assert "warning: one vote an item and none on a golden item" in said
    assert pl.read_parquet(out)["probability"].to_list() == pytest.approx([2 / 3, 2 / 3])
    golden = write(tmp_path / "golden.csv", [["item", "label"], ["1", "x"]])
    assert told(capsys, "consensus", single, "--golden", golden, "-o", str(out))["warning"] == "no_overlap"


def test_votes_on_other_items_than_the_texts_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    votes, others = write(tmp_path / "votes.csv", crowd()), write(tmp_path / "items.csv", texts("other"))
    unsure = write(tmp_path / "unsure.csv", [["item", "annotator", "label"], ["other0", "a", ""]])
    for given in (votes, unsure):
        assert main(["suspicions", others, given, "-o", str(tmp_path / "out.csv")]) == 2
        assert "no item has both a text and a vote" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


NASTY = {
    "directory": None,
    "empty": b"",
    "blank lines": b"\n\n",
    "header": b"item,annotator,label,text\n",
    "junk": bytes(range(256)) * 20,
    "missing": b"id,who\n1,a\n",
    "ragged": b"item,annotator,label,text\n1,a\n",
}


@pytest.mark.parametrize("content", NASTY.values(), ids=NASTY)
def test_a_file_that_is_none_is_refused_in_one_sentence_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    bad, out = tmp_path / "bad.csv", str(tmp_path / "out.csv")
    if content is None:
        bad.mkdir()
    else:
        bad.write_bytes(content)
    votes, items = write(tmp_path / "votes.csv", crowd()), write(tmp_path / "items.csv", texts())
    for command in (
        ["agreement", str(bad)],
        ["consensus", str(bad), "-o", out],
        ["suspicions", items, str(bad), "-o", out],
        ["suspicions", str(bad), votes, "-o", out],
        ["label-issues", str(bad), "-o", out],
        ["mask", str(bad), "-o", out],
    ):
        assert main(command) == 2, command
        said = capsys.readouterr()
        assert said.out == ""
        assert len(said.err.splitlines()) == 1
        assert said.err.startswith(f"{command[0]}: ")
        assert "bad." in said.err and "(name=" not in said.err
    assert not Path(out).exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nothing", "is not the address of a database"),
        ("mysql://a:secret@b/c", "is not the address of a database"),
        ("postgresql://a:secret@host:port/c", "is not the address of a database"),
        ("postgresql://a:secret@127.0.0.1:1/c", "can't be opened"),
        ("sqlite:///{folder}/none.db/x.db", "can't be opened"),
        ("sqlite:///{folder}/none.db", "SQLITE_NOTADB"),
    ],
)
def test_a_wrong_address_of_a_database_is_a_sentence_without_its_password(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    from db import engine

    (tmp_path / "none.db").write_bytes(b"no database at all, only words\n" * 40)
    monkeypatch.setenv("DATABASE_URL", url.format(folder=tmp_path))
    engine.database.cache_clear()
    try:
        assert main(["export", "--project", "x", "-o", str(tmp_path / "out.csv")]) == 2
    finally:
        engine.database.cache_clear()
    found = capsys.readouterr().err
    assert said in found and "DATABASE_URL" in found
    assert "secret" not in found and len(found.splitlines()) == 1


def refusals() -> Iterator[tuple[str, str, set[str]]]:
    """Where a refusal is raised that a command can meet, its code, and the facts it comes with."""
    paths = [path for room in ROOMS for path in (ROOT / "labeling" / room).rglob("*.py")]
    for path in [*paths, *(ROOT / "labeling").glob("*.py"), *(ROOT / "db").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "")
            if isinstance(node, ast.Call) and name in ("LabelingError", "SchemaError") and node.args:
                code = node.args[0]
                for each in [code.body, code.orelse] if isinstance(code, ast.IfExp) else [code]:
                    if isinstance(each, ast.Constant):
                        yield f"{path.name}:{node.lineno}", str(each.value), {str(key.arg) for key in node.keywords}


def test_every_refusal_that_a_command_can_meet_has_its_sentence() -> None:
    found = list(refusals())
    assert len({code for _, code, _ in found}) > 60
    assert {code for _, code, _ in found} - set(SENTENCES) == set()


def test_every_sentence_is_given_the_facts_it_needs() -> None:
    lacking = {}
    for where, code, facts in refusals():
        # The file of a frame is known to the command itself.
        given = facts | {"file"}
        wanted = set(re.findall(r"\{(\w+)", SENTENCES[code]))
        if wanted - given:
            lacking[f"{where} {code}"] = wanted - given
    assert lacking == {}
