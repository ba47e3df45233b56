"""The divergence on the page of progress: without an audit, during one, and before the export."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from db import schema
from db.engine import Database
from labeling.desk import golden
from pages.ui.audit_data import scaled
from pages.ui.words import say
from tests.pages.audit.auditing import found_by, put_labels, written
from tests.pages.conftest import OpenPage
from tests.pages.working import answer_of, cards, put_to_work, shown, speak

PROGRESS = "overview/progress.py"


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_progress_opens_with_the_divergence(house: Database, open_page: OpenPage, locale: str) -> None:
    put_to_work(house)
    speak(house, "lead", locale)
    app = open_page("lead", PROGRESS)
    assert not app.exception
    assert next(iter(cards(app).items())) == (say(locale, "audit.divergence"), "–")
    assert say(locale, "audit.divergence_none") in shown(app)


def test_progress_has_the_figure_of_the_audit(house: Database, open_page: OpenPage) -> None:
    world = put_labels(house)
    run_id = world.analyse()
    world.draw(run_id)
    app = open_page("lead", PROGRESS)
    assert say("ru", "audit.divergence_waits") in shown(app)
    world.rule(run_id, 20)
    before, after = found_by(world)
    app = open_page("lead", PROGRESS)
    assert not app.exception
    seen = list(cards(app).values())[:2]
    assert [each.replace("\u00a0", " ") for each in seen] == [
        f"{written(figure)}, n = {figure.n}" for figure in (before, after)
    ]


def test_progress_does_not_send_to_the_export_before_the_audit_lets_it(house: Database, open_page: OpenPage) -> None:
    world = put_labels(house, overlap=1, error_target=0.02)
    with house.transaction() as connection:
        connection.execute(update(schema.queue).values(places=0))
        some = list(world.truth)[-1]
        golden.appoint(connection, world.project, some, world.truth[some], now=world.start, actor=None)
    assert say("ru", "progress.next.export") in shown(open_page("lead", PROGRESS)).replace("\\", "")
    run_id = world.analyse()
    world.draw(run_id)
    world.rule(run_id, 30)
    app = open_page("lead", PROGRESS)
    _, after = found_by(world)
    # The golden label was settled beside the audit, and is right.
    whole, left = say("ru", "audit.said.whole", n="150"), f"{written(scaled(after, 149 / 150))}, n = {after.n}"
    said = say("ru", "audit.said.open", base=whole, left=left, target="2%")
    assert answer_of(app).replace("\u00a0", " ").endswith(f"{said}.".replace("\u00a0", " "))
    assert said.replace("\u00a0", " ") in answer_of(open_page("lead", "overview/overview.py")).replace("\u00a0", " ")
    text = shown(app).replace("\\", "")
    assert say("ru", "audit.next.rule") in text
    assert say("ru", "progress.next.export") not in text
