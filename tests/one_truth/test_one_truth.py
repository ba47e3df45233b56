"""Export, pages, audit, gain, analysis and the commands on files agree on votes, labels, states and figures, at any moment."""

from __future__ import annotations

import io
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.engine import Database, open_database
from db.frames import work
from db.migrate import migrate
from db.vocabulary import ItemState
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat
from labeling.exchange.exporting import export
from labeling.facts import settled
from labeling.facts.consensus import consensus
from labeling.facts.final import final
from labeling.facts.overview import overview
from labeling.facts.states import states_of
from labeling.facts.votes import votes
from labeling.items.history import history_of
from labeling.items.search import Question, search
from labeling.items.standing import standing_of
from labeling.quality.agreement import agreement
from labeling.quality.consensus.auto import LEAST_VOTES
from labeling.quality.progress import States
from labeling.snapshots.kept import get_snapshot
from labeling.snapshots.taking import take
from labeling.snapshots.verifying import verify
from pages.quality import agreement_parts
from pages.ui import items as page_items
from pages.ui import quality_data
from pages.ui.vote_filters import Selection
from tests.one_truth import by_hand
from tests.one_truth.acts import ACTS, act
from tests.one_truth.by_command import check_commands
from tests.one_truth.by_hand import ByHand
from tests.one_truth.world import SHAPES, Shape, Truth, begin

ACT = st.tuples(st.integers(0, len(ACTS) - 1), st.integers(0, 50), st.integers(0, 50))


def sheet(truth: Truth, what: ExportContent, at: datetime | None) -> pl.DataFrame:
    """A whole export, read back from its file."""
    out = io.BytesIO()
    export(truth.world.database, truth.world.project.slug, what, out, ExportFormat.PARQUET, as_of=at)
    return read_back(out)


def read_back(out: io.BytesIO) -> pl.DataFrame:
    """The rows of a file; a list of classes as the one label that it is."""
    lists = pl.col(pl.List(pl.String))
    return pl.read_parquet(io.BytesIO(out.getvalue())).with_columns(
        pl.when(lists.list.len() == 0).then(pl.lit("|")).otherwise(lists.list.join("|")).name.keep()
    )


