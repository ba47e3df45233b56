"""What only a browser shows of the data map: a lasso and a box choose the right items, and acts follow from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from playwright.sync_api import Page, expect

from db.engine import Database
from db.frames import adjudication as adjudication_frames
from db.frames import runs as run_frames
from db.vocabulary import Role, Verdict
from labeling.facts import settled
from labeling.people.memberships import grant
from labeling.people.people import create_person
from labeling.projects.classes import add_codes
from labeling.projects.projects import Project, create_project
from labeling.review.triage import with_regions
from pages.review.map_data import MOST_POINTS, drawn, map_points
from pages.ui.words import say
from tests.e2e.conftest import AppServer
from tests.pages.review.reviewed import CLASSES, fill

SignedIn = Callable[[Page, str], Page]
Places = Sequence[tuple[float, float]]

# A lasso is drawn through whole pixels, and the chart leaves out bends smaller than this.
NEAR_PIXELS = 3.0
TRIANGLE = ((0.08, 0.2), (0.42, 0.5), (0.12, 0.9))
PATIENCE = 60_000
# Where a place of the map is on screen, and how many pixels the axes have for one.
ON_SCREEN = """(places) => {
  const plot = document.querySelector('.js-plotly-plot'), frame = plot.getBoundingClientRect();
  const {xaxis, yaxis} = plot._fullLayout;
  const pixel = ([x, y]) => [
    Math.round(frame.left + xaxis._offset + xaxis.d2p(x)), Math.round(frame.top + yaxis._offset + yaxis.d2p(y))];
  const back = ([left, top]) => [
    xaxis.p2d(left - frame.left - xaxis._offset), yaxis.p2d(top - frame.top - yaxis._offset)];
  const pixels = places.map(pixel);
  const scale = [Math.abs(xaxis.d2p(1) - xaxis.d2p(0)), Math.abs(yaxis.d2p(1) - yaxis.d2p(0))];
  return {pixels, places: pixels.map(back), scale};
}"""
DRAWN = "document.querySelector('.js-plotly-plot')?._fullData?.length > 0"


@pytest.fixture
def project(app_server: AppServer) -> Project:
    """The empty project "demo" with a lead."""
    now = datetime.now(UTC)
    with app_server.database.transaction() as connection:
        made = create_project(connection, "demo", now=now)
        add_codes(connection, made.id, CLASSES, now=now)
        lead = create_person(connection, "lead", "Lead", None, now=now)
        grant(connection, made.id, lead.id, Role.LEAD, now=now, actor=None)
    return made


def points_of(database: Database, most: int = MOST_POINTS) -> pl.DataFrame:
    """The points that are on screen."""
    with database.snapshot() as connection:
        found = run_frames.findings(connection, 1, reasons=False)
    return drawn(map_points(with_regions(found), heldout=False), most)[0]


def open_map(page: Page, app_server: AppServer) -> None:
    """Open the page in a window that holds all of the map, and wait until that is drawn."""
    page.set_viewport_size({"width": 1280, "height": 1400})
    page.goto(f"{app_server.url}/map")
    page.wait_for_function(DRAWN, timeout=PATIENCE)
    expect(page.locator(".gl-canvas").first).to_be_attached()


def drag(page: Page, places: Places, *, close: bool) -> tuple[Places, tuple[float, float]]:
    """Draw through these places with the mouse; gives those that were met, and the pixels of a unit."""
    # Another tool draws another chart, and the old one stands beside it for a moment.
    expect(page.locator(".js-plotly-plot")).to_have_count(1)
    page.locator(".js-plotly-plot").scroll_into_view_if_needed()
    told = page.evaluate(ON_SCREEN, [list(place) for place in places])
    first, *rest = told["pixels"]
    page.mouse.move(*first)
    page.mouse.down()
    for pixel in [*rest, *([first] if close else [])]:
        page.mouse.move(*pixel, steps=12)
    page.mouse.up()
    return told["places"], tuple(told["scale"])


def inside(points: pl.DataFrame, corners: Places) -> npt.NDArray[np.bool_]:
    """Which of the points lie inside a polygon, by the number of its edges to their right."""
    x, y = (points[name].to_numpy() for name in ("x", "y"))
    odd = np.zeros(len(x), dtype=bool)
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        crosses = (y0 > y) != (y1 > y)
        odd ^= crosses & (x < x0 + (y - y0) / ((y1 - y0) or 1e-12) * (x1 - x0))
    return odd


def near(points: pl.DataFrame, corners: Places, scale: tuple[float, float]) -> npt.NDArray[np.bool_]:
    """Which of the points lie so near to an edge that the mouse's whole pixels may decide."""
    spot = np.column_stack([points["x"].to_numpy() * scale[0], points["y"].to_numpy() * scale[1]])
    ends = np.array(corners) * np.array(scale)
    close = np.zeros(len(spot), dtype=bool)
    for one, two in zip(ends, np.roll(ends, -1, axis=0), strict=True):
        along = np.clip((spot - one) @ (two - one) / np.sum((two - one) ** 2), 0, 1)
        close |= np.hypot(*(spot - one - along[:, None] * (two - one)).T) <= NEAR_PIXELS
    return close


