"""Agreement, assessors, consensus and golden items on screen: their figures are the command line's, their buttons act."""

from __future__ import annotations

import argparse
import json
import shutil
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import insert, select
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database, open_database
from db.engine import database as process_database
from db.vocabulary import ChunkOutcome, ContestOutcome, PauseReason, Role, Standing
from labeling import background
from labeling.cli import quality as quality_cli
from labeling.demo.load import load_demo
from labeling.desk import chunks, contests, gates
from labeling.exchange.exporting import export
from labeling.exchange.sheets import What
from labeling.exchange.writing import ExportFormat
from labeling.facts import votes as facts_votes
from labeling.facts.overview import overview
from labeling.kept import Kept
from labeling.people.memberships import grant
from labeling.people.people import create_person, get_person
from labeling.people.sign_in import check_session, open_session
from labeling.projects.projects import Project, create_project, get_project
from labeling.quality.progress import States
from pages.ui import session
from pages.ui.figures import figure, percent
from pages.ui.locales import LOCALES
from pages.ui.navigation import FOLDER, pages_for
from pages.ui.words import say
from tests.pages.conftest import OpenPage
from tests.pages.working import answer_of, chart_of, put_to_work, shown, speak

PAGES = ("quality/agreement.py", "quality/assessors.py", "quality/consensus.py", "quality/golden.py")
URLS = {path: path.removeprefix("quality/").removesuffix(".py") for path in PAGES}
EVIL = "<img src=x onerror=alert(1)> **жирно** $x$"


@pytest.fixture(scope="session")
def demo_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo project, an empty one beside it, and their people."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    shutil.copy(sqlite_template, path)
    opened = open_database(f"sqlite:///{path}")
    moment = datetime.now(UTC).replace(microsecond=0)
    load_demo(opened, now=moment)
    with opened.transaction() as connection:
        create_person(connection, "boss", "Boss", None, now=moment, is_admin=True)
        create_person(connection, "stranger", "Stranger", None, now=moment)
        empty = create_project(connection, "empty", now=moment, title_ru="Пустой", title_en="Empty")
        for login, role in (("lead", Role.LEAD), ("expert", Role.EXPERT), ("assessor", Role.ASSESSOR)):
            grant(connection, empty.id, get_person(connection, login).id, role, now=moment, actor=None)
    opened.close()
    return path


