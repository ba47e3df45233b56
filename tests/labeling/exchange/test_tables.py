"""Tables as people have them: what stands above, how they are separated and encoded, which sheet, what columns are called."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from sqlalchemy import select

from db import schema
from db.engine import Database
from labeling.errors import LabelingError
from labeling.exchange.intake import ImportOptions
from labeling.exchange.preview import preview
from labeling.exchange.tables import read_table
from tests.labeling.exchange.files import bring, named

RUSSIAN = "текст;класс\nГде моя карта, её нет;карты\nНе приходит код;вход\n"
FRENCH = "texte;classe\nOù est ma carte, déjà envoyée;carte\nNuméro reçu;accès\n"


def rows_of(content: bytes, name: str = "file.csv", **options: object) -> list[dict[str, object]]:
    return preview(named(content, name), options=ImportOptions(**options)).rows  # type: ignore[arg-type]


def columns_of(content: bytes, name: str = "file.csv") -> dict[str, str]:
    return preview(named(content, name)).mapping.columns()


def workbook(sheets: dict[str, list[list[object]]], write: Callable[..., None] | None = None) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            if write is not None:
                write(sheet)
    return content.getvalue()


@pytest.mark.parametrize(
    "encoding", ["cp1251", "koi8-r", "cp866", "utf-16-le", "utf-16-be", "utf-16", "utf-8", "utf-32"]
)
@pytest.mark.parametrize("text", [RUSSIAN, RUSSIAN.upper(), "text,label\nГде карта,карты\n"])
def test_russian_is_read_in_every_encoding_it_is_written_in(encoding: str, text: str) -> None:
    first = list(rows_of(text.encode(encoding))[0].values())
    assert first == text.splitlines()[1].replace(";", ",").rsplit(",", 1) or first == text.splitlines()[1].split(";")


def test_accents_are_no_cyrillic_letters_and_another_code_page_can_be_named() -> None:
    assert rows_of(FRENCH.encode("cp1252"))[0] == {"texte": "Où est ma carte, déjà envoyée", "classe": "carte"}
    polish = "text,label\nProszę o pomoc,łódź\n".encode("cp1250")
    assert preview(named(polish)).facts.encoding == "cp1252"
    assert rows_of(polish, encoding="cp1250")[0] == {"text": "Proszę o pomoc", "label": "łódź"}
    # Without a mark nobody says in which order its bytes stand.
    assert rows_of(RUSSIAN.encode("utf-16-le"), encoding="utf-16")[1]["класс"] == "вход"


@pytest.mark.parametrize(
    ("top", "above"),
    [
        ("sep=;\n", 1),
        ("# exported 2024-01-01\n", 1),
        ("Report for March\n\n", 2),
        ("Report\nmade by hand\n", 2),
        ("", 0),
    ],
)
def test_what_stands_above_a_table_is_passed_over(top: str, above: int) -> None:
    seen = preview(named(f"{top}text;label\na b, c;x\nd e f;y\n".encode()))
    assert seen.rows == [{"text": "a b, c", "label": "x"}, {"text": "d e f", "label": "y"}]
    assert (seen.facts.above, seen.lines[0]) == (above, above + 2)


@pytest.mark.parametrize(
    "content",
    [
        "I lost my card,cards\nNo code comes,login\nThanks,other\n",
        "1,hello\n2,bye\n",
        "good,pos\nbad,neg\nfine,pos\n",
        "Where is my card and my code?\nThanks\n",
    ],
)
def test_a_file_without_names_is_asked_about_and_loses_no_row(sqlite_database: Database, content: str) -> None:
    with pytest.raises(LabelingError, match="no_header"):
        bring(sqlite_database, named(content.encode()))
    taken = rows_of(content.encode(), header=False)
    assert len(taken) == len(content.splitlines())
    assert not preview(named(content.encode())).facts.names
    assert len(rows_of(content.encode(), header=True)) == len(taken) - 1


def test_between_tabs_a_quote_is_a_letter_unless_it_closes() -> None:
    cells = ('"Great" is not the word', 'says "no"', '"Quote at start', 'size 5"', '"two\n lines"')
    raw = "id\ttext\tlabel\n" + "".join(f"{n}\t{cell}\ta\n" for n, cell in enumerate(cells))
    texts = [row["text"] for row in rows_of(raw.encode(), "raw.tsv")]
    assert texts == ['"Great" is not the word', 'says "no"', '"Quote at start', 'size 5"', "two\n lines"]


def test_the_sheet_with_the_table_is_found_and_another_can_be_named() -> None:
    book = workbook(
        {"Readme": [["This file has labels"]], "Data": [["id", "text"], [1, "hello there"]], "Old": [["text"], ["x"]]}
    )
    seen = preview(named(book, "book.xlsx"))
    assert (seen.facts.sheet, seen.facts.sheets) == ("Data", ("Readme", "Data", "Old"))
    assert seen.rows == [{"id": "1", "text": "hello there"}]
    assert rows_of(book, "book.xlsx", sheet="Old") == [{"text": "x"}]
    with pytest.raises(LabelingError, match="no_sheet") as refused:
        rows_of(book, "book.xlsx", sheet="Nowhere")
    assert refused.value.details["found"] == "Readme, Data, Old"


def test_a_title_over_a_table_is_no_header() -> None:
    book = workbook(
        {"Data": [["Survey 2024"], [], ["id", "text", "label"], [1, "hello there", "a"], [2, "good bye", "b"]]}
    )
    seen = preview(named(book, "book.xlsx"))
    assert (seen.columns, seen.facts.above, len(seen.rows)) == (["id", "text", "label"], 2, 2)


def test_numbers_that_a_float_does_not_hold_are_read_as_they_are_written() -> None:
    """A library writes them as floats too: what other programs write is put into the sheet's own text."""
    import zipfile

    book = workbook({"One": [["id", "text"], [1, "a"], [2, "b"], [12345, "c"]]})
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(b'<v>1</v></c><c r="B2"', b'<v>1234567890123456781</v></c><c r="B2"')
                part = part.replace(b'<v>2</v></c><c r="B3"', b'<v>1234567890123456782</v></c><c r="B3"')
            new.writestr(name, part)
    assert [row["id"] for row in rows_of(content.getvalue(), "ids.xlsx")] == [
        "1234567890123456781",
        "1234567890123456782",
        "12345",
    ]