def check_ids(found: Sequence[int], points: pl.DataFrame, corners: Places, scale: tuple[float, float]) -> None:
    """All that lies inside was found and nothing else, but for what touches an edge."""
    within, close = inside(points, corners), near(points, corners, scale)
    ids = points["item_id"].to_numpy()
    sure, possible = set(ids[within & ~close].tolist()), set(ids[within | close].tolist())
    assert sure
    assert sure <= set(found) <= possible
    assert len(possible) - len(sure) < 0.2 * len(points)


def send_as(page: Page, name: str) -> None:
    """Send what is chosen to adjudication under this name."""
    form = page.locator(".st-key-map_acts_box")
    form.get_by_label(say("ru", "batch.name"), exact=True).fill(name)
    form.get_by_role("button").filter(has_text="Отправить").last.click()
    expect(page.get_by_text(f"Подборка «{name}»")).to_be_visible(timeout=PATIENCE)


def batch_of(database: Database, project: Project, name: str) -> list[int]:
    with database.snapshot() as connection:
        made = dict(adjudication_frames.batches(connection, project.id).select("name", "batch").iter_rows())
        return adjudication_frames.batch_items(connection, made[name])


@pytest.mark.parametrize("count", [400, 100_000])
def test_a_lasso_chooses_the_items_under_it(
    app_server: AppServer, page: Page, signed_in: SignedIn, project: Project, count: int
) -> None:
    """Also where only half of the points are drawn: what isn't on screen isn't chosen."""
    fill(app_server.database, "demo", count)
    points = points_of(app_server.database)
    assert points.height == min(count, MOST_POINTS)
    open_map(signed_in(page, "lead"), app_server)
    sampled = page.get_by_text("Плотности по краям")
    expect(sampled).to_have_count(int(count > MOST_POINTS))
    corners, scale = drag(page, TRIANGLE, close=True)
    expect(page.get_by_role("heading").filter(has_text="Выделен")).to_be_visible(timeout=PATIENCE)
    send_as(page, "Из лассо")
    check_ids(batch_of(app_server.database, project, "Из лассо"), points, corners, scale)


def test_a_box_is_ruled_at_once_and_undone(
    app_server: AppServer, page: Page, signed_in: SignedIn, project: Project
) -> None:
    fill(app_server.database, "demo", 400)
    points = points_of(app_server.database)
    open_map(signed_in(page, "lead"), app_server)
    labels = page.locator(".st-key-map_look").get_by_test_id("stWidgetLabel")
    assert len({round(label.bounding_box()["y"]) for label in labels.all()}) == 1  # type: ignore[index]
    page.get_by_text(say("ru", "map.tool.select"), exact=True).click()
    page.wait_for_function("document.querySelector('.js-plotly-plot')?._fullLayout?.dragmode === 'select'")
    corners, scale = drag(page, ((0.05, 0.1), (0.3, 0.7)), close=False)
    (left, low), (right, high) = corners
    box = ((left, low), (right, low), (right, high), (left, high))
    page.get_by_text(say("ru", "acts.rule"), exact=True).click(timeout=PATIENCE)
    page.get_by_text(say("ru", "bulk.how.second"), exact=True).click(timeout=PATIENCE)
    n = int((inside(points, box) & ~near(points, box, scale)).sum())
    rule = page.locator(".st-key-map_acts_bulk_rule button")
    expect(rule).to_be_enabled(timeout=PATIENCE)
    shown = page.locator("[data-testid=stMarkdown]").filter(has_text="метка сменится у")
    expect(shown).to_be_visible()
    rule.click()
    undo = page.locator(".st-key-bulk_undo_last button")
    expect(undo).to_be_visible(timeout=PATIENCE)
    with app_server.database.snapshot() as connection:
        rulings = settled.in_force(settled.rulings(connection, project.id))
    check_ids(rulings["item_id"].to_list(), points, box, scale)
    assert rulings.height >= n > 0
    given = dict(points.select("item_id", pl.col("given").cast(pl.String)).iter_rows())
    assert all(given[item_id] != label for item_id, label in rulings.select("item_id", "label").iter_rows())
    undo.click()
    expect(page.get_by_text("Отменено:")).to_be_visible(timeout=PATIENCE)
    with app_server.database.snapshot() as connection:
        after = settled.in_force(settled.rulings(connection, project.id))
    assert after.height == rulings.height
    assert set(after["verdict"]) == {Verdict.WITHDRAWN.value}
