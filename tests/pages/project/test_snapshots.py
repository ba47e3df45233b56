"""The page of snapshots: taking one, what it says of each, whether it holds, what changed, and for whom it is."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Database
from labeling.desk import golden
from labeling.facts import consensus
from labeling.jobs import tending
from labeling.people.people import get_person
from labeling.projects.projects import get_project
from labeling.snapshots.figures import figure_of
from labeling.snapshots.kept import Snapshot, snapshots
from labeling.snapshots.taking import take
from pages.ui.widgets import plain
from pages.ui.words import say
from tests.labeling.snapshots.keeping import change_texts, tamper
from tests.pages.audit.auditing import found_by, put_labels
from tests.pages.conftest import OpenPage
from tests.pages.working import answer_of, button, cards, linked, put_to_work, shown, speak

PAGE = "project/snapshots.py"


def kept(house: Database) -> list[Snapshot]:
    with house.snapshot() as connection:
        return snapshots(connection, get_project(connection, "demo").id)


def keep(house: Database, name: str) -> Snapshot:
    with house.snapshot() as connection:
        lead = get_person(connection, "lead").id
    return take(house, "demo", name, now=datetime.now(UTC), actor=lead)


def ask_for(app: AppTest, name: str) -> AppTest:
    """Fill the form, and press its button."""
    app.text_input(key="snapshot_name").set_value(name)
    return button(app, "snapshots.take").click().run()


def table_of(app: AppTest, about: str) -> pl.DataFrame:
    found = next(each for each in app.dataframe if each.proto.alt == say("ru", about))
    return pl.read_ipc_stream(found.proto.arrow_data.data)


def appoint(house: Database, item: int, label: str) -> None:
    with house.transaction() as connection:
        project, boss = get_project(connection, "demo"), get_person(connection, "boss").id
        golden.appoint(connection, project, item, label, now=datetime.now(UTC), actor=boss)


@pytest.mark.parametrize("login", ["assessor", "expert", "paused", "stranger"])
def test_it_refuses_the_others_calmly(house: Database, open_page: OpenPage, login: str) -> None:
    app = open_page(login, PAGE, alone=True)
    assert not app.exception
    assert len(app.info) == 1
    assert not app.text_input


def test_before_the_first_it_says_what_a_snapshot_is_for(house: Database, open_page: OpenPage) -> None:
    app = open_page("lead", PAGE)
    assert answer_of(app) == "Снимков ещё нет."
    assert say("ru", "snapshots.empty") in shown(app)
    assert not app.text_input
    put_to_work(house, days=1)
    app = open_page("lead", PAGE)
    assert not app.exception
    assert say("ru", "snapshots.about") in shown(app)
    assert [each.key for each in app.text_input] == ["snapshot_name"]


def test_a_lead_takes_one_and_reads_it(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1)
    app = ask_for(open_page("lead", PAGE), " v1 ")
    assert not app.exception
    (taken,) = kept(house)
    assert (taken.name, taken.person) == ("v1", "Lead")
    assert "«v1»" in answer_of(app) and "из 38" in answer_of(app)
    (row,) = table_of(app, "snapshots.kept").to_dicts()
    assert row[say("ru", "snapshots.column.name")] == "v1"
    assert row[say("ru", "snapshots.column.labelled")] == f"{taken.figures['labelled']} из 38"
    assert row[say("ru", "snapshots.column.hash")] == taken.sha256[:12]
    assert [each.value for each in app.code] == [taken.sha256]
    assert app.text_input(key="snapshot_name").value == ""
    app = ask_for(app, "v1")
    assert [each.value for each in app.error] == [
        "Снимок «v1» уже есть, а снимки не заменяются\\. Возьмите другое имя\\."
    ]
    app = ask_for(app, "a/b")
    assert "от 1 до 80" in app.error[0].value
    assert len(kept(house)) == 1


def test_where_the_consensus_is_being_made_it_says_what_a_snapshot_would_keep(
    house: Database, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any there is nothing to keep yet; an older one speaks until the new one is there."""
    world = put_to_work(house, days=1)
    monkeypatch.setattr(consensus, "SMALL", 0)
    # Whoever makes it is not here.
    monkeypatch.setattr(tending, "consensus_now", lambda *_: None)
    app = open_page("lead", PAGE)
    assert say("ru", "snapshots.take_waits") in shown(app)
    assert button(app, "snapshots.take").disabled
    consensus.refresh(house, world.project, now=datetime.now(UTC))
    assert say("ru", "snapshots.take_about") in shown(open_page("lead", PAGE))
    appoint(house, world.items[0], "gratitude")
    app = open_page("lead", PAGE)
    assert say("ru", "snapshots.take_older") in shown(app)
    assert not button(app, "snapshots.take").disabled


def test_it_says_whether_a_snapshot_holds(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1)
    keep(house, "v1")
    app = button(open_page("lead", PAGE), "snapshots.verify").click().run()
    assert [each.value for each in app.success] == [
        plain("Снимок «v1» цел: строки и тексты 38 объектов те же, что были.")
    ]
    change_texts(house, "3")
    app = button(open_page("lead", PAGE), "snapshots.verify").click().run()
    assert not app.success
    assert app.error[0].value.startswith(plain("Текст 1 объекта не тот, что был в снимке: 3"))
    tamper(house, pl.lit("gratitude").alias("label"))
    app = button(open_page("lead", PAGE), "snapshots.verify").click().run()
    assert any("не те, что были сохранены" in each.value for each in app.error)


def test_it_tells_what_changed_between_two_and_by_whom(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house, days=1)
    keep(house, "v1")
    appoint(house, world.items[0], "gratitude")
    keep(house, "v2")
    app = open_page("lead", PAGE)
    assert not app.exception
    assert cards(app)[say("ru", "snapshots.change.changed")] == "1"
    assert "у 37 всё по-прежнему" in shown(app)
    told = table_of(app, "snapshots.difference")
    assert linked(told[say("ru", "item.id")]) == ["1"]
    (row,) = told.to_dicts()
    assert row[say("ru", "snapshots.after")] == "gratitude"
    assert row[say("ru", "snapshots.why")] == say("ru", "snapshots.cause.golden")
    assert row[say("ru", "snapshots.who")] == "Boss"
    files = [each.proto.label for each in app.get("download_button")]
    assert files == [say("ru", "snapshots.download"), say("ru", "snapshots.all_rows", n=1)]
    app.selectbox(key="snapshot_from").set_value(kept(house)[0].id).run()
    assert say("ru", "snapshots.choose_two") in shown(app)
    keep(house, "v3")
    app = open_page("lead", PAGE)
    assert "ничего не изменилось" in shown(app)


def test_its_divergence_is_the_overviews(house: Database, open_page: OpenPage) -> None:
    world = put_labels(house)
    run_id = world.analyse()
    world.draw(run_id)
    world.rule(run_id, 40)
    taken = keep(house, "v1")
    assert (figure_of(taken.figures, "divergence"), figure_of(taken.figures, "divergence_left")) == found_by(world)
    overview = cards(open_page("lead", "overview/progress.py"))
    (row,) = table_of(open_page("lead", PAGE), "snapshots.kept").to_dicts()
    for card in ("audit.before", "audit.after"):
        assert row[say("ru", card)] == overview[say("ru", card)]


def test_it_speaks_english_too(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1)
    keep(house, "v1")
    keep(house, "v2")
    speak(house, "lead", "en")
    app = open_page("lead", PAGE)
    assert answer_of(app).startswith("The newest snapshot is “v2”")
    assert "Nothing changed from “v1” to “v2”: 38 items have the labels that they had." in shown(app)
