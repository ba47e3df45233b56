"""Whether labels may be handed over: what the verdict is about, its interval, and its target."""

from __future__ import annotations

import pytest

from db.engine import Database
from labeling.desk import golden
from labeling.quality.figures import Figure
from pages.ui.audit_data import scaled, verdict
from pages.ui.figures import percent
from pages.ui.words import say
from tests.labeling.worlds import add_items
from tests.pages.audit.auditing import found_by, put_labels, written
from tests.pages.conftest import OpenPage
from tests.pages.working import answer_of, cards, shown

AUDIT = "audit/audit.py"


def test_a_verdict_on_a_part_names_the_part(house: Database, open_page: OpenPage) -> None:
    """Of two hundred items 150 have a label and one is golden: of the other 49 no audit says anything."""
    world = put_labels(house, error_target=0.5)
    with house.transaction() as connection:
        others = add_items(connection, world.project, [f"text {n}" for n in range(50)], first=1001)
        golden.appoint(connection, world.project, others[0], "neutral", now=world.start, actor=None)
    run_id = world.analyse()
    world.draw(run_id)
    world.rule(run_id, 40)
    left = written(scaled(found_by(world)[1], 150 / 151))
    app = open_page("lead", AUDIT)
    base = say("ru", "audit.base.part", n=151, items=200)
    said = say("ru", "audit.next.part", target=percent(0.5, "ru"), base=base, left=left, rest=49)
    assert said in shown(app).replace("\\", "")
    assert "150, всего объектов 200" in answer_of(app)
    assert cards(app)[say("ru", "audit.labelled")].startswith(left)
    assert say("ru", "audit.whole") not in cards(app)


def test_without_a_target_there_is_no_verdict(house: Database, open_page: OpenPage) -> None:
    """A floor for people's accuracy is no target for labels."""
    world = put_labels(house, error_target=None, accuracy_floor=0.01, audit_share=1.0)
    run_id = world.analyse()
    world.draw(run_id, 40)
    world.rule(run_id, 20)
    app = open_page("lead", AUDIT)
    assert say("ru", "audit.no_target") in [each.value for each in app.caption]
    assert say("ru", "audit.next.target.go") in shown(app)
    world.rule(run_id, 20, hours=3)
    left = written(found_by(world)[1])
    said = say("ru", "audit.next.target", base=say("ru", "audit.base.whole", n=150), left=left)
    app = open_page("lead", AUDIT)
    assert said in shown(app).replace("\\", "")
    assert say("ru", "audit.next.target.go") in shown(app)
    # An expert can't set it.
    app = open_page("expert", AUDIT)
    assert not app.exception
    assert said in shown(app).replace("\\", "")
    assert say("ru", "audit.next.target.go") not in shown(app)


@pytest.mark.parametrize(
    ("left", "target", "expected"),
    [
        (Figure(0.01, 0.0, 0.05, 60), 0.05, "within"),
        (Figure(0.01, 0.0, 0.06, 60), 0.05, "open"),
        (Figure(0.2, 0.05, 0.3, 60), 0.05, "open"),
        (Figure(0.2, 0.06, 0.3, 60), 0.05, "above"),
        (Figure(None, None, None, 0), 0.05, "open"),
        (Figure(0.0, 0.0, 0.0, 60), None, "unset"),
    ],
)
def test_labels_are_let_out_by_the_whole_interval(left: Figure, target: float | None, expected: str) -> None:
    assert verdict(left, target) == expected
