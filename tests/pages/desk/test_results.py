"""My results: what an assessor reads of their own work, and what must not be there before a chunk has closed."""

from __future__ import annotations

import html
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select, update
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from labeling.desk import chunks, contests, golden
from pages.ui.locales import LOCALES
from pages.ui.words import say
from tests.labeling.worlds import World, press
from tests.pages.conftest import OpenPage, links_of
from tests.pages.working import answer_of, cards, chart_of, put_to_work, shown, speak, work_a_chunk

PAGE = "desk/results.py"


def everything_sent(app: AppTest) -> str:
    """All that the server would send to the browser, as it stands in the messages."""
    sent = [str(element.proto) for kind in ("html", "plotly_chart", "page_link") for element in app.get(kind)]
    return "\n".join([*sent, shown(app), str([box.options for box in app.selectbox])])


def mistakes_of(world: World, assessor: int) -> dict[int, list[chunks.Mistake]]:
    with world.database.snapshot() as connection:
        closed = [chunk for chunk in chunks.chunks_of(connection, world.project.id, assessor) if chunk.closed_at]
        return {chunk.ordinal: chunks.briefing(connection, assessor, chunk.id) for chunk in closed}


def test_it_opens_with_how_much_i_did_and_how_well(house: Database, open_page: OpenPage) -> None:
    put_to_work(house)
    app = open_page("assessor", PAGE)
    assert not app.exception
    figure = "0,67 [0,21; 0,94], n\u00a0=\u00a03"
    assert answer_of(app) == say("ru", "results.answer.unclear", n=15, figure=figure, floor=0.6)
    assert cards(app) == {
        say("ru", "results.accuracy"): "0,67 [0,21; 0,94], n = 3",
        # Every answer took two seconds.
        say("ru", "results.median"): "2,0 [2,0; 2,0], n = 15",
        say("ru", "results.per_hour"): "1 800 [1 800; 1 800], n = 15".replace(" 800", "\u00a0800"),
    }


def test_what_came_back_counts_like_any_other_item(house: Database, open_page: OpenPage) -> None:
    """A number of answers that stood still after one of them would give it away."""
    put_to_work(house, repeats=1)
    with house.snapshot() as connection:
        assert len(connection.execute(select(schema.repeat.c.label)).all()) == 2
    app = open_page("assessor", PAGE)
    figure = "0,67 [0,21; 0,94], n\u00a0=\u00a03"
    assert answer_of(app) == say("ru", "results.answer.unclear", n=15, figure=figure, floor=0.6)
    assert cards(app)[say("ru", "results.median")] == "2,0 [2,0; 2,0], n = 15"
    assert chart_of(app, "my_days")["data"][0]["y"] == [5, 5, 5]


def test_days_and_chunks_are_drawn_with_their_intervals(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house)
    app = open_page("assessor", PAGE)
    assert chart_of(app, "my_days")["data"][0]["y"] == [5, 5, 5]
    points = chart_of(app, "my_accuracy")["data"][0]
    right = [float(not mistakes) for _, mistakes in sorted(mistakes_of(world, world.assessors[0]).items())]
    assert points["x"] == ["1", "2", "3"]
    # Three days take three sevenths of the chart.
    first, last = (datetime.fromisoformat(end) for end in chart_of(app, "my_days")["layout"]["xaxis"]["range"])
    assert (last - first).days == 7
    assert points["y"] == right
    # Wilson's interval of 1 of 1 begins at 0.21, that of 0 of 1 ends at 0.79.
    assert points["error_y"]["arrayminus"] == pytest.approx([0.7935 if one else 0.0 for one in right], abs=1e-3)
    assert points["error_y"]["array"] == pytest.approx([0.0 if one else 0.7935 for one in right], abs=1e-3)
    with house.snapshot() as connection:
        mine = chunks.chunks_of(connection, world.project.id, world.assessors[0])
    assert points["customdata"] == [[chunk.id] for chunk in reversed(mine)]
    assert say("ru", "results.chart", floor=0.6) in shown(app)