@pytest.fixture
def demo(demo_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A copy of it as the process's database."""
    shutil.copy(demo_template, tmp_path / "demo.db")
    opened = open_database(f"sqlite:///{tmp_path}/demo.db")
    monkeypatch.setenv("DATABASE_URL", opened.url.render_as_string(hide_password=False))
    process_database.cache_clear()
    yield opened
    process_database().close()
    process_database.cache_clear()
    opened.close()


@pytest.fixture
def open_demo(demo: Database, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """``open_demo(login, path, slug)`` gives the page as that person sees it."""

    def open_as(login: str, path: str, slug: str = "demo", *, alone: bool = False) -> AppTest:
        with demo.transaction() as connection:
            token = open_session(connection, get_person(connection, login).id, now=datetime.now(UTC))
        monkeypatch.setattr(session, "cookie_token", lambda: token)
        app = AppTest.from_file(str(FOLDER / (path if alone else "main.py")), default_timeout=60)
        app.query_params["project"] = slug
        app.run()
        return app if alone else app.switch_page(path).run()

    return open_as


def project_of(demo: Database, slug: str = "demo") -> Project:
    with demo.snapshot() as connection:
        return get_project(connection, slug)


def person_id(demo: Database, login: str) -> int:
    with demo.snapshot() as connection:
        return get_person(connection, login).id


def exported(demo: Database, tmp_path: Path, what: What, as_of: datetime | None = None) -> str:
    path = tmp_path / f"{what.value}.csv"
    export(demo, "demo", what, path, ExportFormat.CSV, as_of=as_of)
    return str(path)


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """What the command line says of the same files."""
    parser = argparse.ArgumentParser()
    quality_cli.add_commands(parser.add_subparsers(dest="command"))
    asked = parser.parse_args([*arguments, "--json"])
    capsys.readouterr()
    assert asked.run(asked, None, datetime.now(UTC)) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def metrics(app: AppTest) -> dict[str, str]:
    return {card.label.split(" · ")[0]: str(card.value).replace("\u00a0", " ") for card in app.metric}


def table(app: AppTest, column: str) -> dict[str, list[Any]]:
    """The first table that has this column."""
    for frame in app.dataframe:
        if column in frame.value.columns:
            return {name: frame.value[name].to_list() for name in frame.value.columns}
    raise AssertionError([list(frame.value.columns) for frame in app.dataframe])


def said(found: dict[str, Any], locale: str = "ru") -> str:
    """A figure of the command line as the pages write it."""
    return figure(found["value"], found["low"], found["high"], found["n"], locale)


@pytest.mark.parametrize("path", PAGES)
def test_who_may_open_the_page(open_demo: Callable[..., AppTest], path: str) -> None:
    """Run by itself, past the router: the page must not rest on not being offered."""
    for login in ("lead", "boss", "expert", "assessor", "stranger"):
        app = open_demo(login, path, alone=True)
        assert not app.exception
        allowed = login in ("lead", "boss") or (login == "expert" and path == "quality/golden.py")
        assert ("sv-answer" in "".join(element.proto.body for element in app.get("html"))) == allowed, login
        if not allowed:
            assert len(app.info) == 1
            assert not app.button
            assert not app.dataframe


def test_an_expert_is_offered_the_golden_items_and_no_other_of_the_leads_pages(demo: Database) -> None:
    with demo.transaction() as connection:
        token = open_session(connection, get_person(connection, "expert").id, now=datetime.now(UTC))
        reader = check_session(connection, token, now=datetime.now(UTC))
    assert reader is not None
    offered = {entry.url for entry in pages_for(reader, project_of(demo))}
    assert "golden" in offered
    assert not offered & {"agreement", "assessors", "consensus", "settings", "members"}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_speaks_both_languages_and_says_what_to_do_where_there_is_nothing(
    open_demo: Callable[..., AppTest], demo: Database, path: str, locale: str
) -> None:
    speak(demo, "lead", locale)
    app = open_demo("lead", path)
    assert not app.exception
    text = shown(app)
    assert say(locale, f"page.{URLS[path]}") in text
    assert ("ё" in text or "ы" in text) == (locale == "ru") or "Клиент" in text
    assert "nan" not in text.casefold().split()
    empty = open_demo("lead", path, "empty")
    assert not empty.exception
    assert not empty.metric
    # A form without a class to choose would ask for nothing, and nothing retires an item.
    assert not empty.text_area
    assert not empty.dataframe
    first = {"agreement": "agreement.no_votes", "golden": "golden.empty"}.get(URLS[path], f"{URLS[path]}.empty")
    assert answer_of(empty) == say(locale, first)


def test_agreement_is_what_the_command_line_says_of_the_exported_votes(
    open_demo: Callable[..., AppTest], demo: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = command(capsys, "agreement", exported(demo, tmp_path, What.ANNOTATIONS))
    app = open_demo("lead", "quality/agreement.py")
    cards = metrics(app)
    for name in ("by_items", "kappa", "fleiss", "alpha", "ac1"):
        assert cards[say("ru", f"agreement.{name}")] == said(found["figures"][name]), name
    with demo.snapshot() as connection:
        accuracy = overview(connection, project_of(demo), "UTC").accuracy
    right = figure(accuracy.value, accuracy.low, accuracy.high, accuracy.n, "ru")
    assert cards[say("ru", "agreement.golden")] == right
    opening = answer_of(app).replace("\u00a0", " ")
    assert said(found["figures"]["kappa"]) in opening
    assert right in opening
    by_class = table(app, say("ru", "agreement.class_kappa"))
    wanted = {
        said({**entry, "value": entry["agreement"]})
        for entry in found["classes"]
    }  # fmt: skip
    assert set(by_class[say("ru", "agreement.of_class")]) == wanted
    pairs = [said({**pair, "value": pair["kappa"]}) for pair in found["pairs"]]
    drawn = json.dumps(chart_of(app, "kappa_by_pair"), ensure_ascii=False)
    assert len(pairs) == 10
    assert all(pair in drawn for pair in pairs)


def test_as_of_a_day_every_figure_is_of_that_day(
    open_demo: Callable[..., AppTest], demo: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day = datetime.now(UTC).date() - timedelta(days=3)
    app = open_demo("lead", "quality/agreement.py")
    now = metrics(app)[say("ru", "agreement.by_items")]
    app.date_input(key="filter_demo_as_of").set_value(day).run()
    moment = datetime.combine(day + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)
    found = command(capsys, "agreement", exported(demo, tmp_path, What.ANNOTATIONS, moment))
    then = metrics(app)[say("ru", "agreement.by_items")]
    assert then == said(found["figures"]["by_items"])
    assert then != now
    # The choice goes along to the next page.
    app.switch_page("quality/assessors.py").run()
    golden = exported(demo, tmp_path, What.GOLDEN, moment)
    theirs = command(capsys, "assessors", str(tmp_path / "annotations.csv"), "--golden", golden)
    column = table(app, say("ru", "assessors.accuracy"))[say("ru", "assessors.accuracy")]
    assert column == [
        figure(row["accuracy"], row["accuracy_low"], row["accuracy_high"], row["accuracy_n"], "ru")
        for row in theirs["assessors"]
    ]
    app.button(key="filter_demo_clear").click().run()
    assert isinstance(app.date_input(key="filter_demo_as_of").value, date | None)
    assert app.date_input(key="filter_demo_as_of").value is None


def test_assessors_in_and_out_and_classes(
    open_demo: Callable[..., AppTest], demo: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = pl.read_csv(exported(demo, tmp_path, What.ANNOTATIONS), infer_schema=False)

    def by_items(chosen: pl.DataFrame) -> str:
        chosen.write_csv(tmp_path / "chosen.csv")
        found = command(capsys, "agreement", str(tmp_path / "chosen.csv"), "--classes", ",".join(classes))
        return said(found["figures"]["ac1"])

    classes = sorted(rows["label"].drop_nulls().unique())
    app = open_demo("lead", "quality/agreement.py")
    app.multiselect(key="filter_demo_annotators").set_value(["assessor:assessor5"]).run()
    app.toggle(key="filter_demo_others").set_value(True).run()
    ac1 = say("ru", "agreement.ac1")
    assert metrics(app)[ac1] == by_items(rows.filter(pl.col("annotator") != "assessor:assessor5"))
    app.button(key="filter_demo_clear").click().run()
    app.multiselect(key="filter_demo_classes").set_value(["gratitude"]).run()
    met = rows.filter(pl.col("label") == "gratitude")["item"].unique()
    assert metrics(app)[ac1] == by_items(rows.filter(pl.col("item").is_in(met.implode())))
    app.button(key="filter_demo_clear").click().run()
    app.number_input(key="filter_demo_ordinal").set_value(2).run()
    with demo.snapshot() as connection:
        votes = facts_votes.votes(connection, project_of(demo).id).filter(pl.col("ordinal") == 2)
    second = votes.select("item", "annotator").with_columns(pl.lit(True).alias("second"))
    assert 0 < votes.height < rows.height
    chosen = rows.join(second, on=["item", "annotator"], how="semi", maintain_order="left")
    assert metrics(app)[ac1] == by_items(chosen)
    assert say("ru", "filters.said.ordinal", n=2) in shown(app)


def test_how_far_assessors_agree_with_themselves_stands_in_their_table(open_demo: Callable[..., AppTest]) -> None:
    app = open_demo("lead", "quality/assessors.py")
    rows = table(app, say("ru", "assessors.consistency"))
    who = rows[say("ru", "assessors.who")]
    said = dict(zip(who, rows[say("ru", "assessors.consistency")], strict=True))
    # Who presses at random now and then contradicts himself most: 6 of 8 as before, and 2 of 6 fewer by chance.
    careless = next(name for name in who if "5" in name)
    assert said[careless] == "0,75 [0,41; 0,93], n = 8"
    kappas = dict(zip(who, rows[say("ru", "assessors.kappa")], strict=True))
    assert kappas[careless].startswith("0,65 [") and kappas[careless].endswith("n = 8")


def test_a_confused_pair_opens_its_examples(open_demo: Callable[..., AppTest], demo: Database) -> None:
    app = open_demo("lead", "quality/agreement.py")
    pairs = [entry.label for entry in app.expander]
    assert len(pairs) == 10
    assert "Растерянность ↔ Нейтрально" in pairs[0].replace("\\", "")
    inside = "".join(element.proto.body for element in app.expander[0].get("html"))
    assert "Нейтрально" in inside
    assert "Растерянность" in inside
    assert "Ассессор" not in inside
    assert "sv-text" in inside


def test_the_trend_shows_agreement_beside_golden_accuracy(open_demo: Callable[..., AppTest]) -> None:
    app = open_demo("lead", "quality/agreement.py")
    by_chunk = chart_of(app, "trend")
    assert [trace["name"] for trace in by_chunk["data"]] == [say("ru", "trend.agreement"), say("ru", "trend.golden")]
    assert by_chunk["data"][0]["x"] == ["1", "2", "3", "4", "5", "6"]
    app.segmented_control(key="trend_step").set_value("day").run()
    assert not app.exception
    assert chart_of(app, "trend")["data"][0]["x"] != by_chunk["data"][0]["x"]


def test_assessors_are_what_the_command_line_says(
    open_demo: Callable[..., AppTest], demo: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = exported(demo, tmp_path, What.ANNOTATIONS), exported(demo, tmp_path, What.GOLDEN)
    found = command(capsys, "assessors", files[0], "--golden", files[1])["assessors"]
    app = open_demo("lead", "quality/assessors.py")
    rows = table(app, say("ru", "assessors.skill"))
    for name in ("accuracy", "skill", "agreement"):
        wanted = [figure(row[name], row[f"{name}_low"], row[f"{name}_high"], row[f"{name}_n"], "ru") for row in found]
        assert rows[say("ru", f"assessors.{name}")] == wanted, name
    assert rows[say("ru", "assessors.rank")][0] == f"1 [{found[0]['rank_low']}–{found[0]['rank_high']}]"
    assert rows[say("ru", "assessors.signals")] == ["–"] * 5
    floor = project_of(demo).accuracy_floor
    above = sum(row["skill_low"] >= floor for row in found)
    assert f"выше порога {floor:.2f}".replace(".", ",") in answer_of(app)
    assert f"— {above}," in answer_of(app).replace("\u00a0", " ")


def test_a_chunk_is_set_aside_and_taken_back(open_demo: Callable[..., AppTest], demo: Database) -> None:
    with demo.snapshot() as connection:
        mine = chunks.chunks_of(connection, project_of(demo).id, get_person(connection, "assessor5").id)
    app = open_demo("lead", "quality/assessors.py")
    assert app.selectbox(key="assessor").value == "assessor:assessor5"
    app.selectbox(key="assessor_chunk").set_value(mine[1].id).run()
    before = open_demo("lead", "quality/agreement.py")
    app = open_demo("lead", "quality/assessors.py")
    app.selectbox(key="assessor_chunk").set_value(mine[1].id).run()
    app.button(key=f"suspend_{mine[1].id}").click().run()
    with demo.snapshot() as connection:
        assert chunks.get_chunk(connection, mine[1].id).outcome is ChunkOutcome.SUSPENDED  # type: ignore[union-attr]
    assert say("ru", "assessors.waiting") in [entry.value for entry in app.subheader]
    # Judged they still are: their accuracy is no better for it. Agreement is without these votes.
    after = open_demo("lead", "quality/agreement.py")
    assert metrics(after)[say("ru", "agreement.by_items")] != metrics(before)[say("ru", "agreement.by_items")]
    app = open_demo("lead", "quality/assessors.py")
    app.button(key=f"overrule_{mine[1].id}").click().run()
    with demo.snapshot() as connection:
        assert chunks.get_chunk(connection, mine[1].id).outcome is ChunkOutcome.ACCEPTED  # type: ignore[union-attr]
    assert say("ru", "assessors.waiting") not in [entry.value for entry in app.subheader]


def test_an_assessor_is_paused_readmitted_and_banned(open_demo: Callable[..., AppTest], demo: Database) -> None:
    them = person_id(demo, "assessor5")

    def standing() -> str:
        member = schema.membership.c
        with demo.snapshot() as connection:
            return str(connection.execute(select(member.standing).where(member.person_id == them)).scalar_one())

    app = open_demo("lead", "quality/assessors.py")
    app.button(key=f"pause_{them}").click().run()
    assert standing() == Standing.PAUSED
    assert say("ru", "assessors.paused_by.lead", name="Асессор 5 (симуляция)") in shown(app)
    app = open_demo("lead", "quality/assessors.py")
    with demo.snapshot() as connection:
        assert gates.pause_reason(connection, project_of(demo).id, them) is PauseReason.LEAD
    app.button(key=f"readmit_{them}").click().run()
    assert standing() == Standing.ACTIVE
    app.button(key=f"ban_{them}").click().run()
    assert standing() == Standing.BANNED
    rows = table(app, say("ru", "assessors.standing"))
    assert rows[say("ru", "assessors.standing")].count(say("ru", "standing.banned")) == 1


def test_who_is_no_lead_any_more_changes_nothing(open_demo: Callable[..., AppTest], demo: Database) -> None:
    them = person_id(demo, "assessor5")
    app = open_demo("lead", "quality/assessors.py")
    with demo.transaction() as connection:
        member = schema.membership
        lead = get_person(connection, "lead").id
        connection.execute(member.delete().where(member.c.person_id == lead))
    app.button(key=f"pause_{them}").click().run()
    with demo.snapshot() as connection:
        where = schema.membership.c.person_id == them
        assert connection.execute(select(schema.membership.c.standing).where(where)).scalar_one() == Standing.ACTIVE


def test_the_consensus_is_what_the_command_line_writes(
    open_demo: Callable[..., AppTest], demo: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = exported(demo, tmp_path, What.ANNOTATIONS), exported(demo, tmp_path, What.GOLDEN)
    out = str(tmp_path / "out.csv")
    told = command(capsys, "consensus", files[0], "--golden", files[1], "-o", out)
    wanted = {row["item"]: row for row in pl.read_csv(out).to_dicts()}
    app = open_demo("lead", "quality/consensus.py")
    rows = table(app, say("ru", "consensus.probability"))
    items, chances = rows[say("ru", "consensus.item")], rows[say("ru", "consensus.probability")]
    assert len(items) == len(wanted) == told["rows"]
    assert chances == [f"{wanted[item]['probability']:.2f}".replace(".", ",") for item in items]
    weights = {name: model["weight"] for name, model in told["choice"]["models"].items()}
    first = table(app, say("ru", "consensus.weight"))
    assert first[say("ru", "consensus.weight")] == [percent(w, "ru") for w in sorted(weights.values(), reverse=True)]
    leading = say("ru", f"method.{told['leading']}")
    assert first[say("ru", "consensus.model")][0] == leading
    assert f"{leading} {percent(max(weights.values()), 'ru')}" in shown(app)
    with demo.snapshot() as connection:
        states: States = overview(connection, project_of(demo), "UTC").states
    cards = metrics(app)
    assert int(cards[say("ru", "state.disputed")]) == states.disputed > 0
    assert int(cards[say("ru", "state.agreed")]) == states.agreed
    assert (
        rows[say("ru", "consensus.state")][: states.disputed] == [say("ru", "consensus.is.disputed")] * states.disputed
    )


def test_another_method_is_the_readers_choice(open_demo: Callable[..., AppTest]) -> None:
    app = open_demo("lead", "quality/consensus.py")
    app.selectbox(key="consensus_method").set_value("majority").run()
    assert not app.exception
    assert say("ru", "consensus.by_hand", method=say("ru", "method.majority")) in shown(app)
    chances = table(app, say("ru", "consensus.probability"))[say("ru", "consensus.probability")]
    # Three votes of three classes, or two of three: thirds and halves, no model's opinion.
    assert set(chances[:3]) <= {"0,33", "0,50"}


def test_names_are_hidden_until_asked_for_and_texts_are_texts(
    open_demo: Callable[..., AppTest], demo: Database
) -> None:
    with demo.transaction() as connection:
        project = get_project(connection, "demo")
        values = {"project_id": project.id, "external_id": "evil", "text": EVIL, "fingerprint": 1}
        connection.execute(insert(schema.item), values | {"created_at": datetime.now(UTC)})
        item = connection.execute(select(schema.item.c.id).where(schema.item.c.external_id == "evil")).scalar_one()
        labels = ("neutral", "gratitude", "confusion", "impatience")
        rows = [
            {"project_id": project.id, "item_id": item, "assessor_id": person, "revision": 1, "label": label}
            for person, label in zip(range(1, 5), labels, strict=True)
        ]
        connection.execute(insert(schema.annotation), [row | {"created_at": datetime.now(UTC)} for row in rows])
    app = open_demo("lead", "quality/consensus.py")
    cards = "".join(element.proto.body for element in app.get("html"))
    assert "&lt;img src=x onerror=alert(1)&gt; **жирно** $x$" in cards
    assert "<img" not in cards
    assert "Асессор 1" not in cards
    app.toggle(key="consensus_names").set_value(True).run()
    assert "Асессор 1" in "".join(element.proto.body for element in app.get("html"))


def test_the_replay_says_what_it_would_have_saved_and_turns_it_on(
    open_demo: Callable[..., AppTest], demo: Database
) -> None:
    app = open_demo("lead", "quality/consensus.py")
    app.number_input(key="replay_minimum").set_value(2)
    app.number_input(key="replay_maximum").set_value(5)
    next(button for button in app.button if button.label == say("ru", "replay.run")).click().run()
    assert not app.exception
    assert "хватило бы" in shown(app)
    assert metrics(app)[say("ru", "replay.full")].endswith("n = 41")
    app.button(key="replay_on").click().run()
    project = project_of(demo)
    assert (project.target_probability, project.overlap, project.max_overlap) == (0.9, 2, 5)
    app.button(key="replay_off").click().run()
    assert project_of(demo).target_probability is None


def contested(demo: Database) -> tuple[int, int, str]:
    """A contest of assessor5 on a golden item they missed: contest, item, the label they gave."""
    with demo.transaction() as connection:
        project = get_project(connection, "demo")
        table, golden = schema.annotation, schema.golden
        missed = (
            select(table.c.item_id, table.c.label, schema.item.c.external_id)
            .join(golden, golden.c.item_id == table.c.item_id)
            .join(schema.item, schema.item.c.id == table.c.item_id)
            .join(schema.person, schema.person.c.id == table.c.assessor_id)
            .where(schema.person.c.login == "assessor5", table.c.label != golden.c.label)
        )
        found = connection.execute(missed.order_by(table.c.item_id)).first()
        assert found is not None
        them = get_person(connection, "assessor5").id
        now = datetime.now(UTC)
        raised = contests.raise_contest(connection, project, them, found.item_id, "Это <b>не</b> так", now=now)
        return raised, found.item_id, str(found.label)


def is_doubtful(demo: Database, app: AppTest, contest: int) -> bool:
    """Whether the contested item is among those whose label is more likely wrong than right."""
    item, table_of = schema.item, schema.contest
    with demo.snapshot() as connection:
        query = select(item.c.external_id).join(table_of, table_of.c.item_id == item.c.id)
        name = connection.execute(query.where(table_of.c.id == contest)).scalar_one()
    rows = table(app, say("ru", "golden.wrong"))
    chances = dict(zip(rows[say("ru", "golden.item")], rows[say("ru", "golden.wrong")], strict=True))
    return int(chances[name].strip("> %\u00a0")) >= 50


@pytest.mark.parametrize("login", ["expert", "lead"])
def test_a_ruling_scores_old_answers_anew_and_says_whose(
    open_demo: Callable[..., AppTest], demo: Database, login: str
) -> None:
    contest, _, given = contested(demo)
    app = open_demo(login, "quality/golden.py")
    assert "Это &lt;b&gt;не&lt;/b&gt; так" in "".join(element.proto.body for element in app.get("html"))
    assert metrics(app)[say("ru", "golden.contests")] == "1"
    # Contested and in doubt is one thing that waits, not two.
    waiting = 1 + int(metrics(app)[say("ru", "golden.doubtful")]) - is_doubtful(demo, app, contest)
    assert say("ru", "golden.answer.waiting", n=waiting) in answer_of(app)
    app.selectbox(key=f"ruling_{contest}").set_value(given)
    rule = next(
        button for button in app.button if button.label == say("ru", "golden.rule") and "contest" in button.form_id
    )
    rule.click().run()
    assert [entry.value.replace("\\", "") for entry in app.error] == [say("ru", "error.reply_missing")]
    with demo.snapshot() as connection:
        assert len(contests.open_contests(connection, project_of(demo).id)) == 1
    app.text_area(key=f"reply_{contest}").set_value("Потому что так сказано в инструкции.")
    app.selectbox(key=f"ruling_{contest}").set_value(given)
    next(
        button for button in app.button if button.label == say("ru", "golden.rule") and "contest" in button.form_id
    ).click().run()
    assert not app.error
    with demo.snapshot() as connection:
        assert contests.open_contests(connection, project_of(demo).id) == []
        mine = contests.contests_of(connection, project_of(demo).id, get_person(connection, "assessor5").id)
        assert mine[0].outcome is ContestOutcome.UPHELD
    told = shown(app)
    assert "Асессор 5 (симуляция), пачка" in told
    assert "было" in told
    assert "стало" in told
    assert metrics(app)[say("ru", "golden.contests")] == "0"


def test_golden_items_are_appointed_paused_and_retired(open_demo: Callable[..., AppTest], demo: Database) -> None:
    item, queue = schema.item, schema.queue
    with demo.snapshot() as connection:
        query = select(item.c.external_id).join(queue, queue.c.item_id == item.c.id).where(~queue.c.golden)
        ordinary = str(connection.execute(query.order_by(item.c.id)).scalars().first())
    app = open_demo("expert", "quality/golden.py")
    pool = int(metrics(app)[say("ru", "golden.pool")])
    appoint = next(button for button in app.button if button.label == say("ru", "golden.appoint"))
    app.text_input(key="appoint_item").set_value("nothing")
    appoint.click().run()
    assert [entry.value.replace("\\", "") for entry in app.error] == [say("ru", "error.unknown_item", item="nothing")]
    app.text_input(key="appoint_item").set_value(ordinary)
    app.text_area(key="appoint_explanation").set_value("Прямо названо.")
    next(button for button in app.button if button.label == say("ru", "golden.appoint")).click().run()
    assert int(metrics(app)[say("ru", "golden.pool")]) == pool + 1
    app.selectbox(key="retire_item").set_value(ordinary).run()
    app.button(key="retire").click().run()
    assert int(metrics(app)[say("ru", "golden.pool")]) == pool
    doubted = next(button.key for button in app.button if str(button.key).startswith("pause_"))
    paused = str(doubted).removeprefix("pause_")
    app.button(key=doubted).click().run()
    rows = table(app, say("ru", "golden.wrong"))
    states = dict(zip(rows[say("ru", "golden.item")], rows[say("ru", "golden.state")], strict=True))
    assert states[paused] == say("ru", "golden.is_paused")
    assert list(states.values()).count(say("ru", "golden.is_paused")) == 1


def test_a_pool_that_runs_dry_is_said_before_it_does(open_demo: Callable[..., AppTest], demo: Database) -> None:
    enough = open_demo("lead", "quality/golden.py")
    assert "до конца работы хватит" in answer_of(enough)
    with demo.transaction() as connection:
        changing = schema.project.update().where(schema.project.c.slug == "demo")
        connection.execute(changing.values(golden_per_chunk=19))
        connection.execute(schema.queue.update().where(~schema.queue.c.golden).values(places=3))
    dry = open_demo("lead", "quality/golden.py")
    assert "нужно ещё" in answer_of(dry)
    assert "не хватит" in metrics(dry)[say("ru", "golden.need")]


# Long: one objection, from the briefing to its answer.
def test_an_assessor_objects_from_the_briefing_once(demo: Database) -> None:
    contest_form_of = """
import streamlit as st
from db.engine import database
from labeling.desk.contests import contests_of
from labeling.projects.projects import get_project
from pages.desk.contest_form import contest_form
from pages.ui.widgets import show_notices

show_notices()
with database().snapshot() as connection:
    project = get_project(connection, "demo")
    known = {entry.item_id: entry for entry in contests_of(connection, project.id, st.session_state["me"])}
contest_form(project, st.session_state["me"], st.session_state["item"], known)
"""
    contest, item, _ = contested(demo)
    with demo.transaction() as connection:
        project = get_project(connection, "demo")
        them = get_person(connection, "assessor5").id
        expert = get_person(connection, "expert").id
        now = datetime.now(UTC)
        label = contests.open_contests(connection, project.id)[0].ruled
        contests.rule(connection, project, contest, label=label, reply="Нет <i>.", now=now, actor=expert)
        table, golden = schema.annotation, schema.golden
        others = (
            select(table.c.item_id)
            .join(golden, golden.c.item_id == table.c.item_id)
            .where(table.c.assessor_id == them, table.c.label != golden.c.label, table.c.item_id != item)
        )
        fresh = connection.execute(others.limit(1)).scalar_one()
    app = AppTest.from_string(contest_form_of, default_timeout=30)
    app.session_state["me"], app.session_state["item"] = them, item
    app.run()
    assert say("ru", "contest.rejected") in shown(app)
    assert "Нет &lt;i&gt;." in "".join(element.proto.body for element in app.get("html"))
    assert not app.button
    app.session_state["item"] = fresh
    app.run()
    app.button[0].click().run()
    assert app.error
    app.text_area(key=f"contest_{fresh}_argument").set_value("Потому что благодарят.")
    app.button[0].click().run()
    assert not app.error
    assert say("ru", "contest.waits") in shown(app)
    with demo.snapshot() as connection:
        waiting = contests.open_contests(connection, project.id)
    assert [(entry.item_id, entry.argument) for entry in waiting] == [(fresh, "Потому что благодарят.")]


def test_uneven_classes_bring_a_warning(open_page: OpenPage, house: Database) -> None:
    put_to_work(house)
    app = open_page("lead", "quality/agreement.py")
    assert not app.exception
    assert len(app.warning) == 1
    assert "Классы неравны" in app.warning[0].value


class HeldBack:
    """A thread that does nothing until it is let go."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, compute: Callable[[], Any]) -> Future[Any]:
        self.waiting.append((Future(), compute))
        return self.waiting[-1][0]

    def let_go(self) -> None:
        for future, compute in self.waiting:
            future.set_result(compute())


def test_a_large_project_shows_values_first_and_intervals_when_they_are_there(
    open_demo: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    small = metrics(open_demo("lead", "quality/agreement.py"))
    from pages.ui import quality_data

    monkeypatch.setattr(quality_data, "SOON", 10)
    monkeypatch.setattr(quality_data, "_figures", Kept(256))
    thread = HeldBack()
    monkeypatch.setattr(background, "_thread", thread)
    monkeypatch.setattr(background, "_futures", OrderedDict())
    app = open_demo("lead", "quality/agreement.py")
    rough = metrics(app)
    label = say("ru", "agreement.by_items")
    value, n = small[label].split(" [")[0], small[label].split("n = ")[1]
    assert rough[label] == f"{value}, n = {n}"
    assert say("ru", "quality.intervals") in shown(app)
    assert not thread.waiting
    app.run()
    assert len(thread.waiting) == 2
    thread.let_go()
    app.run()
    assert metrics(app) == small
    assert say("ru", "quality.intervals") not in shown(app)