def test_a_parquet_files_own_names_of_classes_are_its_labels() -> None:
    about = b'{"info": {"features": {"label": {"names": ["card", "login"], "_type": "ClassLabel"}}}}'
    table = pa.table({"text": ["a", "b", "c"], "label": [1, 0, -1]}).replace_schema_metadata({b"huggingface": about})
    content = io.BytesIO()
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    pq.write_table(table, content)
    assert [row["label"] for row in rows_of(content.getvalue(), "x.parquet")] == ["login", "card", None]


@pytest.mark.parametrize("packer", ["gzip", "zstd"])
@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "json", "parquet", "xlsx"])
def test_every_kind_is_read_packed_too(packer: str, kind: str) -> None:
    frame = pl.DataFrame({"text": ["где карта", "нет кода"], "label": ["x", "y"]})
    out = io.BytesIO()
    {
        "csv": frame.write_csv,
        "tsv": lambda to: frame.write_csv(to, separator="\t"),
        "jsonl": frame.write_ndjson,
        "json": lambda to: to.write(frame.write_json().encode()),
        "parquet": frame.write_parquet,
        "xlsx": lambda to: to.write(workbook({"one": [list(frame.columns), *map(list, frame.rows())]})),
    }[kind](out)
    raw = out.getvalue()
    packed = gzip.compress(raw) if packer == "gzip" else pa.Codec("zstd").compress(raw, asbytes=True)
    assert rows_of(packed, f"file.{kind}.{packer}") == frame.to_dicts()


