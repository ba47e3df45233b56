"""The same figures by the commands, from the files that the project exports."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest

from labeling.cli import main as cli
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat
from labeling.exchange.exporting import export
from labeling.facts.consensus import consensus
from labeling.projects.kinds import comparison
from labeling.quality.agreement import agreement, class_agreement
from labeling.quality.kinds import Kind
from pages.quality.agreement_parts import agreement_by_kind
from pages.ui.quality_data import Facts
from tests.one_truth.world import Truth

DRAWS = 40
PLAIN = ("by_items", "kappa", "fleiss", "ac1", "alpha")


def check_commands(truth: Truth, facts: Facts) -> None:
    """Agreement and consensus, by what a label is."""
    if facts.labels["label"].drop_nulls().is_empty():
        return
    with truth.world.database.snapshot() as connection:
        kind = comparison(connection, truth.world.project.id, truth.world.project.kind)
    with TemporaryDirectory() as name:
        folder = Path(name)
        votes = exported(truth, ExportContent.ANNOTATIONS, folder).filter(pl.col("counts") == "true")
        check_consensus(truth, facts, kind, votes, folder)
        if not facts.votes["label"].drop_nulls().is_empty():
            check_agreement(facts, kind, votes, folder)


def exported(truth: Truth, what: ExportContent, folder: Path) -> pl.DataFrame:
    """A file of the project as somebody reads it: all words."""
    path = folder / f"{what.value}.csv"
    export(truth.world.database, truth.world.project.slug, what, path, ExportFormat.CSV)
    return pl.read_csv(path, infer_schema=False)


def told(*words: str) -> dict[str, Any]:
    """What a command says of itself."""
    out = io.StringIO()
    with redirect_stdout(out):
        assert cli.main([*words, "--json"]) == 0
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def check_consensus(truth: Truth, facts: Facts, kind: Kind, votes: pl.DataFrame, folder: Path) -> None:
    """Votes and golden labels out of the project's files come to the labels that it exports, and that the page shows."""
    with truth.world.database.snapshot() as connection:
        agreed = consensus(connection, truth.world.project)
    if agreed.junior is not None:
        return
    votes.select("item", "annotator", "label").write_csv(folder / "votes.csv")
    golden = exported(truth, ExportContent.GOLDEN, folder)
    golden.select("item", "label").write_csv(folder / "golden.csv")
    options = ["--kind", kind.value, "--golden", str(folder / "golden.csv"), "-o", str(folder / "out.csv")]
    if kind in (Kind.SEVERAL, Kind.ORDERED):
        options += ["--classes", ",".join(facts.titled)]
    if not truth.world.project.allows_none:
        options += ["--no-empty"]
    said = told("consensus", str(folder / "votes.csv"), *options)
    rows = pl.read_csv(folder / "out.csv", infer_schema=False).drop_nulls("label")
    mine = {item: (label, float(p)) for item, label, p in rows.select("item", "label", "probability").rows() if item}
    files = exported(truth, ExportContent.CONSENSUS, folder)
    columns = ["item", "label", "probability", "n"]
    assert files.select("item", "label").rows() == agreed.frame.select("item", pl.col("label").cast(pl.String)).rows()
    for item, label, chance, n in files.select(columns).rows():
        if int(n):
            assert mine[item] == (label, pytest.approx(float(chance), abs=1e-6)), item
    if agreed.choice is None:
        return
    assert said["choice"]["reason"] == agreed.choice.reason
    assert (said["choice"]["votes"], said["choice"]["golden"]) == (agreed.choice.votes, agreed.choice.golden)
    assert said["ties"] == agreed.ties and said["one_vote"] == agreed.single and said["warning"] == agreed.warning


def check_agreement(facts: Facts, kind: Kind, votes: pl.DataFrame, folder: Path) -> None:
    """The figures of the page, of votes that were given without a suggestion on screen."""
    if facts.votes.height != facts.labels.height or facts.votes["aided"].any() or facts.labels["aided"].any():
        votes = facts.votes.select("item", "annotator", pl.col("label").cast(pl.String))
        if kind is Kind.PAIR:
            return
    votes.select("item", "annotator", "label", *({"swapped"} & set(votes.columns))).write_csv(folder / "votes.csv")
    options = ["--kind", kind.value, "--draws", str(DRAWS), "--classes", ",".join(facts.classes)]
    if kind in (Kind.SEVERAL, Kind.ORDERED):
        options[-1] = ",".join(facts.titled)
    if kind in (Kind.PAIR, Kind.TREE):
        options = options[:-2]
    found = told("agreement", str(folder / "votes.csv"), *options)
    kinded = agreement_by_kind(facts, draws=DRAWS)
    if kinded is None:
        report = agreement(facts.coded, draws=DRAWS)
        same({name: asdict(getattr(report, name)) for name in PLAIN}, found["figures"])
        same_rows(class_agreement(facts.coded, draws=DRAWS), found["classes"])
        return
    same({name: asdict(figure) for name, figure in kinded.figures.items()}, by_page_names(kind, found))
    if kinded.classes is not None:
        same_rows(kinded.classes, found["classes"])


def by_page_names(kind: Kind, found: Mapping[str, Any]) -> Mapping[str, Any]:
    """The command's figures as the page names them."""
    if kind is Kind.TREE:
        levels = {f"level_{each['level']}": each["figures"]["by_items"] for each in found["levels"]}
        return {"alpha_path": found["figures"]["alpha_path"], **levels}
    if kind is Kind.PAIR:
        decided = found["decided"]
        both = {"with_ties": found["figures"]["by_items"], "decided": decided["by_items"]}
        return {"alpha_decided": decided["alpha"], **both, "place": found["position"]["first"]}
    figures: Mapping[str, Any] = found["figures"]
    return figures


def same(page: Mapping[str, Mapping[str, Any]], command: Mapping[str, Mapping[str, Any]]) -> None:
    """Every figure of the page with its interval and its n."""
    for name, figure in page.items():
        for part, value in figure.items():
            assert command[name][part] == (pytest.approx(value, abs=1e-9) if isinstance(value, float) else value), (
                name, part, value, command[name][part],
            )  # fmt: skip


def same_rows(page: pl.DataFrame, command: list[dict[str, Any]]) -> None:
    """The same class by class."""
    rows = {row["label"]: row for row in command}
    for row in page.iter_rows(named=True):
        same({"class": row}, {"class": rows[row["label"]]})
