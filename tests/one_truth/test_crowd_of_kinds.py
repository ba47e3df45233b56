"""A crowd with texts and labels of every kind: analysis, audit, ruling and command judge the labels that are exported."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from db.engine import Database
from db.frames import adjudication as adjudication_frames
from db.frames import runs as run_frames
from db.vocabulary import LabelKind, Role
from labeling.adjudication.audits import draw_audit
from labeling.exchange.export_content import ExportContent
from labeling.projects.projects import change_settings, get_project
from tests.labeling.adjudication.auditing import rule_by_truth
from tests.labeling.exchange.files import bring, csv_of
from tests.labeling.jobs.analysed import analyse_now
from tests.labeling.worlds import add_person
from tests.one_truth.test_crowd import WORDS, command, labels_of, sheet

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ITEMS, PEOPLE, GOLDEN, AUDIT = 60, 5, 12, 20
# By kind, as the command names it: what is right of a text with the words of each topic, and how a file of it is imported.
LABELS = {
    "several": (["card|loan", "app", "|"], LabelKind.SEVERAL),
    "ordered": (["3", "10", "2"], LabelKind.ORDERED),
    "tree": (["bank > card", "bank > loan > late", "app"], LabelKind.SINGLE),
    "pair": (["first", "second", "tie"], LabelKind.PAIR),
}


def crowd(labels: list[str], *, pairs: bool) -> tuple[list[list[str]], list[list[str]], dict[str, str]]:
    """ITEMS(id, text) or (id, first, second), VOTES(id, annotator, label) and the truth: three votes an item, a fifth wrong."""
    draw = np.random.default_rng(3)
    texts, votes, truth = [], [], {}
    for n in range(ITEMS):
        right = int(draw.integers(3))
        truth[f"i{n}"] = labels[right]
        said = " ".join(draw.choice(WORDS[sorted(WORDS)[right]], 5)) + f" {n}"
        texts.append([f"i{n}", said, said[::-1]] if pairs else [f"i{n}", said])
        for person in draw.choice(PEOPLE, 3, replace=False):
            slip = int(draw.random() < (0.1 if person < 4 else 0.5))
            votes.append([f"i{n}", f"who{person}", labels[(right + slip) % 3]])
    return texts, votes, truth


@pytest.mark.parametrize("kind", LABELS)
def test_analysis_audit_and_command_are_about_the_exported_labels(
    kind: str, sqlite_database: Database, tmp_path: Path
) -> None:
    labels, stored = LABELS[kind]
    texts, votes, truth = crowd(labels, pairs=kind == "pair")
    options = {"kind": stored}
    columns = ["id", "first", "second"] if kind == "pair" else ["id", "text"]
    bring(sqlite_database, csv_of(columns, texts), slug="crowd", options=options)
    bring(sqlite_database, csv_of(["id", "annotator", "label"], votes), slug="crowd", options=options)
    some = [[item, truth[item]] for item in list(truth)[:GOLDEN]]
    bring(sqlite_database, csv_of(["id", "golden"], some), slug="crowd", options=options)
    with sqlite_database.snapshot() as connection:
        project = get_project(connection, "crowd")
    run_id = analyse_now(sqlite_database, project, now=NOON)
    exported = labels_of(joined(sheet(sqlite_database, ExportContent.FINAL, tmp_path)))
    with sqlite_database.snapshot() as connection:
        findings = run_frames.findings(connection, run_id)
    given = labels_of(findings, "given")
    assert len(given) == ITEMS and {item: given[item] for item in exported if item not in dict(some)} == {
        item: label for item, label in exported.items() if item not in dict(some)
    }
    check_command(kind, sqlite_database, columns, texts, findings, tmp_path)
    check_audit(sqlite_database, run_id, truth, exported, tmp_path)


def joined(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists of classes as the one label that they are."""
    lists = pl.col(pl.List(pl.String))
    return frame.with_columns(
        pl.when(lists.list.len() == 0).then(pl.lit("|")).otherwise(lists.list.join("|")).name.keep()
    )


def check_command(
    kind: str, database: Database, columns: list[str], texts: list[list[str]], findings: pl.DataFrame, folder: Path
) -> None:
    """The exported votes and golden labels with the texts, by command: the same labels, the same ones suspected as much."""
    votes = joined(sheet(database, ExportContent.ANNOTATIONS, folder)).filter("counts")
    votes.select("item", "annotator", "label").write_csv(folder / "votes.csv")
    joined(sheet(database, ExportContent.GOLDEN, folder)).select("item", "label").write_csv(folder / "golden.csv")
    (folder / "texts.csv").write_bytes(csv_of(["item", *columns[1:]], texts).getvalue())
    known = {"several": ["--classes", "app,card,loan"], "ordered": ["--classes", "2,3,10"]}.get(kind, [])
    files = [str(folder / name) for name in ("texts.csv", "votes.csv")]
    command(
        "suspicions",
        *files,
        "--golden",
        str(folder / "golden.csv"),
        "--kind",
        kind,
        *known,
        "-o",
        str(folder / "out.csv"),
    )
    told = pl.read_csv(folder / "out.csv", infer_schema=False).select(
        "item", "given", "probable", pl.col("score").cast(pl.Float64)
    )
    mine = findings.select("item", *(pl.col(name).cast(pl.String) for name in ("given", "probable")), "score")
    both = mine.join(told, on="item", suffix="_told")
    assert both.height == ITEMS
    wrong = both.filter(
        (pl.col("given") != pl.col("given_told"))
        | (pl.col("probable") != pl.col("probable_told"))
        | ((pl.col("score") - pl.col("score_told")).abs() > 1e-4)
    )
    assert wrong.is_empty(), wrong


def check_audit(database: Database, run_id: int, truth: dict[str, str], before: dict[str, str], folder: Path) -> None:
    """The labels that an audit is drawn from are those exported, and what is ruled of its sample is exported from then on."""
    with database.transaction() as connection:
        project = get_project(connection, "crowd")
        settings = {"audit_share": 1.0, "second_share": 0.0}
        project = change_settings(connection, project.id, settings, now=NOON, actor=None)
        expert = add_person(connection, "expert", project, Role.EXPERT)
        audit = draw_audit(connection, project, run_id, AUDIT, now=NOON, actor=None)
    with database.snapshot() as connection:
        population = labels_of(adjudication_frames.audit_population(connection, audit), "given")
        ids = dict(run_frames.findings(connection, run_id).select("item", "item_id").iter_rows())
    assert population == {item: before[item] for item in population}
    rule_by_truth(
        database,
        project,
        expert,
        run_id,
        {ids[item]: truth[item] for item in ids},
        AUDIT,
        now=NOON + timedelta(hours=1),
    )
    after = joined(sheet(database, ExportContent.FINAL, folder))
    ruled = labels_of(after.filter(pl.col("source") == "adjudication"))
    assert len(ruled) == AUDIT and ruled == {item: truth[item] for item in ruled}