@pytest.mark.parametrize(
    ("header", "row", "columns"),
    [
        (
            "ИД;Текст обращения;Тематика обращения;Разметчик", "1;Где карта;Карты;Анна",
            {"id": "ИД", "text": "Текст обращения", "vote": "Тематика обращения", "annotator": "Разметчик"},
        ),
        (
            "INPUT:text\tOUTPUT:result\tGOLDEN:result\tASSIGNMENT:worker_id\tASSIGNMENT:status", "hello there\ta\t\tW1\tAPPROVED",
            {
                "text": "INPUT:text", "vote": "OUTPUT:result", "golden": "GOLDEN:result", "annotator": "ASSIGNMENT:worker_id",
                "status": "ASSIGNMENT:status",
            },
        ),
        (
            "HITId,WorkerId,SubmitTime,Input.text,Answer.sentiment", "H1,W1,2024-03-05,hello there,pos",
            {
                "id": "HITId", "annotator": "WorkerId", "created_at": "SubmitTime", "text": "Input.text",
                "vote": "Answer.sentiment",
            },
        ),
        ("id,tweet,annotator,label", "1,my card is lost,anna,card",
         {"id": "id", "text": "tweet", "annotator": "annotator", "vote": "label"}),
        ("task,worker,label", "1,anna,a", {"id": "task", "annotator": "worker", "vote": "label"}),
        (
            "customer message,label_confidence,label name", "hello there,0.9,x",
            {"text": "customer message", "reference": "label name"},
        ),
        ("url,remark", "https://a.example/some/long/address/of/a/page,short", {"text": "remark"}),
    ],
)  # fmt: skip
def test_columns_are_told_by_their_names(header: str, row: str, columns: dict[str, str]) -> None:
    assert columns_of(f"{header}\n{row}\n".encode()) == columns


def test_moments_are_understood_and_the_newest_vote_speaks_whatever_the_order_of_rows(
    sqlite_database: Database,
) -> None:
    written = (
        ("1", "2024-03-06T10:00:00Z", "final"), ("1", "1709632800", "first"), ("2", "3/5/2024 10:00 AM", "a"),
        ("3", "05.03.2024 10:00", "b"), ("4", "1709632800123", "c"),
    )  # fmt: skip
    rows = "".join(f"{item},text {item},anna,{label},{moment}\n" for item, moment, label in written)
    bring(sqlite_database, named(f"id,text,annotator,label,created_at\n{rows}".encode()))
    vote, item = schema.annotation, schema.item
    query = select(item.c.external_id, vote.c.revision, vote.c.label, vote.c.created_at).join(
        item, item.c.id == vote.c.item_id
    )
    with sqlite_database.snapshot() as connection:
        found = [tuple(row) for row in connection.execute(query.order_by(item.c.external_id, vote.c.revision))]
    assert [(external_id, revision, label) for external_id, revision, label, _ in found] == [
        ("1", 1, "first"), ("1", 2, "final"), ("2", 1, "a"), ("3", 1, "b"), ("4", 1, "c"),
    ]  # fmt: skip
    assert {moment.strftime("%m-%d %H") for external_id, *_, moment in found if external_id != "1"} == {"03-05 10"}


def test_labels_that_look_alike_are_one_class(sqlite_database: Database) -> None:
    labels = ("й", "и\u0306", " spam", "\u200bspam", "spam\u00a0")
    rows = "".join(f"{n},text {n},{label}\n" for n, label in enumerate(labels))
    report = bring(sqlite_database, named(f"id,text,label\n{rows}".encode()))
    assert report.new_classes == ["й", "spam"]


def test_a_time_that_could_be_two_days_is_left_out_and_its_vote_is_not(sqlite_database: Database) -> None:
    rows = "1,t one,anna,a,3/5/2024 10:00 AM\n1,t one,ben,b,3/5/2024\n2,t two,anna,a,yesterday\n"
    report = bring(sqlite_database, named(f"id,text,annotator,label,timestamp\n{rows}".encode()))
    assert (report.votes, report.bad, report.left_out) == (3, 0, {"time_not_understood": 2})


def test_commands_take_the_newest_vote_and_leave_other_rows_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text(
        "ИД;Разметчик;Метка;created_at\n2;ben;x;2024-03-09T10:00:00Z\n1;anna;final;2024-03-06T10:00:00Z\n"
        "3;ben;y;2024-03-01T10:00:00Z\n1;anna;first;1709632800\n",
        encoding="cp1251",
    )
    frame = read_table(str(path), ("item", "annotator", "label"), tmp_path).texts()
    assert frame.select("item", "annotator", "label").rows() == [
        ("2", "ben", "x"), ("1", "anna", "first"), ("3", "ben", "y"), ("1", "anna", "final"),
    ]  # fmt: skip