def test_the_briefing_shows_my_choice_the_experts_and_why(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house)
    briefings = mistakes_of(world, world.assessors[0])
    ordinal, (mistake,) = next((ordinal, found) for ordinal, found in briefings.items() if found)
    app = open_page("assessor", PAGE)
    chooser = app.selectbox(key="briefing_chunk")
    assert [option.split(",")[0] for option in chooser.options] == ["Пачка 3", "Пачка 2", "Пачка 1"]
    chooser.select_index(3 - ordinal).run()
    text = shown(app)
    assert html.escape(mistake.text) in text
    assert "<b>жирно</b>" not in "".join(element.proto.body for element in app.get("html"))
    assert f"{say('ru', 'results.given')} ■ neutral" in text
    assert f"{say('ru', 'results.right')} ■ gratitude" in text
    assert mistake.explanation in text
    assert say("ru", "results.score", right=0, n=1) in chooser.options[3 - ordinal]
    flawless = next(ordinal for ordinal, found in briefings.items() if not found)
    app.selectbox(key="briefing_chunk").select_index(3 - flawless).run()
    assert say("ru", "results.no_mistakes") in shown(app)


def test_without_answers_it_says_where_to_begin(house: Database, open_page: OpenPage) -> None:
    app = open_page("assessor", PAGE)
    assert not app.exception
    assert answer_of(app) == say("ru", "results.empty")
    assert say("ru", "results.empty_next") in shown(app)
    assert links_of(app) == [say("ru", "results.to_label")]
    assert not app.metric


def test_without_a_closed_chunk_there_is_pace_and_no_accuracy(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1, close=False)
    app = open_page("assessor", PAGE)
    assert not app.exception
    assert answer_of(app) == say("ru", "results.answer.unknown", n=5)
    assert cards(app)[say("ru", "results.accuracy")] == "–, n = 0"
    assert say("ru", "results.no_closed") in shown(app)
    assert not app.selectbox


def test_nothing_of_an_open_chunk_tells_which_item_was_golden(house: Database, open_page: OpenPage) -> None:
    """The page of somebody who has answered a golden item in an open chunk is that of somebody who has not."""
    world = put_to_work(house, days=2)
    me = world.assessors[0]
    before = everything_sent(open_page("assessor", PAGE))
    seen = world.work(me)
    texts: list[str] = []
    while seen.items:
        texts += [item.text for item in seen.items]
        seen = world.work(me, *[press(item.token) for item in seen.items])
    assert any("контрольный" in text for text in texts)
    with house.snapshot() as connection:
        closed = {chunk.id for chunk in chunks.chunks_of(connection, world.project.id, me) if chunk.closed_at}
        table = schema.annotation
        query = select(schema.item.c.text, schema.golden.c.explanation).join(table, table.c.item_id == schema.item.c.id)
        query = query.join(schema.golden, schema.golden.c.item_id == table.c.item_id)
        hidden = connection.execute(query.where(table.c.assessor_id == me, table.c.chunk_id.not_in(closed))).all()
    assert len(hidden) == 1
    app = open_page("assessor", PAGE)
    sent = everything_sent(app)
    for text, explanation in hidden:
        assert html.escape(text) not in sent
        assert text not in sent
        assert explanation not in sent
    assert cards(app)[say("ru", "results.accuracy")].endswith("n = 2")
    assert chart_of(app, "my_accuracy")["data"][0]["x"] == ["1", "2"]
    assert [option for option in app.selectbox[-1].options if "Пачка 3" in option] == []
    assert before.count("Пачка 2") == sent.count("Пачка 2")
    world.work(me, close=seen.chunk.id if seen.chunk else None, want=0)
    assert cards(open_page("assessor", PAGE))[say("ru", "results.accuracy")].endswith("n = 3")


def test_a_ruling_anew_scores_old_answers_anew(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house)
    with house.transaction() as connection:
        for item in world.golden:
            golden.appoint(connection, world.project, item, "neutral", now=datetime.now(UTC), actor=None)
    app = open_page("assessor", PAGE)
    assert cards(app)[say("ru", "results.accuracy")] == "1,00 [0,44; 1,00], n = 3"
    offered = app.selectbox(key="briefing_chunk").options
    assert len(offered) == 3 and all(say("ru", "results.score", right=1, n=1) in option for option in offered)


