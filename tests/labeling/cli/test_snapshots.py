"""``export --snapshot``, ``--from-snapshot`` and ``snapshots list | verify | diff``, on files of every kind."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import select

from db import schema
from db.engine import Database
from db.engine import database as process_database
from labeling.cli.main import main
from labeling.desk import golden
from labeling.projects.projects import get_project
from tests.labeling.snapshots.keeping import change_texts, tamper

ROOT = Path(__file__).parents[3]
# What programs and spreadsheets are known to change on the way.
TEXTS = ["hello", "=1+1", "'=quoted", '"so", he said\nand left', "007", "  spaced  ", "ёлка 🎄", "-5", "null", "1e5"]

Run = Callable[..., str]


@pytest.fixture
def run(either: Database, capsys: pytest.CaptureFixture[str]) -> Run:
    """One command, with the exit code that it should have; gives stdout, of a refusal stderr."""

    def command(*arguments: str, code: int = 0) -> str:
        assert main(list(arguments)) == code, capsys.readouterr()
        said = capsys.readouterr()
        return said.err if code == 2 else said.out

    return command


@pytest.fixture
def either(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The process's database with a project "p" of nasty texts and votes on them."""
    rows = [{"id": f"i{n}", "text": text, "label": "xyz"[n % 3], "annotator": who}
            for n, text in enumerate(TEXTS) for who in ("ann", "bob")]  # fmt: skip
    (tmp_path / "votes.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    process_database.cache_clear()
    assert main(["import", "votes.jsonl", "--project", "p", "--annotator", "annotator"]) == 0
    yield database
    process_database().close()
    process_database.cache_clear()


def appoint(database: Database, item: str, label: str) -> None:
    with database.transaction() as connection:
        item_id = connection.execute(select(schema.item.c.id).where(schema.item.c.external_id == item)).scalar_one()
        golden.appoint(connection, get_project(connection, "p"), item_id, label, now=datetime.now(UTC), actor=None)


def test_a_file_of_every_kind_is_found_to_be_the_snapshots(run: Run) -> None:
    told = run("export", "--project", "p", "--snapshot", "v1", "-o", "v1.csv")
    assert "10 of 10 items labeled" in told and "10 rows" in told
    for name, kind in (
        *(("v1.csv", "csv"), ("b.csv", "csv"), ("a.tsv", "tsv"), ("a.jsonl", "jsonl"), ("a.parquet", "parquet")),
        *(("sheet.csv", "csv_spreadsheet"), ("a.xlsx", "xlsx")),
    ):
        if name != "v1.csv":
            run("export", "--project", "p", "--from-snapshot", "v1", "-o", name, "--format", kind)
        assert "holds exactly these rows" in run("snapshots", "verify", "--project", "p", "v1", "--file", name)
    assert Path("b.csv").read_bytes() == Path("v1.csv").read_bytes()


def test_what_is_otherwise_in_a_file_is_named(run: Run) -> None:
    run("export", "--project", "p", "--snapshot", "v1", "-o", "v1.jsonl")
    rows = [json.loads(line) for line in Path("v1.jsonl").read_text(encoding="utf-8").splitlines()]
    rows[0]["label"], rows[1]["text"], rows[2]["probability"] = "z", "another", 0.25
    changed = [*rows[:-2], rows[3], rows[-1] | {"item": "new"}]
    Path("other.jsonl").write_text("".join(json.dumps(row) + "\n" for row in changed), encoding="utf-8")
    told = run("snapshots", "verify", "--project", "p", "v1", "--file", "other.jsonl", code=1)
    assert "3 items are otherwise: i0 (label); i1 (text); i2 (probability)" in told
    assert "2 items are missing: i8, i9" in told and "1 items are not in the snapshot: new" in told
    assert "1 rows repeat an item" in told
    facts = json.loads(run("snapshots", "verify", "--project", "p", "v1", "--file", "other.jsonl", "--json", code=1))
    assert (facts["is_whole"], facts["file"]["is_same"], facts["file"]["differing"]) == (True, False, 3)
    Path("few.csv").write_text("item,text\ni0,hello\n", encoding="utf-8")
    assert "no column label, source" in run("snapshots", "verify", "--project", "p", "v1", "--file", "few.csv", code=2)


def test_what_was_changed_in_the_database_ends_with_one(run: Run, either: Database) -> None:
    run("export", "--project", "p", "--snapshot", "v1")
    assert "are what they were" in run("snapshots", "verify", "--project", "p", "v1")
    change_texts(either, "i3")
    assert "1 items have another text than then: i3" in run("snapshots", "verify", "--project", "p", "v1", code=1)
    tamper(either, pl.lit("x").alias("label"))
    assert "its rows were changed" in run("snapshots", "verify", "--project", "p", "v1", code=1)
    refused = run("export", "--project", "p", "--from-snapshot", "v1", "-o", "a.csv", code=2)
    assert "are not those that were kept" in refused and not Path("a.csv").exists()


def test_a_file_from_a_snapshot_is_of_its_moment_whatever_came_since(run: Run, either: Database) -> None:
    run("export", "--project", "p", "--snapshot", "v1", "-o", "then.parquet")
    appoint(either, "i0", "z")
    Path("more.jsonl").write_text(json.dumps({"id": "i99", "text": "new"}), encoding="utf-8")
    run("import", "more.jsonl", "--project", "p")
    run("export", "--project", "p", "--from-snapshot", "v1", "-o", "now.parquet")
    assert pl.read_parquet("now.parquet").equals(pl.read_parquet("then.parquet"))
    run("export", "--project", "p", "-o", "newest.parquet")
    assert pl.read_parquet("newest.parquet").height == 11


def test_differences_are_counted_listed_and_written(run: Run, either: Database) -> None:
    run("export", "--project", "p", "--snapshot", "v1")
    appoint(either, "i0", "z")
    run("export", "--project", "p", "--snapshot", "v2")
    told = run("snapshots", "diff", "--project", "p", "v1", "v2")
    assert "1 labels changed, 9 as before" in told and "i0: x -> z  golden label" in told
    facts = json.loads(run("snapshots", "diff", "--project", "p", "v2", "v1", "--json"))
    assert (facts["earlier"]["name"], facts["later"]["name"], facts["by_cause"]) == ("v1", "v2", {"golden": 1})
    assert [(row["item"], row["before"], row["after"]) for row in facts["rows"]] == [("i0", "x", "z")]
    run("snapshots", "diff", "--project", "p", "v1", "v2", "-o", "diff.csv")
    assert pl.read_csv("diff.csv").select("item", "before", "after", "cause").rows() == [("i0", "x", "z", "golden")]
    listed = json.loads(run("snapshots", "list", "--project", "p", "--json"))
    assert [each["name"] for each in listed] == ["v2", "v1"]
    assert listed[0]["figures"]["by_source"] == {"adjudication": 0, "golden": 1, "consensus": 9}
    assert listed[1]["sha256"] in run("snapshots", "list", "--project", "p")


def test_refusals_are_one_line(run: Run) -> None:
    assert "no snapshots yet" in run("snapshots", "list", "--project", "p")
    run("export", "--project", "p", "--snapshot", "v1")
    for arguments, sentence in (
        (("export", "--project", "p", "--snapshot", "v1"), "there is a snapshot v1 already"),
        (("export", "--project", "p", "--snapshot", "a/b"), "is no name for a snapshot"),
        (("export", "--project", "p"), "-o FILE says where to write"),
        (("export", "--project", "p", "--snapshot", "v2", "--what", "golden"), "leave --what and --as-of out"),
        (("export", "--project", "p", "--snapshot", "v2", "--from-snapshot", "v1"), "take one of"),
        (("export", "--project", "p", "--from-snapshot", "v9", "-o", "a.csv"), "the project has no snapshot v9"),
        (
            ("export", "--project", "p", "--from-snapshot", "v1", "-o", "a.parquet", "--format", "hugging_face"),
            "has no place for",
        ),
        (("snapshots", "verify", "--project", "p", "v9"), "the project has no snapshot v9"),
        (("snapshots", "diff", "--project", "p", "v1", "v1", "-o", "a.doc"), "the ending should be one of"),
    ):
        told = run(*arguments, code=2)
        assert sentence in told and told.count("\n") == 1


def test_the_lines_of_the_guide_compute_the_same_hash(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they stand in the document, on a JSONL and on a Parquet file, by nobody's code but the standard library's."""
    guide = (ROOT / "docs/howto/snapshots.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^    (import hashlib.+?print\(.+?\))$", guide, re.MULTILINE | re.DOTALL)
    script = re.sub(r"^    ", "", script, flags=re.MULTILINE)
    assert len(script.splitlines()) <= 12
    run("export", "--project", "p", "--snapshot", "v1", "-o", "labels.jsonl")
    (listed,) = json.loads(run("snapshots", "list", "--project", "p", "--json"))
    said: list[str] = []
    exec(compile(script, "guide", "exec"), {"print": said.append})
    run("export", "--project", "p", "--from-snapshot", "v1", "-o", "labels.parquet")
    by_parquet = script.replace(
        '[json.loads(line) for line in open("labels.jsonl", encoding="utf-8")]',
        'pl.read_parquet("labels.parquet").to_dicts()',
    )
    assert by_parquet != script
    exec(compile(by_parquet, "guide", "exec"), {"print": said.append, "pl": pl})
    assert said == [listed["sha256"]] * 2
    assert hashlib.sha256(b"").hexdigest() not in said


@pytest.mark.parametrize(
    "refused", [("-o", "x.doc"), ("-o", "x.parquet", "--format", "hugging_face"), ("-o", "x.csv", "--separator", "")]
)
def test_what_is_refused_has_taken_no_snapshot(run: Run, refused: tuple[str, ...]) -> None:
    run("export", "--project", "p", "--snapshot", "v1", *refused, code=2)
    assert json.loads(run("snapshots", "list", "--project", "p", "--json")) == []


def test_a_file_of_sets_is_found_to_be_the_snapshots_in_whatever_form_they_stand(run: Run) -> None:
    rows = [{"item": f"s{n}", "text": f"text {n}", "annotator": "ann", "label": label}
            for n, label in enumerate([["x", "y"], ["a; b"], [], ["[x]"]])]  # fmt: skip
    Path("sets.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    run("import", "sets.jsonl", "--project", "q", "--kind", "several")
    run("export", "--project", "q", "--snapshot", "v1")
    for name in ("a.csv", "a.jsonl", "a.parquet", "a.xlsx"):
        run("export", "--project", "q", "--from-snapshot", "v1", "-o", name)
        assert "holds exactly these rows" in run("snapshots", "verify", "--project", "q", "v1", "--file", name)
    lines = Path("a.jsonl").read_text(encoding="utf-8").replace('"label":["x","y"]', '"label":["x"]')
    Path("a.jsonl").write_text(lines, encoding="utf-8")
    assert "s0" in run("snapshots", "verify", "--project", "q", "v1", "--file", "a.jsonl", code=1)
