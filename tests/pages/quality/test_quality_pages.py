"""Agreement, assessors, consensus and golden items on screen: their figures are the command line's, their buttons act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import insert, select
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from db.vocabulary import ChunkOutcome, PauseReason, Standing
from labeling.desk import chunks, gates
from labeling.exchange.export_content import ExportContent
from labeling.facts.overview import overview
from labeling.people.people import get_person
from labeling.projects.projects import get_project
from labeling.quality.progress import States
from pages.ui.figures import figure, percent
from pages.ui.locales import LOCALES
from pages.ui.words import say
from tests.labeling.exchange.files import bring, csv_of
from tests.pages.quality.demonstrated import command, exported, metrics, project_of, table
from tests.pages.working import answer_of, linked, shown, speak

PAGES = ("quality/agreement.py", "quality/assessors.py", "quality/consensus.py", "quality/golden.py")


URLS = {path: path.removeprefix("quality/").removesuffix(".py") for path in PAGES}


EVIL = "<img src=x onerror=alert(1)> **жирно** $x$"


def person_id(demo: Database, login: str) -> int:
    with demo.snapshot() as connection:
        return get_person(connection, login).id


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


@pytest.mark.parametrize("name", ["agreement", "consensus", "assessors"])
def test_only_filters_that_are_set_are_to_be_cleared(open_demo: Callable[..., AppTest], name: str) -> None:
    app = open_demo("lead", f"quality/{name}.py", "empty")
    narrow = say("ru", "filters.narrow", n="0")
    assert narrow not in shown(app)
    app.number_input[0].set_value(2).run()
    assert answer_of(app) == say("ru", "filters.none_left") and narrow in shown(app)


def test_how_far_assessors_agree_with_themselves_stands_in_their_table(open_demo: Callable[..., AppTest]) -> None:
    app = open_demo("lead", "quality/assessors.py")
    rows = table(app, say("ru", "assessors.consistency"))
    who = rows[say("ru", "assessors.who")]
    said = dict(zip(who, rows[say("ru", "assessors.consistency")], strict=True))
    # Who presses at random now and then contradicts himself most: 7 of 8 as before, and 1 of 7 fewer by chance.
    careless = next(name for name in who if "5" in name)
    assert said[careless] == "0,88 [0,53; 0,98], n = 8"
    kappas = dict(zip(who, rows[say("ru", "assessors.kappa")], strict=True))
    assert kappas[careless].startswith("0,85 [") and kappas[careless].endswith("n = 8")


def test_assessors_are_what_the_command_line_says(
    open_demo: Callable[..., AppTest], demo: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = exported(demo, tmp_path, ExportContent.ANNOTATIONS), exported(demo, tmp_path, ExportContent.GOLDEN)
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
    app.button(key=f"waiting_overrule_{mine[1].id}").click().run()
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
    files = exported(demo, tmp_path, ExportContent.ANNOTATIONS), exported(demo, tmp_path, ExportContent.GOLDEN)
    out = str(tmp_path / "out.csv")
    told = command(capsys, "consensus", files[0], "--golden", files[1], "-o", out)
    wanted = {row["item"]: row for row in pl.read_csv(out).to_dicts()}
    app = open_demo("lead", "quality/consensus.py")
    rows = table(app, say("ru", "consensus.probability"))
    items, chances = linked(rows[say("ru", "item.id")]), rows[say("ru", "consensus.probability")]
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
    assert cards[say("ru", "consensus.ties")].startswith(f"{told['ties']}, n = ")
    assert int(cards[say("ru", "state.disputed")]) == states.disputed > 0
    # Agreed is told in two parts, by how sure the consensus is; together they are what the votes make agreed.
    unsure, agreed = (say("ru", f"consensus.is.{name}") for name in ("uncertain", "agreed"))
    told_sure = [
        (state, wanted[item]["probability"])
        for state, item in zip(rows[say("ru", "consensus.state")], items, strict=True)
        if state in (unsure, agreed)
    ]
    assert all((chance < 0.8) is (state == unsure) for state, chance in told_sure)
    doubted = sum(state == unsure for state, _ in told_sure)
    assert int(cards[say("ru", "state.uncertain")]) == doubted > 0
    assert int(cards[say("ru", "state.agreed")]) + doubted == states.agreed
    assert say("ru", "consensus.uncertain", n=doubted, least=0.8) in shown(app)
    assert (
        rows[say("ru", "consensus.state")][: states.disputed] == [say("ru", "consensus.is.disputed")] * states.disputed
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_one_vote_an_item_is_warned_of(open_demo: Callable[..., AppTest], demo: Database, locale: str) -> None:
    speak(demo, "lead", locale)
    rows = [[str(at), f"text {at}", "anna", "xy"[at % 2]] for at in range(6)]
    bring(demo, csv_of(["id", "text", "annotator", "label"], rows), slug="empty")
    app = open_demo("lead", "quality/consensus.py", "empty")
    assert not app.exception
    assert [box.value for box in app.warning] == [say(locale, "consensus.warning.no_evidence")]
    assert say(locale, "consensus.auto.no_overlap", golden=0) in shown(app)
    assert set(table(app, say(locale, "consensus.probability"))[say(locale, "consensus.probability")]) <= {
        "0,67",
        "0.67",
    }
    bring(demo, csv_of(["id", "golden"], [["0", "x"]]), slug="empty")
    app = open_demo("lead", "quality/consensus.py", "empty")
    assert [box.value for box in app.warning] == [say(locale, "consensus.warning.no_overlap")]
    bring(demo, csv_of(["id", "annotator", "label"], [["1", "ben", "y"]]), slug="empty")
    assert not open_demo("lead", "quality/consensus.py", "empty").warning


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


def test_a_pool_that_reads_nothing_is_named_on_the_page(open_demo: Callable[..., AppTest], demo: Database) -> None:
    """All of the demo's assessors at a tenth of a second a text: beside each other none of them stands out."""
    with demo.transaction() as connection:
        connection.exec_driver_sql("DROP TRIGGER annotation_no_update")
        connection.execute(schema.annotation.update().values(seconds=0.1))
    app = open_demo("lead", "quality/assessors.py")
    assert not app.exception
    named = table(app, say("ru", "assessors.signals"))[say("ru", "assessors.signals")]
    assert sum(say("ru", "signal.unread") in signals for signals in named) == 5
    assert any("медиана 0,1" in box.value.replace("\\", "") for box in app.warning)
