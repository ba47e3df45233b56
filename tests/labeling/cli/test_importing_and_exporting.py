"""``python -m labeling import`` and ``export``."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from db.engine import database
from labeling.cli.main import main
from labeling.cli.reasons import ANSWERS, ROWS
from labeling.exchange.blocks import Omitted
from tests.fed import LEFT_OUT
from tests.shared import shared_file

ROOT = Path(__file__).parents[3]


def by_process(tmp_path: Path, *arguments: str, given: bytes | None = None, code: int = 0) -> str:
    """What the command wrote to stdout."""
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/cli.db"}
    command = [sys.executable, "-m", "labeling", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, input=given, capture_output=True, check=False)
    assert done.returncode == code, done.stderr.decode()
    return (done.stdout if code == 0 else done.stderr).decode()


def run(tmp_path: Path, *arguments: str, given: bytes = b"", code: int = 0) -> str:
    """The same in this process, which needn't import everything for each command."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/cli.db")
        for name, stream in (("stdin", io.TextIOWrapper(io.BytesIO(given))), ("stdout", out), ("stderr", err)):
            patch.setattr(sys, name, stream)
        database.cache_clear()
        ended = main([*arguments])
        if database.cache_info().currsize:
            database().close()
        database.cache_clear()
    told = [cast(io.BytesIO, stream.buffer).getvalue().decode() for stream in (out, err)]
    assert ended == code, told[1]
    return told[0 if code == 0 else 1]


def test_a_file_goes_in_and_comes_out(tmp_path: Path) -> None:
    source = tmp_path / "texts.csv"
    source.write_text("text,category\nhello,a\n=1,b\n,c\n", encoding="utf-8")
    told = by_process(tmp_path, "import", str(source), "--project", "demo-cli")
    assert "3 rows read" in told and "2  items imported" in told and "line 4: no text" in told
    report = json.loads(by_process(tmp_path, "import", str(source), "--project", "demo-cli", "--json"))
    assert (report["imported"], report["duplicate_ids"], report["empty"]) == (0, 2, 1)
    rows = list(csv.DictReader(by_process(tmp_path, "export", "--project", "demo-cli", "-o", "-").splitlines()))
    assert [(row["text"], row["reference"], row["label"]) for row in rows] == [("hello", "a", ""), ("=1", "b", "")]
    assert "2 rows" in by_process(tmp_path, "export", "--project", "demo-cli", "-o", str(tmp_path / "out.xlsx"))
    assert (tmp_path / "out.xlsx").stat().st_size > 0


def test_what_is_no_vote_is_told_by_count_and_example(tmp_path: Path) -> None:
    shown = [
        {"text": "a", "label": "x", "answer": answer, "_session_id": "ann"} for answer in ("accept", "reject", "reject")
    ]
    numbers = {"text": "a", "annotations": [{"label": 3, "user": 1}]}
    given = "\n".join(map(json.dumps, shown)).encode()
    told = run(tmp_path, "import", "-", "--project", "p", given=given)
    assert "records of Prodigy" in told and "2  answers left out" in told
    assert "2  rejected labels, which say only what is wrong (line 2 ann: x; line 3 ann: x)" in told
    report = json.loads(run(tmp_path, "import", "-", "--project", "q", "--json", given=given))
    assert report["left_out"] == {"rejected": 2} and report["tool"] == "Prodigy"
    told = run(tmp_path, "import", "-", "--project", "p", given=json.dumps(numbers).encode())
    assert "1  labels are numbers by which doccano knows them" in told


def test_a_file_of_which_nothing_is_taken_ends_with_a_sentence(tmp_path: Path) -> None:
    votes = b"item,annotator,label\n1,ann,x\n2,bob,y\n"
    told = run(tmp_path, "import", "-", "--project", "p", given=votes, code=1)
    assert told == (
        "import: stdin: none of its 2 rows was taken, and nothing was written. Line 2: no item has this id, and the row has "
        "no text: 1. Name the columns with --text, --id and --label, or mend the file\n"
    )
    assert "no rows in it" in run(tmp_path, "import", "-", "--project", "p", given=b"text\n", code=1)
    assert "there is no project" in run(tmp_path, "export", "--project", "p", "-o", "-", code=2)


def test_what_was_noticed_is_told_with_its_option(tmp_path: Path) -> None:
    wide = b"id,text,anna,ben\n1,hello there,a,b\n2,thank you,b,b\n"
    told = run(tmp_path, "import", "-", "--project", "p", given=wide)
    assert "no votes were taken: see --annotators anna,ben" in told and "2  items imported" in told
    told = run(tmp_path, "import", "-", "--project", "p", "--annotators", "anna,ben", given=wide)
    assert "vote from “anna, ben”" in told and "4  votes" in told
    refused = run(tmp_path, "agreement", "-", given=wide, code=2)
    assert "take them as votes with --annotators anna,ben" in refused
    told = run(tmp_path, "agreement", "-", "--annotators", "anna,ben", "--draws", "0", given=wide)
    assert "4 votes of 2 annotators on 2 items" in told
    written = tmp_path / "consensus.csv"
    run(tmp_path, "consensus", "-", "--annotators", "anna,ben", "-o", str(written), given=wide)
    assert len(written.read_text(encoding="utf-8").splitlines()) == 3