def test_a_chunk_whose_golden_items_were_retired_has_nothing_to_explain(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house, days=1)
    with house.transaction() as connection:
        for item in world.golden:
            golden.appoint(connection, world.project, item, None, now=datetime.now(UTC), actor=None)
    app = open_page("assessor", PAGE)
    assert not app.exception
    assert say("ru", "results.nothing_scored") in shown(app)
    assert say("ru", "results.not_scored") in app.selectbox(key="briefing_chunk").options[0]


def test_another_assessors_work_is_not_mine(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house, days=1)
    other = world.assessors[1]
    work_a_chunk(world, other)
    app = open_page("assessor", PAGE)
    assert answer_of(app).startswith("У вас 5 ответов")
    theirs = [mistake.text for found in mistakes_of(world, other).values() for mistake in found]
    assert theirs == []
    assert len(app.selectbox(key="briefing_chunk").options) == 1


def test_a_qualification_is_named_and_kept_out_of_the_accuracy(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house, days=1)
    table = schema.chunk
    with house.transaction() as connection:
        mine = table.c.assessor_id == world.assessors[0]
        connection.execute(update(table).where(mine).values(kind="qualification", outcome="passed"))
    app = open_page("assessor", PAGE)
    assert cards(app)[say("ru", "results.accuracy")] == "–, n = 0"
    assert app.selectbox(key="briefing_chunk").options[0].startswith("Допуск, пачка 1")
    assert chart_of(app, "my_accuracy")["data"][0]["marker"]["symbol"] == ["diamond-open"]
    assert say("ru", "results.chart_qualification", floor=0.6) in shown(app)


def test_votes_that_came_with_a_file_make_no_page_of_results(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house, days=0)
    row = {"project_id": world.project.id, "item_id": world.items[0], "assessor_id": world.assessors[0]}
    with house.transaction() as connection:
        values = {"revision": 1, "label": "neutral", "created_at": datetime.now(UTC)}
        connection.execute(insert(schema.annotation), row | values)
    app = open_page("assessor", PAGE)
    assert not app.exception
    assert answer_of(app) == say("ru", "results.empty")


@pytest.mark.parametrize("locale", LOCALES)
def test_it_speaks_the_readers_language(house: Database, open_page: OpenPage, locale: str) -> None:
    put_to_work(house)
    speak(house, "assessor", locale)
    app = open_page("assessor", PAGE)
    other = LOCALES[1 - LOCALES.index(locale)]
    assert say(locale, "results.briefing") in shown(app)
    assert say(other, "results.briefing") not in shown(app)
    assert say(locale, "results.accuracy") in cards(app)


@pytest.mark.parametrize("simulated", [False, True])
def test_simulated_data_is_marked(house: Database, open_page: OpenPage, simulated: bool) -> None:
    put_to_work(house, days=1)
    with house.transaction() as connection:
        connection.execute(update(schema.project).values(is_simulated=simulated))
    assert (say("ru", "simulated.mark") in shown(open_page("assessor", PAGE))) is simulated


def test_one_objects_under_the_mistake_and_reads_what_came_of_it(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house)
    me = world.assessors[0]
    ordinal, (mistake,) = next((ordinal, found) for ordinal, found in mistakes_of(world, me).items() if found)
    app = open_page("assessor", PAGE)
    app.selectbox(key="briefing_chunk").select_index(3 - ordinal).run()
    send = next(button for button in app.button if button.label == say("ru", "contest.send"))
    send.click().run()
    assert not app.exception
    assert say("ru", "error.empty_argument", most=2000).split(":")[0] in shown(app)
    app.text_area(key=f"contest_{mistake.item_id}_argument").set_value("Тут же сказано")
    next(button for button in app.button if button.label == say("ru", "contest.send")).click().run()
    assert say("ru", "contest.waits") in shown(app)
    with house.transaction() as connection:
        (raised,) = contests.open_contests(connection, world.project.id)
        assert (raised.item_id, raised.argument, raised.assessor_id) == (mistake.item_id, "Тут же сказано", me)
        contests.rule(
            connection, world.project, raised.id, label=mistake.given, reply="Верно", now=world.now, actor=None
        )
    app = open_page("assessor", PAGE)
    assert mistakes_of(world, me)[ordinal] == []
    assert say("ru", "contest.upheld") in shown(app)
    assert "Верно" in shown(app)
