"""A crowd with texts, golden items, rulings, an audit and a gain: the machines of review judge the labels that are exported."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from db.engine import Database
from db.frames import adjudication as adjudication_frames
from db.frames import runs as run_frames
from db.vocabulary import Role, RunKind, Teacher
from labeling.adjudication.audits import draw_audit
from labeling.cli import main as cli
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat
from labeling.exchange.exporting import export
from labeling.facts import settled
from labeling.facts.consensus import consensus
from labeling.facts.final import final
from labeling.jobs import comparing_sources, gain
from labeling.projects.projects import Project, change_settings, get_project
from labeling.runs.claims import Claim
from labeling.runs.progress import Progress
from tests.labeling.adjudication.auditing import rule_by_truth
from tests.labeling.exchange.files import bring, csv_of
from tests.labeling.jobs.analysed import analyse_now
from tests.labeling.junior.juniors import let_speak, suggest, write_version
from tests.labeling.worlds import add_person

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WORDS = {
    "card": "card bank plastic pin chip limit".split(),
    "loan": "loan rate mortgage payment credit term".split(),
    "app": "app login phone error screen update".split(),
}
ITEMS, PEOPLE = 240, 6


class Silent(Progress):
    """Progress that nobody watches."""

    def __init__(self) -> None:
        self.seconds = {}

    def begin(self, step: str) -> None: ...

    def part(self, done: int, total: int) -> None: ...

    def end(self) -> None: ...


def crowd() -> tuple[list[list[str]], list[list[str]], dict[str, str]]:
    """ITEMS(id, text), VOTES(id, annotator, label) and the truth: six people, two of whom misread, three votes an item."""
    draw = np.random.default_rng(5)
    codes = sorted(WORDS)
    texts, votes, truth = [], [], {}
    for n in range(ITEMS):
        right = codes[draw.integers(3)]
        truth[f"i{n}"] = right
        texts.append([f"i{n}", " ".join(draw.choice(WORDS[right], 5)) + f" {n}"])
        for person in draw.choice(PEOPLE, 3, replace=False):
            errs = draw.random() < (0.05 if person < 4 else 0.45)
            votes.append([f"i{n}", f"who{person}", codes[(codes.index(right) + 1) % 3] if errs else right])
    return texts, votes, truth


@pytest.fixture
def told(database: Database, tmp_path: Path) -> tuple[Database, Project, Path, dict[str, str]]:
    texts, votes, truth = crowd()
    bring(database, csv_of(["id", "text"], texts), slug="crowd")
    bring(database, csv_of(["id", "annotator", "label"], votes), slug="crowd")
    for name, header, rows in (("texts", ["item", "text"], texts), ("votes", ["item", "annotator", "label"], votes)):
        (tmp_path / f"{name}.csv").write_bytes(csv_of(header, rows).getvalue())
    with database.snapshot() as connection:
        project = get_project(connection, "crowd")
    return database, project, tmp_path, truth


def command(*words: str) -> None:
    assert cli.main(list(words)) == 0


def sheet(database: Database, what: ExportContent, folder: Path) -> pl.DataFrame:
    export(database, "crowd", what, folder / "sheet.parquet", ExportFormat.PARQUET, now=NOON)
    return pl.read_parquet(folder / "sheet.parquet")


def labels_of(frame: pl.DataFrame, label: str = "label") -> dict[str, str]:
    return dict(frame.select("item", pl.col(label).cast(pl.String)).drop_nulls().iter_rows())


def test_a_crowd_from_a_file_and_the_same_file_by_command_have_the_same_labels(
    told: tuple[Database, Project, Path, dict[str, str]],
) -> None:
    database, _, folder, truth = told
    command("consensus", str(folder / "votes.csv"), "-o", str(folder / "consensus.csv"))
    by_command = pl.read_csv(folder / "consensus.csv")
    labels, agreed = sheet(database, ExportContent.FINAL, folder), sheet(database, ExportContent.CONSENSUS, folder)
    assert labels_of(labels) == labels_of(agreed) == labels_of(by_command)
    assert labels["method"].unique().to_list() == ["auto"]
    met = by_command.join(agreed, on="item")
    assert met.select((pl.col("probability") - pl.col("probability_right")).abs().max()).item() < 1e-6
    assert sum(truth[item] == label for item, label in labels_of(labels).items()) > 0.9 * ITEMS
    # With golden items, too: the exported votes and golden labels give the exported labels.
    some = [[item, truth[item]] for item in list(truth)[:40]]
    bring(database, csv_of(["id", "golden"], some), slug="crowd")
    votes = sheet(database, ExportContent.ANNOTATIONS, folder).filter("counts").select("item", "annotator", "label")
    votes.write_csv(folder / "exported.csv")
    sheet(database, ExportContent.GOLDEN, folder).select("item", "label").write_csv(folder / "golden.csv")
    command(
        "consensus",
        str(folder / "exported.csv"),
        "--golden",
        str(folder / "golden.csv"),
        "-o",
        str(folder / "again.csv"),
    )
    assert labels_of(pl.read_csv(folder / "again.csv")) == labels_of(sheet(database, ExportContent.FINAL, folder))


def test_review_audit_gain_and_comparison_are_about_the_exported_labels(
    told: tuple[Database, Project, Path, dict[str, str]],
) -> None:
    database, project, folder, truth = told
    some = list(truth)[:30]
    bring(database, csv_of(["id", "golden"], [[item, truth[item]] for item in some]), slug="crowd")
    run_id = analyse_now(database, project, now=NOON)
    labels = sheet(database, ExportContent.FINAL, folder)
    with database.snapshot() as connection:
        findings = run_frames.findings(connection, run_id)
    open_items = labels.filter(pl.col("source") == "consensus")
    given = labels_of(findings, "given")
    assert {item: given[item] for item in open_items["item"]} == labels_of(open_items)
    # The command on the files suspects the same labels.
    command("suspicions", str(folder / "texts.csv"), str(folder / "votes.csv"), "-o", str(folder / "suspicions.csv"))
    by_command = labels_of(pl.read_csv(folder / "suspicions.csv"), "given")
    same = [by_command[item] == given[item] for item in open_items["item"]]
    assert len(same) == open_items.height and np.mean(same) > 0.97
    audit_and_gain(database, project, run_id, truth, folder)


def audit_and_gain(database: Database, project: Project, run_id: int, truth: dict[str, str], folder: Path) -> None:
    with database.transaction() as connection:
        settings = {"audit_share": 0.9, "second_share": 0.0}
        project = change_settings(connection, project.id, settings, now=NOON, actor=None)
        expert = add_person(connection, "expert", project, Role.EXPERT)
        audit = draw_audit(connection, project, run_id, 140, now=NOON, actor=None)
    before = labels_of(sheet(database, ExportContent.FINAL, folder))
    with database.snapshot() as connection:
        population = adjudication_frames.audit_population(connection, audit)
        ids = dict(final(connection, project).select("item", "item_id").iter_rows())
    assert labels_of(population, "given") == {item: before[item] for item in population["item"]}
    later = NOON + timedelta(hours=1)
    rule_by_truth(database, project, expert, run_id, {ids[item]: truth[item] for item in ids}, 140, now=later)
    exported = labels_of(sheet(database, ExportContent.FINAL, folder))
    with database.snapshot() as connection:
        drawn = settled.ruled(connection, project.id)["item"].to_list()
    assert {item: exported[item] for item in drawn} == {item: truth[item] for item in drawn}
    facts = gain.read(database, project.id)
    rounds = gain.rounds_of(database, facts, NOON + timedelta(hours=9), Silent())
    tested = set(facts.test["item"])
    assert labels_of(rounds[-1].labels) == {item: label for item, label in exported.items() if item not in tested}
    assert rounds[0].rulings == rounds[0].golden == 0
    version = write_version(database, project)
    suggest(database, project, version, {ids[item]: (truth[item], 0.9) for item in ids})
    let_speak(database, project, version)
    with database.snapshot() as connection:
        sources = comparing_sources.labels_of(comparing_sources.read(connection, project, version))
        assert labels_of(sources[Teacher.FINAL]) == exported
        assert (
            labels_of(consensus(connection, project).frame).items()
            >= {item: label for item, label in exported.items() if item not in drawn and item in before}.items()
        )


# Long: every reader of one run, one after the other.
def test_a_run_of_kind_consensus_is_what_everybody_reads(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a large project nobody waits: what was kept speaks until a newer one is there, on pages and in files alike."""
    from labeling.facts import consensus as facts
    from labeling.jobs.child import carry_out
    from labeling.jobs.consensus import ask
    from labeling.runs import claims, runs

    texts, votes, _ = crowd()
    bring(sqlite_database, csv_of(["id", "text"], texts), slug="crowd")
    bring(sqlite_database, csv_of(["id", "annotator", "label"], votes[:-60]), slug="crowd")
    monkeypatch.setattr(facts, "SMALL", 10)
    with sqlite_database.snapshot() as connection:
        project = get_project(connection, "crowd")
        assert facts.kept(connection, project) is None and not facts.is_current(connection, project)

    def make(moment: datetime) -> Claim | None:
        ask(sqlite_database, "crowd", now=moment)
        with sqlite_database.transaction() as connection:
            return claims.claim(connection, now=moment)

    held = make(NOON)
    assert held is not None and held.kind is RunKind.CONSENSUS
    carry_out(sqlite_database, held, clock=lambda: NOON + timedelta(seconds=30))
    with sqlite_database.snapshot() as connection:
        first = facts.consensus(connection, project)
        fresh = facts.make(facts.read(connection, project))
    assert first.frame.equals(fresh.frame) and np.array_equal(first.chances, fresh.chances)
    assert (first.choice, first.method, first.votes, first.mark) == (fresh.choice, "auto", fresh.votes, fresh.mark)
    bring(sqlite_database, csv_of(["id", "annotator", "label"], votes[-60:]), slug="crowd")
    with sqlite_database.snapshot() as connection:
        assert facts.consensus(connection, project).frame.equals(first.frame)
        assert not facts.is_current(connection, project)
    # Not again so soon, but when it has rested, and for who exports at once.
    assert make(NOON + timedelta(minutes=5)) is None
    assert make(NOON + timedelta(minutes=11)) is not None
    sheet(sqlite_database, ExportContent.FINAL, tmp_path)
    with sqlite_database.snapshot() as connection:
        assert facts.consensus(connection, project).votes == len(votes)
        assert facts.is_current(connection, project)
        kept = runs.runs(connection, project.id, RunKind.CONSENSUS)
    assert [run.state.value for run in kept] == ["done", "running"]