def test_labels_of_several_classes_are_offered_and_taken(tmp_path: Path) -> None:
    lists = b'{"text": "hello", "labels": ["x", "y"]}\n{"text": "bye", "labels": ["y"]}\n'
    told = run(tmp_path, "import", "-", "--project", "p", given=lists)
    assert "1 answers name several classes at once: a project made with --kind several takes them" in told
    told = run(tmp_path, "import", "-", "--project", "q", "--kind", "several", given=lists)
    assert "2  reference labels" in told and "several" not in told
    flags = b"text,joy,fear\nhello,1,0\nbye,1,1\n"
    told = run(tmp_path, "import", "-", "--project", "r", given=flags)
    assert "no labels were taken: see --one-hot joy,fear --kind several" in told
    run(tmp_path, "import", "-", "--project", "s", "--one-hot", "joy,fear", "--kind", "several", given=flags)
    rows = list(csv.DictReader(run(tmp_path, "export", "--project", "s", "-o", "-").splitlines()))
    assert [row["reference"] for row in rows] == ["joy", "joy|fear"]
    rows = list(csv.DictReader(run(tmp_path, "export", "--project", "s", "--one-hot", "-o", "-").splitlines()))
    assert "label" not in rows[0] and {"joy", "fear"} <= rows[0].keys()


def test_labels_of_several_columns_are_asked_for(tmp_path: Path) -> None:
    two = b"text,sentiment,topic\nhello there,glad,card\n"
    told = run(tmp_path, "import", "-", "--project", "p", given=two, code=2)
    assert "columns sentiment, topic all look like labels; name the one that counts with --label" in told
    told = run(tmp_path, "import", "-", "--project", "p", "--label", "topic", given=two)
    assert "reference from “topic”" in told and "not taken for them: sentiment" in told
    told = run(tmp_path, "import", "-", "--project", "q", "--metadata", "sentiment,topic", given=two)
    assert "reference" not in told.splitlines()[1]


def test_every_reason_is_told_in_words() -> None:
    assert set(LEFT_OUT) - {""} <= set(ROWS)
    assert set(ANSWERS) == set(Omitted)


def test_labels_are_taken_for_what_is_asked(tmp_path: Path) -> None:
    source = b"id,text,label,who\n1,hello,a,ann\n"
    base = ("import", "-", "--project", "p", "--json")
    votes = json.loads(run(tmp_path, *base, "--annotator", "who", given=source))
    assert (votes["votes"], votes["references"], votes["name"]) == (1, 0, "stdin")
    golden = json.loads(run(tmp_path, *base, "--labels-as", "golden", "--label", "label", given=source))
    assert (golden["golden"], golden["imported"]) == (1, 0)
    named = json.loads(run(tmp_path, *base, "--labels-as", "votes", "--annotator-name", "m1", given=source))
    assert named["votes"] == 1
    exported = run(tmp_path, "export", "--project", "p", "--what", "annotations", "-o", "-")
    assert {row["annotator"] for row in csv.DictReader(exported.splitlines())} == {"ann", "m1"}


def test_refusals_are_one_line(tmp_path: Path) -> None:
    assert "there is no project none" in by_process(tmp_path, "export", "--project", "none", "-o", "-", code=2)
    missing = by_process(tmp_path, "import", str(tmp_path / "none.csv"), "--project", "p", code=2)
    assert "none.csv: No such file or directory; check the path" in missing
    refused = by_process(tmp_path, "import", "-", "--project", "p", "--text", "nope", given=b"text\na\n", code=2)
    assert "there is no column nope" in refused and refused.count("\n") == 1


@pytest.mark.shared
def test_the_bank_queries_go_in_with_one_command(tmp_path: Path) -> None:
    source = shared_file("banking77/train.csv")
    first, again = (
        json.loads(by_process(tmp_path, "import", str(source), "--project", "banking", "--json")) for _ in range(2)
    )
    assert (first["imported"], len(first["new_classes"]), first["references"]) == (10_003, 77, 10_003)
    assert (again["imported"], again["duplicate_ids"], again["new_classes"]) == (0, 10_003, [])


def test_conversations_are_taken_as_they_are_asked_for(tmp_path: Path) -> None:
    lines = tmp_path / "lines.csv"
    lines.write_text('text\n"Client: hi\nAgent: hello"\nplain\n', encoding="utf-8")
    assert "1  of the first texts look like conversations" in run(tmp_path, "import", str(lines), "--project", "a")
    assert "1  of them conversations" in run(tmp_path, "import", str(lines), "--project", "b", "--dialogue")
    columns = tmp_path / "columns.csv"
    columns.write_text("question,answer,topic\nwhere is my card,on its way,x\n", encoding="utf-8")
    run(tmp_path, "import", str(columns), "--project", "c", "--turn-columns", "question,answer")
    run(tmp_path, "export", "--project", "c", "--what", "final", "-o", str(tmp_path / "out.jsonl"))
    (line,) = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    assert line["text"] == "question: where is my card\nanswer: on its way"
