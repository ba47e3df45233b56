"""The same answers counted on several pages: each count says of which answers it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from db import schema
from db.engine import Database
from labeling.desk import gates
from pages.ui.locales import LOCALES
from pages.ui.widgets import plain
from pages.ui.words import say
from tests.labeling.worlds import World
from tests.pages.conftest import OpenPage
from tests.pages.working import cards, put_to_work, shown, speak


def put_aside(world: World, assessor: int) -> None:
    """The assessor's first chunk of five, one of them golden, stops counting."""
    chunk = schema.chunk
    with world.database.transaction() as connection:
        query = select(chunk.c.id).where(chunk.c.assessor_id == assessor).order_by(chunk.c.ordinal)
        first = connection.execute(query).scalars().first()
        gates.suspend(connection, world.project, int(first or 0), now=datetime.now(UTC), actor=None)


@pytest.mark.parametrize("locale", LOCALES)
def test_progress_says_which_answers_each_of_its_counts_is_of(
    house: Database, open_page: OpenPage, locale: str
) -> None:
    """Two people, three chunks of five each: 30 answers, 24 of them on ordinary items, 20 of these in chunks that count."""
    put_aside(world := put_to_work(house), world.assessors[0])
    speak(house, "lead", locale)
    app = open_page("lead", "overview/progress.py")
    assert not app.exception
    told = shown(app)
    assert cards(app)[say(locale, "progress.answers_in")] == say(locale, "progress.answers_in_value", done=20, n=60)
    assert say(locale, "progress.by_day_scope", n=30) in told
    assert plain(say(locale, "progress.by_class_scope")) in told
    assert plain(say(locale, "progress.golden_scope", rows=6, n=5)) in told


def test_one_count_of_golden_answers_is_not_told_twice(house: Database, open_page: OpenPage) -> None:
    put_to_work(house)
    scope = plain(say("ru", "progress.golden_scope", rows=6, n=6))
    assert scope.split(":")[0] not in shown(open_page("lead", "overview/progress.py"))


def test_agreement_and_golden_items_say_the_same_of_the_same_answers(house: Database, open_page: OpenPage) -> None:
    """Of 30 answers 25 count, golden ones among them; of six to golden items five do."""
    put_aside(world := put_to_work(house), world.assessors[0])
    told = shown(open_page("lead", "quality/agreement.py"))
    assert say("ru", "agreement.rest", votes=25, items=10, single=5, empty=0, unsure=0) in told
    assert "n = 5" in told.replace("\u00a0", " ")
    app = open_page("lead", "quality/golden.py")
    assert not app.exception
    accuracy = cards(open_page("lead", "overview/progress.py"))[say("ru", "progress.accuracy")]
    scope = plain(say("ru", "golden.leak_scope", n=6, figure=accuracy))
    assert scope.replace("\u00a0", " ") in shown(app).replace("\u00a0", " ")
