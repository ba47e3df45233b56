"""The page of audits: what it says before, during and after one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from db import schema
from db.engine import Database
from db.vocabulary import Role, Verdict
from labeling.adjudication import queue as docket
from labeling.adjudication import rulings as adjudicate
from labeling.adjudication.rulings import Ruling
from labeling.facts import settled
from labeling.people.memberships import grant
from labeling.people.people import create_person
from labeling.projects.projects import lock_project
from labeling.quality.figures import Figure
from labeling.runs import runs
from pages.audit import audit_tables
from pages.ui.audit_data import scaled
from pages.ui.figures import percent, work_time
from pages.ui.words import say
from tests.labeling.adjudication.auditing import put_analysis, rule_by_truth
from tests.pages.audit.auditing import SIZE, Labeled, found_by, put_labels, written
from tests.pages.conftest import OpenPage
from tests.pages.working import answer_of, button, cards, chart_of, shown, speak

AUDIT = "audit/audit.py"


def audits_drawn(world: Labeled) -> int:
    with world.database.snapshot() as connection:
        return int(connection.execute(select(func.count()).select_from(schema.audit)).scalar_one())


@pytest.mark.parametrize("login", ["lead", "expert", "boss"])
def test_whoever_says_what_is_right_may_look(house: Database, open_page: OpenPage, login: str) -> None:
    app = open_page(login, AUDIT)
    assert not app.exception
    assert answer_of(app) == say("ru", "audit.answer.no_analysis")


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_before_the_first_analysis_the_way_to_one_is_shown(house: Database, open_page: OpenPage, locale: str) -> None:
    speak(house, "lead", locale)
    app = open_page("lead", AUDIT)
    assert answer_of(app) == say(locale, "audit.answer.no_analysis")
    assert say(locale, "audit.next.analyse.go") in shown(app)
    assert not app.number_input


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_before_the_first_audit_one_can_be_drawn(house: Database, open_page: OpenPage, locale: str) -> None:
    world = put_labels(house)
    world.analyse()
    speak(house, "lead", locale)
    app = open_page("lead", AUDIT)
    assert answer_of(app) == say(locale, "audit.answer.no_audit")
    assert say(locale, "audit.population", n=150) in shown(app)
    assert say(locale, "audit.effort_unknown", n=60, share=percent(0.5, locale)) in shown(app)
    app.number_input[0].set_value(SIZE).run()
    app.button(key="audit_draw").click().run()
    assert not app.exception
    assert audits_drawn(world) == 1
    assert answer_of(app) == say(locale, "audit.answer.no_rulings", n=SIZE)
    assert cards(app)[say(locale, "audit.ruled")] == say(locale, "audit.ruled_value", done=0, n=SIZE)


def test_more_items_foretell_a_narrower_interval(house: Database, open_page: OpenPage) -> None:
    put_labels(house).analyse()
    app = open_page("lead", AUDIT)
    said = []
    for size in (30, 120):
        app.number_input[0].set_value(size).run()
        said.append(next(line for line in shown(app).splitlines() if "±" in line))
    narrow, wide = (int(line.split("±")[1].split("%")[0].split(",")[0]) for line in reversed(said))
    assert narrow < wide


def test_too_few_labels_are_no_audit(house: Database, open_page: OpenPage) -> None:
    put_labels(house, items=12).analyse()
    app = open_page("lead", AUDIT)
    assert say("ru", "audit.too_few", n=12, least=20) in shown(app)
    assert not app.number_input


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_the_page_opens_with_what_the_rulings_say(house: Database, open_page: OpenPage, locale: str) -> None:
    world = put_labels(house, error_target=0.02)
    run_id = world.analyse()
    world.draw(run_id)
    world.rule(run_id, 50)
    before, after = found_by(world)
    speak(house, "lead", locale)
    app = open_page("lead", AUDIT)
    assert not app.exception
    said = answer_of(app)
    assert percent(before.value, locale) in said
    assert percent(after.value, locale) in said
    if locale == "ru":
        shares = {"before": written(before), "after": written(after)}
        assert said == say("ru", "audit.answer", **shares, n=before.n, items=150, all=150)
        assert cards(app)[say("ru", "audit.before")].replace("\u00a0", " ") == f"{written(before)}, n = {before.n}"
    # 30 of 150 are wrong, and the perfect expert has put right what was found.
    assert before.low <= 30 / 150 <= before.high
    shown_now = shown(app)
    for key in ("audit.course", "audit.classes", "audit.flags", "audit.experts", "audit.past"):
        assert say(locale, key) in shown_now
    assert say(locale, "audit.no_seconds") in shown_now
    assert say(locale, "audit.next.rule") in shown_now.replace("\\", "")


def test_the_curve_follows_the_audit_and_the_weeks(
    house: Database, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = put_labels(house)
    run_id = world.analyse()
    world.draw(run_id)
    world.rule(run_id, 50)
    before, after = found_by(world)
    app = open_page("lead", AUDIT)
    first, second = chart_of(app, "audit_course")["data"]
    assert first["y"][-1] == pytest.approx(before.value)
    assert second["y"][-1] == pytest.approx(after.value)
    assert first["customdata"][-1] == [str(before.n)]
    monkeypatch.setattr(audit_tables, "reader_zone", lambda: ZoneInfo("Asia/Novosibirsk"))
    app.segmented_control(key="audit_step").set_value("weeks").run()
    assert not app.exception
    second = chart_of(app, "audit_course")["data"][1]
    assert second["y"][-1] == pytest.approx(after.value)


def test_rulings_of_one_moment_are_one_tick(house: Database, open_page: OpenPage) -> None:
    world = put_labels(house)
    run_id = world.analyse()
    world.draw(run_id)
    moment = world.start + timedelta(hours=2)
    for count in (50, 20):
        rule_by_truth(house, world.project, world.expert, run_id, world.truth, count, now=moment, every=timedelta(0))
        moment += timedelta(hours=1)
    course = chart_of(open_page("lead", AUDIT), "audit_course")
    ticks = course["layout"]["xaxis"]["ticktext"]
    assert len(ticks) == len(set(ticks)) == len(course["data"][0]["x"]) == 2


def test_a_class_with_few_checked_says_so(house: Database, open_page: OpenPage) -> None:
    world = put_labels(house)
    run_id = world.analyse()
    world.draw(run_id)
    world.rule(run_id, 8)
    app = open_page("lead", AUDIT)
    table = next(found.value for found in app.dataframe if say("ru", "audit.class") in found.value.columns)
    checked = found_by(world)[0].n
    assert list(table[say("ru", "audit.before")]) == [say("ru", "audit.few", n=checked)]
    assert say("ru", "audit.course.few", least=20) in shown(app)


def test_a_divergence_within_the_target_leads_to_the_export(house: Database, open_page: OpenPage) -> None:
    world = put_labels(house, error_target=0.5)
    run_id = world.analyse()
    world.draw(run_id)
    world.rule(run_id, 40)
    left = written(found_by(world)[1])
    app = open_page("lead", AUDIT)
    base = say("ru", "audit.base.whole", n=150)
    said = say("ru", "audit.next.export", target=percent(0.5, "ru"), base=base, left=left)
    assert said in shown(app).replace("\\", "")
    assert say("ru", "audit.next.export.go") in shown(app)
    # An expert has no such page.
    app = open_page("expert", AUDIT)
    assert not app.exception
    assert say("ru", "audit.next.export.go") not in shown(app)


def test_a_new_audit_asks_before_it_calls_off_the_old_one(house: Database, open_page: OpenPage) -> None:
    world = put_labels(house)
    run_id = world.analyse()
    world.draw(run_id, 50)
    world.rule(run_id, 20)
    done = found_by(world)[0].n
    app = open_page("lead", AUDIT)
    assert say("ru", "audit.draw.sure", n=50 - done) in shown(app)
    app.number_input[0].set_value(40).run()
    # Half of the queue is the audit's, so that it takes twice as many rulings as it has items.
    effort = say("ru", "audit.effort", share="50%", n=80, spent=work_time(5 * 80), seconds="5", timed=20)
    assert effort in shown(app)
    button(app, "widget.confirm").click().run()
    assert not app.exception
    assert audits_drawn(world) == 2
    # What was settled before the second draw is right by now, and no part of it.
    table = next(found.value for found in app.dataframe if say("ru", "audit.day") in found.value.columns)
    assert list(table[say("ru", "audit.of")]) == [130, 150]
    assert list(table[say("ru", "audit.ruled")]) == ["0 из 40", f"{done} из 50"]


def test_what_the_whole_set_bears_is_less(house: Database) -> None:
    assert scaled(Figure(0.1, 0.05, 0.2, 40), 0.5) == Figure(0.05, 0.025, 0.1, 40)
    assert scaled(Figure(None, None, None, 0), 0.5) == Figure(None, None, None, 0)


def test_flags_are_weighed_until_their_analysis_is_gone(house: Database, open_page: OpenPage) -> None:
    world = put_labels(house)
    run_id = world.analyse()
    world.draw(run_id)
    world.rule(run_id, 40)
    app = open_page("lead", AUDIT)
    table = next(found.value for found in app.dataframe if say("ru", "audit.flag") in found.value.columns)
    first = table.iloc[0] if hasattr(table, "iloc") else None
    assert first is not None
    assert first[say("ru", "audit.flag")] == say("ru", "audit.flag.suspected", share=percent(0.2, "ru"))
    assert first[say("ru", "audit.recall")].startswith("100%")
    world.analyse()
    with house.transaction() as connection:
        runs.delete_run(connection, world.project, run_id, now=datetime.now(UTC), actor=None)
    app = open_page("lead", AUDIT)
    assert not app.exception
    assert say("ru", "audit.flags_gone") in shown(app)


def test_experts_who_differ_are_shown_with_the_way_to_settle_it(house: Database, open_page: OpenPage) -> None:
    world = put_labels(house, second_share=1.0, audit_share=0.5)
    run_id = world.analyse()
    world.draw(run_id)
    world.rule(run_id, 6)
    with house.transaction() as connection:
        other = create_person(connection, "expert9", "Девятый", None, now=world.start)
        grant(connection, world.project.id, other.id, Role.EXPERT, now=world.start, actor=None)
    wrong = {"neutral": "gratitude", "gratitude": "neutral"}
    for n in range(6):
        moment = world.start + timedelta(hours=5, minutes=n)
        with house.transaction() as connection:
            project = lock_project(connection, "demo")
            (one,) = docket.claim(connection, project, other.id, [], want=1, now=moment)
            label = world.truth[one.item_id] if n else wrong[world.truth[one.item_id]]
            adjudicate.rule(connection, project, other.id, Ruling(one.token, 1, Verdict.LABEL, label), now=moment)
    with house.snapshot() as connection:
        seconds = settled.rulings(connection, world.project.id).filter(route="second").height
    app = open_page("lead", AUDIT)
    assert not app.exception
    seen = cards(app)
    assert seconds
    assert seen[say("ru", "audit.agreed")].endswith(f"n\u00a0=\u00a0{seconds}")
    assert seen[say("ru", "audit.kappa")] == f"–, n\u00a0=\u00a0{seconds}"
    waiting = int(seen[say("ru", "audit.disputes")])
    assert (say("ru", "audit.disputes.go") in shown(app)) is bool(waiting)


def test_labels_that_moved_since_the_draw_are_told(house: Database, open_page: OpenPage) -> None:
    world = put_labels(house)
    run_id = world.analyse()
    world.draw(run_id)
    given = dict.fromkeys(world.truth, "neutral") | dict.fromkeys(list(world.truth)[:3], "gratitude")
    put_analysis(house, world.project, given, dict.fromkeys(given, 0.1), now=world.start)
    app = open_page("lead", AUDIT)
    assert [found.value for found in app.info] == [say("ru", "audit.moved", n=3)]
