"""Export, then import into another project of the same kind: the same labels, whatever form a format has for them."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from db.engine import Database
from db.vocabulary import LabelKind
from labeling.exchange.cells import plain_label
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat, ExportOptions, ending_of, has_one_hot
from labeling.exchange.exporting import export
from labeling.projects.classes import get_classes
from labeling.projects.projects import get_project
from tests.labeling.exchange.files import SLUG, bring, content, named
from tests.labeling.exchange.test_round_trip import LETTERS, LOSSLESS, fresh

TOOLS = [ExportFormat.LABEL_STUDIO, ExportFormat.ARGILLA, ExportFormat.DOCCANO, ExportFormat.PRODIGY]
CLASSES = {
    "several": (LabelKind.SEVERAL, ["joy", "fear", "a; b", "[odd]", "1", "text"]),
    "ordered": (LabelKind.ORDERED, ["cold", "warm", "hot"]),
    "stars": (LabelKind.ORDERED, ["1", "2", "3"]),
    "from 0": (LabelKind.ORDERED, ["0", "1", "10"]),
    "tree": (LabelKind.SINGLE, ["card", "card > lost", "card > pin > blocked", "login"]),
    "several of a tree": (LabelKind.SEVERAL, ["card", "card > lost", "card > pin > blocked", "login"]),
}
Said = list[tuple[int, str, Any]]
LONE = st.text(LETTERS, min_size=1, max_size=12).map(plain_label).filter(bool)
# No set begins as a list does, nor has a class the sign that stands between two.
WORDS = LONE.filter(lambda word: "|" not in word and word[0] not in "[{'=+-@＝＋－＠\t\r\ufeff")


def fill(database: Database, kind: LabelKind, classes: list[str], said: Said) -> None:
    """Three texts, and votes on them: item, annotator, label; the classes stand in this order."""
    rows = [{"item": str(n), "text": f"text {n}"} for n in range(3)]
    rows += [
        {
            "item": str(n),
            "annotator": who,
            "label": label,
            "unsure": label is None,
            "created_at": "2026-03-01T10:00:00Z",
        }
        for n, who, label in said
    ]
    how = {"kind": kind, "classes": tuple(classes)}
    bring(database, named("\n".join(map(json.dumps, rows)).encode(), "a.jsonl"), options=how)


def carry(source: Database, target: Database, what: ExportContent, format: ExportFormat, one_hot: bool = False) -> None:
    """Export from one database, import into the other as into a new project of the same kind."""
    out = io.BytesIO()
    with source.snapshot() as connection:
        project = get_project(connection, SLUG)
        classes = tuple(entry.code for entry in get_classes(connection, project.id))
    if export(source, SLUG, what, out, format, options=ExportOptions(one_hot=one_hot)).rows:
        how: dict[str, Any] = {"kind": project.kind, "one_hot": classes if one_hot else ()}
        file = named(out.getvalue(), what.value + ending_of(format))
        report = bring(target, file, options=how | {"classes": classes})
        # Final labels come back as no facts, texts that nobody has labeled without a label.
        assert report.bad_rows == [] and set(report.left_out) <= {"no_label", "prediction"}


def votes(database: Database) -> list[tuple[str, str, str | None]]:
    return sorted(((row[0], row[1], row[3]) for row in content(database)["votes"]), key=repr)


def answers(kind: LabelKind, classes: list[str]) -> Said:
    """Every class once, and of several also some, all and none of them; one answer that is unsure."""
    labels: list[Any] = [[code] for code in classes] if kind is LabelKind.SEVERAL else list(classes)
    if kind is LabelKind.SEVERAL:
        labels += [classes[:2], classes, []]
    return [(at % 3, f"ann {at}", label) for at, label in enumerate([*labels, None])]


@pytest.mark.parametrize(
    ("name", "format"),
    [(name, format) for name in ("several", "ordered", "tree") for format in dict.fromkeys([*LOSSLESS, *TOOLS])]
    # Tables have no other form for these.
    + [(name, format) for name in ("stars", "from 0", "several of a tree") for format in TOOLS],
)
def test_votes_come_back_in_every_format(name: str, format: ExportFormat) -> None:
    kind, classes = CLASSES[name]
    with fresh() as source, fresh() as target:
        fill(source, kind, classes, answers(kind, classes))
        expected = votes(source)
        assert len(expected) == len(answers(kind, classes))
        if kind is LabelKind.SEVERAL:
            assert {"|", "|".join(classes), "|".join(classes[:2])} <= {label for _, _, label in expected}
        carry(source, target, ExportContent.ANNOTATIONS, format)
        # Argilla has no place for who was unsure.
        kept = [vote for vote in expected if vote[2] is not None or format is not ExportFormat.ARGILLA]
        assert votes(target) == kept


@pytest.mark.parametrize("format", [format for format in LOSSLESS if has_one_hot(ExportContent.ANNOTATIONS, format)])
def test_a_column_for_each_class_says_the_same(format: ExportFormat) -> None:
    classes = ["joy", "fear", "a; b", "1"]
    with fresh() as source, fresh() as target:
        fill(source, LabelKind.SEVERAL, classes, answers(LabelKind.SEVERAL, classes))
        carry(source, target, ExportContent.ANNOTATIONS, format, one_hot=True)
        assert votes(target) == votes(source)


@pytest.mark.parametrize(
    "format", [ExportFormat.CSV, ExportFormat.JSONL, ExportFormat.LABEL_STUDIO, ExportFormat.DOCCANO]
)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sets=st.lists(st.lists(WORDS, unique=True, max_size=3), min_size=1, max_size=6))
@example(sets=[["a;b"], ["a", "b"], ["Ёлка «да»", "1.0"], []])
def test_sets_of_any_words_come_back(format: ExportFormat, sets: list[list[str]]) -> None:
    with fresh() as source, fresh() as target:
        classes = list(dict.fromkeys(code for named in sets for code in named))
        fill(source, LabelKind.SEVERAL, classes, [(at % 3, f"ann {at}", chosen) for at, chosen in enumerate(sets)])
        place = {code: at for at, code in enumerate(classes)}
        expected = [
            (str(at % 3), f"import:ann {at}", "|".join(sorted(s, key=place.get)) or "|") for at, s in enumerate(sets)
        ]  # type: ignore[arg-type]
        assert votes(source) == sorted(expected, key=repr)
        carry(source, target, ExportContent.ANNOTATIONS, format)
        assert votes(target) == votes(source)


@pytest.mark.parametrize("format", LOSSLESS)
def test_golden_and_reference_sets_come_back(format: ExportFormat) -> None:
    rows = [
        {"item": "1", "text": "a", "golden": ["joy", "fear"], "explanation": "both", "reference": ["fear"]},
        {"item": "2", "text": "b", "golden": [], "explanation": "neither", "reference": []},
        {"item": "3", "text": "c", "golden": ["a; b"], "explanation": "", "reference": ["joy", "a; b"]},
    ]
    with fresh() as source, fresh() as target:
        how = {"kind": LabelKind.SEVERAL, "classes": ("joy", "fear", "a; b")}
        bring(source, named("\n".join(map(json.dumps, rows)).encode(), "a.jsonl"), options=how)
        expected = content(source)
        assert expected["golden"] == {"1": ("joy|fear", "both"), "2": ("|", "neither"), "3": ("a; b", "")}
        assert [row[4] for row in expected["items"]] == ["fear", "|", "joy|a; b"]
        for what in (ExportContent.FINAL, ExportContent.GOLDEN):
            carry(source, target, what, format)
        assert content(target) == expected
