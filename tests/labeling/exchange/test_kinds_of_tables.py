"""Tables that come out wrong elsewhere: each kind by at least two files, so that its cure is one of the kind."""

from __future__ import annotations

import unicodedata

from db.engine import Database
from tests.labeling.exchange.kinds import Case, Held, by_kind, class_label, holds, lines, text, workbook

CASES: list[Case] = [
    (
        "toloka",
        "golden.tsv",
        text(
            "INPUT:question\tOUTPUT:result\tGOLDEN:result\tASSIGNMENT:worker_id\tASSIGNMENT:status",
            "where is my card\tcards\tcards\tW1\tAPPROVED",
            "no code comes\tlogin\t\tW1\tSUBMITTED",
        ),
        (2, 2, 0, 1, {"cards", "login"}),
    ),
    (
        "toloka",
        "mturk.csv",
        text(
            "HITId,WorkerId,AssignmentStatus,Input.text,Answer.sentiment",
            "H1,A1,Approved,where is my card,bad",
            "H1,A2,Rejected,where is my card,good",
            "H2,A1,Submitted,thanks a lot,good",
        ),
        (2, 2, 0, 0, {"bad", "good"}),
    ),
    ("no texts here", "crowd.csv", text("task,worker,label", "t1,w1,a", "t1,w2,b", "t2,w1,a"), "nothing_taken"),
    ("no texts here", "long.tsv", text("item_id\tannotator\tlabel", "17\tanna\ta", "17\tben\ta"), "nothing_taken"),
    (
        "russian names",
        "upper.csv",
        text("НОМЕР;ТЕКСТ;КЛАСС;АСЕССОР", "1;Где карта;Карты;Анна", "1;Где карта;Вход;Борис"),
        (1, 2, 0, 0, {"Карты", "Вход"}),
    ),
    (
        "russian names",
        "reply.csv",
        text("id,Комментарий,Категория", "1,Где моя карта,Карты", "2,Нет кода,Вход"),
        (2, 0, 2, 0, {"Карты", "Вход"}),
    ),
    # Headers
    (
        "lines before the header",
        "semicolon.csv",
        text("sep=,", "text,label", "one,a", "two,b"),
        (2, 0, 2, 0, {"a", "b"}),
    ),
    (
        "lines before the header",
        "comments.csv",
        text("# exported by a script", "# on Monday", "text;label", "one;a", "two;b"),
        (2, 0, 2, 0, {"a", "b"}),
    ),
    (
        "no header",
        "three.csv",
        text("1,Where is my card,cards", "2,No code comes,login", "3,Thanks a lot,other"),
        "no_header",
    ),
    ("no header", "short.csv", text("No code,login", "My card is lost,cards", "Thanks,other"), "no_header"),
    (
        "no header",
        "names-unknown.csv",
        text("opinion,verdict", "my card is lost,a", "no code at all,b"),
        (2, 0, 0, 0, set()),
    ),
    (
        "no header",
        "cyrillic.tsv",
        text("Где моя карта\tкарты", "Нет кода\tвход", "Спасибо большое\tпрочее"),
        "no_header",
    ),
    # Quotes
    (
        "quotes are letters",
        "open.tsv",
        text("text\tlabel", '"never closed\ta', "plain\tb", 'he said "hi" to me\ta'),
        (3, 0, 3, 0, {"a", "b"}),
    ),
    (
        "quotes are letters",
        "inches.tsv",
        text("id\ttext\tlabel", '1\t5" screen\ta', '2\t"quoted" start\tb', "3\tnone\tb"),
        (3, 0, 3, 0, {"a", "b"}),
    ),
    # Numbers and times
    (
        "not a number",
        "nan.json",
        b'[{"text": "one", "label": "a", "score": NaN}, {"text": "two", "label": NaN}]',
        (2, 0, 1, 0, {"a"}),
    ),
    (
        "not a number",
        "infinite.jsonl",
        b'{"text": "one", "label": "a", "x": Infinity}\n{"text": "two", "label": "b", "x": -Infinity}',
        (2, 0, 2, 0, {"a", "b"}),
    ),
    (
        "times",
        "german.csv",
        text("id,text,annotator,label,created_at", "1,one,anna,a,05.03.2024 10:00", "1,one,ben,b,06.03.2024 11:00"),
        (1, 2, 0, 0, {"a", "b"}),
    ),
    (
        "times",
        "words.csv",
        text("id,text,annotator,label,created_at", "1,one,anna,a,yesterday", "1,one,ben,b,soon"),
        (1, 2, 0, 0, {"a", "b"}),
    ),
    (
        "times",
        "seconds.csv",
        text("id,text,annotator,label,timestamp", "1,one,anna,a,1709632800.5", "1,one,ben,b,1709632900"),
        (1, 2, 0, 0, {"a", "b"}),
    ),
    # Workbooks and Parquet
    (
        "sheets",
        "second.xlsx",
        workbook(About=[["Report"], ["made on Monday"]], Data=[["text", "label"], ["one", "a"], ["two", "b"]]),
        (2, 0, 2, 0, {"a", "b"}),
    ),
    (
        "sheets",
        "empty-first.xlsx",
        workbook(Empty=[], Тексты=[["текст", "метка"], ["один", "а"], ["два", "б"]]),
        (2, 0, 2, 0, {"а", "б"}),
    ),
    (
        "long ids",
        "text-ids.xlsx",
        workbook(Data=[["id", "text"], ["9007199254740993", "one"], ["9007199254740992", "two"]]),
        (2, 0, 0, 0, set()),
    ),
    ("long ids", "numbers.csv", text("id,text", "9007199254740993,one", "9007199254740992,two"), (2, 0, 0, 0, set())),
    (
        "title rows",
        "title.xlsx",
        workbook(
            Data=[["Answers of March"], [], ["id", "text", "label"], [1, "one thing", "a"], [2, "two things", "b"]]
        ),
        (2, 0, 2, 0, {"a", "b"}),
    ),
    (
        "title rows",
        "russian.xlsx",
        workbook(Лист=[["Выгрузка обращений"], ["Текст", "Метка"], ["где карта", "карты"], ["нет кода", "вход"]]),
        (2, 0, 2, 0, {"карты", "вход"}),
    ),
    (
        "names of classes",
        "three.parquet",
        class_label(["neg", "neu", "pos"], [0, 2, None]),
        (3, 0, 2, 0, {"neg", "pos"}),
    ),
    (
        "names of classes",
        "labels.parquet",
        class_label(["вход", "карты"], [1, 1], column="labels"),
        (2, 0, 2, 0, {"карты"}),
    ),
    # Unicode
    (
        "classes that look the same",
        "decomposed.csv",
        text(
            "text,label",
            "one,й",
            f"two,{unicodedata.normalize('NFD', 'й')}",
            "three,é",
            f"four,{unicodedata.normalize('NFD', 'é')}",
        ),
        (4, 0, 4, 0, {"й", "é"}),
    ),
    (
        "classes that look the same",
        "spaces.jsonl",
        lines({"text": "one", "label": "a"}, {"text": "two", "label": " a "}, {"text": "three", "label": "a\u00a0"}),
        (3, 0, 3, 0, {"a"}),
    ),
    (
        "annotators that look the same",
        "people.csv",
        text("id,text,annotator,label", "1,one,юрий,a", f"2,two,{unicodedata.normalize('NFD', 'юрий')},a"),
        (2, 2, 0, 0, {"a"}),
    ),
    # Signs that a spreadsheet would run
    (
        "signs as labels",
        "bare.csv",
        text("id,text,annotator,label", "-x1,one,anna,+", "=x2,two,anna,-", "-x1,one,ben,+"),
        (2, 3, 0, 0, {"+", "-"}),
    ),
    ("signs as labels", "apostrophe.csv", text("id,text,label", "1,one,'+", "2,two,'-"), (2, 0, 2, 0, {"'+", "'-"})),
]


@by_kind(CASES)
def test_a_file_holds_what_it_holds(sqlite_database: Database, content: bytes, name: str, held: Held | str) -> None:
    holds(sqlite_database, content, name, held)