def plain(frame: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    text = [pl.col(name).cast(pl.String) for name in columns if isinstance(frame.schema[name], pl.Enum)]
    return frame.with_columns(text).select(columns).rows()


def check(truth: Truth, at: datetime | None) -> None:
    """Everything that says something of votes, labels and states says the same."""
    project = truth.world.project
    with truth.world.database.snapshot() as connection:
        expected = by_hand.read(connection, project, at)
        counted = votes(connection, project.id, as_of=at)
        free = votes(connection, project.id, as_of=at, independent=True)
        states = states_of(connection, project, counted, as_of=at)
        labels = final(connection, project, as_of=at)
        agreed = consensus(connection, project, as_of=at)
        known = settled.settled(connection, project.id, as_of=at)
    for found, told in ((counted, expected.votes), (free, expected.independent)):
        assert {(item, who): label for item, who, label in plain(found, "item", "annotator", "label")} == told
    assert plain(states, "item", "state") == [(item, expected.state(item)) for item in expected.items]
    spoken = dict(plain(known, "item", "label"))
    assert spoken == expected.golden | expected.ruled
    check_labels(expected, labels, agreed.frame, junior=agreed.junior is not None)
    check_files(truth, at, labels, counted, agreed.with_chances())


def check_labels(expected: ByHand, labels: pl.DataFrame, agreed: pl.DataFrame, *, junior: bool) -> None:
    """Adjudication, else golden, else consensus; and that is the majority where nothing better can be known."""
    voted = {item: (label, chance) for item, label, chance in plain(agreed, "item", "label", "probability")}
    few = sum(label is not None for label in expected.votes.values()) < LEAST_VOTES
    for item, label, source, chance, n in plain(labels, "item", "label", "source", "probability", "n"):
        if item in expected.ruled:
            assert (label, source, chance) == (expected.ruled[item], "adjudication", None)
        elif item in expected.golden:
            assert (label, source, chance) == (expected.golden[item], "golden", None)
        elif item in voted:
            assert (label, chance, source) == (*voted[item], "consensus")
        else:
            assert (label, source, chance) == (None, None, None)
        assert n == sum(of == item and said is not None for (of, _), said in expected.votes.items())
        if few and not junior and item not in expected.golden:
            most, share = expected.majority(item)
            assert voted.get(item, (None, None))[0] == most
            assert share is None or abs((voted[item][1] or 0.0) - share) < 1e-6


def check_files(
    truth: Truth, at: datetime | None, labels: pl.DataFrame, counted: pl.DataFrame, agreed: pl.DataFrame
) -> None:
    """What is exported is what is judged."""
    told = sheet(truth, ExportContent.FINAL, at)
    columns = ("item", "label", "source", "method", "probability", "n", "state")
    assert plain(told, *columns) == plain(labels, *columns)
    annotations = sheet(truth, ExportContent.ANNOTATIONS, at)
    mine = annotations.filter("counts")
    assert sorted(plain(mine, "item", "annotator", "label"), key=str) == sorted(
        plain(counted, "item", "annotator", "label"), key=str
    )
    chances = sheet(truth, ExportContent.CONSENSUS, at)
    names = ["item", "label", "method", "probability", "n", *(name for name in agreed.columns if name.startswith("p_"))]
    assert plain(chances, *names) == plain(agreed, *names)
    golden = dict(plain(sheet(truth, ExportContent.GOLDEN, at), "item", "label"))
    with truth.world.database.snapshot() as connection:
        assert golden == dict(plain(settled.golden(connection, truth.world.project.id, as_of=at), "item", "label"))


@contextmanager
def page(truth: Truth, at: datetime | None, *mark: object) -> Iterator[quality_data.Facts]:
    """What the pages of quality are drawn from; ``mark`` is another one for each state of the facts."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (quality_data, page_items, agreement_parts):
            patch.setattr(module, "database", lambda: truth.world.database)
        patch.setattr(quality_data, "mark_of", lambda _project: (*mark, len(truth.moments), at, id(truth)))
        yield quality_data.facts_of(truth.world.project, Selection(as_of=at))


def check_pages(truth: Truth, at: datetime | None) -> None:
    """The facts of the quality pages and of the progress page."""
    project, database = truth.world.project, truth.world.database
    with page(truth, at) as facts:
        shown = facts.consensus()
        accuracy = facts.golden_accuracy
    with database.snapshot() as connection:
        agreed = consensus(connection, project, as_of=at)
        free = votes(connection, project.id, as_of=at, independent=True)
        if at is None:
            seen = overview(connection, project, "UTC")
            assert seen.states == States.of(states_of(connection, project, votes(connection, project.id)))
            assert seen.accuracy == accuracy
    assert plain(facts.votes, "item", "annotator", "label") == plain(free, "item", "annotator", "label")
    assert shown is not None
    assert shown.frame.equals(agreed.frame)
    assert shown.named == agreed.named


def check_items(truth: Truth) -> None:
    """The page of each item and the search among them, which stand as of now."""
    project, names = truth.world.project, {}
    with truth.world.database.snapshot() as connection:
        expected = by_hand.read(connection, project, None)
        labels = final(connection, project)
        standing = standing_of(connection, project)
        people = dict(work.annotators(connection).select("assessor", "annotator").iter_rows())
        assert standing.items.select(labels.columns).equals(labels)
        for item_id, item in plain(labels, "item_id", "item"):
            names[item_id] = item
            told = history_of(connection, project, item)
            now = told.outcome
            mine = labels.filter(pl.col("item_id") == item_id)
            assert plain(mine, "label", "source", "probability", "n", "state") == [
                (now.label, now.source, now.probability, now.n, now.state)
            ]
            said = plain(told.said.filter("counts"), "assessor", "label")
            voted = {who: label for (of, who), label in expected.votes.items() if of == item}
            assert {people[who]: label for who, label in said} == voted
            assert len(said) == len(voted)
        for state in ItemState:
            found = search(connection, project.id, Question(state=state.value), standing)
            assert [names[each] for each in found.item_ids] == [
                item for item in expected.items if expected.state(item) == state.value
            ]


def check_snapshots(truth: Truth) -> None:
    """One taken now is what is exported and shown now; those before are what they were, and their files say so."""
    database, project = truth.world.database, truth.world.project
    columns = ("item", "label", "source", "method", "probability", "n", "state")
    truth.world.later(minutes=1)
    newest = take(database, project.slug, "newest", now=truth.world.now, actor=None)
    for at in (None, newest.at):
        assert plain(told(truth, "newest"), *columns) == plain(sheet(truth, ExportContent.FINAL, at), *columns)
    with database.snapshot() as connection:
        seen = overview(connection, project, "UTC")
        for name, then in truth.kept.items():
            assert plain(told(truth, name), *columns) == plain(then, *columns)
            assert verify(connection, project.id, get_snapshot(connection, project.id, name)).is_whole
    assert newest.figures["states"] == asdict(seen.states)
    assert newest.figures["golden_accuracy"] == asdict(seen.accuracy)
    with page(truth, None, "snapshots") as facts:
        assert newest.figures["agreement"] == asdict(agreement(facts.coded).by_items)
        assert newest.figures["golden_accuracy"] == asdict(facts.golden_accuracy)


def told(truth: Truth, name: str) -> pl.DataFrame:
    """The file of a snapshot, read back."""
    out = io.BytesIO()
    export(
        truth.world.database, truth.world.project.slug, ExportContent.FINAL, out, ExportFormat.PARQUET, snapshot=name
    )
    return read_back(out)


def check_all(truth: Truth) -> None:
    """Now, and as of ten moments from before the first act to after the last."""
    past = truth.moments
    every = max(1, len(past) // 9)
    moments = [past[0] - timedelta(minutes=1), *past[::every]][:10] if past else []
    for at in (None, *moments):
        check(truth, at)
    check_items(truth)
    for at in (None, *moments[1::4]):
        check_pages(truth, at)
    check_snapshots(truth)
    with page(truth, None) as facts:
        check_commands(truth, facts)


@contextmanager
def opened(empty: Callable[[], Database]) -> Iterator[Database]:
    database = empty()
    yield database
    database.close()


def tell(database: Database, shape: Shape, acts: Sequence[tuple[int, int, int]]) -> None:
    truth = begin(database, shape)
    for chosen in acts:
        act(truth, *chosen)
    check_all(truth)


def walk(empty: Callable[[], Database], examples: int) -> None:
    """Any sequence of acts, and everything compared after it."""

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.lists(ACT, min_size=4, max_size=24))
    def any_acts(acts: list[tuple[int, int, int]]) -> None:
        with opened(empty) as database:
            tell(database, SHAPES["classes"], acts)

    any_acts()


def test_everything_agrees_on_sqlite(sqlite_template: Path) -> None:
    def empty() -> Database:
        path = Path(tempfile.mkdtemp()) / "truth.db"
        path.write_bytes(sqlite_template.read_bytes())
        return open_database(f"sqlite:///{path}")

    walk(empty, 6)


@pytest.mark.parametrize("shape", [name for name in SHAPES if name != "classes"])
def test_everything_agrees_of_labels_of_every_kind(shape: str, sqlite_database: Database) -> None:
    """One life each, drawn by its name: long enough for every act."""
    draw = random.Random(shape)
    acts = [(draw.randrange(len(ACTS)), draw.randrange(51), draw.randrange(51)) for _ in range(20)]
    tell(sqlite_database, SHAPES[shape], acts)


def test_everything_agrees_on_postgresql(postgres_url: str) -> None:
    from tests.conftest import temporary_postgres

    with temporary_postgres(postgres_url) as url:
        # One project after another in one database: they must not touch each other.
        migrate(first := open_database(url))
        first.close()
        walk(lambda: open_database(url), 1)
