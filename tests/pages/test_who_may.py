"""Every page as each kind of person: it opens, or it says calmly why not and shows nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Database
from db.vocabulary import LabelKind, Role
from labeling.people.memberships import grant
from labeling.people.people import create_person, get_person
from labeling.people.sign_in import check_session, open_session
from labeling.projects.projects import create_project, get_project
from pages.ui.navigation import PAGES, pages_for
from pages.ui.widgets import plain
from pages.ui.words import say
from tests.pages.conftest import OpenPage
from tests.pages.working import put_to_work

# Who may open what, said a second time and by hand: the pages' own guards are what is tried by it.
ADMINS = {"boss"}
LEADS = ADMINS | {"lead"}
JUDGES = LEADS | {"expert"}
# Whose labeling is paused may still read why.
LABELING = {"assessor", "paused"}
EVERYBODY = JUDGES | LABELING | {"stranger", "outsider"}
MAY = {
    "desk/label.py": LABELING,
    "desk/results.py": LABELING,
    "adjudication/adjudicate.py": JUDGES,
    "review/suspicions.py": JUDGES,
    "review/data_map.py": JUDGES,
    "items/search.py": JUDGES,
    "items/item.py": JUDGES,
    "overview/overview.py": LEADS,
    "overview/progress.py": LEADS,
    "quality/agreement.py": LEADS,
    "quality/assessors.py": LEADS,
    "quality/consensus.py": LEADS,
    "quality/golden.py": JUDGES,
    "quality/ranking.py": LEADS,
    "audit/audit.py": JUDGES,
    "audit/gain.py": JUDGES,
    "junior/junior.py": LEADS,
    "junior/prompts.py": JUDGES,
    "junior/judging.py": JUDGES,
    "junior/showing.py": JUDGES,
    "junior/machine.py": JUDGES,
    "junior/masking.py": JUDGES,
    "project/start.py": LEADS | {"outsider"},
    "project/import_page.py": LEADS,
    "project/export_page.py": LEADS,
    "project/snapshots.py": LEADS,
    "project/class_changes.py": LEADS,
    "project/guidelines.py": JUDGES | {"assessor"},
    "project/settings.py": LEADS,
    "people/members.py": LEADS,
    "people/house.py": ADMINS,
    "project/projects.py": ADMINS,
    "people/profile.py": EVERYBODY,
}
# A link to these may reach anybody.
LINKED = ("desk/label.py", "people/members.py", "people/house.py")
PATHS = [entry.path for entry in PAGES]
# None is signed out; "outsider" holds every role in another project, "stranger" none anywhere.
PEOPLE = (*sorted(EVERYBODY), None)


@pytest.fixture
def busy(house: Database) -> Database:
    """The house at work, with an outsider."""
    moment = datetime.now(UTC)
    put_to_work(house, days=1)
    with house.transaction() as connection:
        outsider = create_person(connection, "outsider", "Outsider", None, now=moment)
        other = create_project(connection, "other", now=moment)
        for role in Role:
            grant(connection, other.id, outsider.id, role, now=moment, actor=None)
    return house


def kinds_of(app: AppTest) -> list[str]:
    """What stands on a page, from the top."""
    return [str(getattr(element, "type", "")) for element in app.main][1:]


def refusal(login: str | None, path: str) -> str:
    """The sentence this person is refused a page with, as far as the roles it asks for."""
    if login is None:
        return say("ru", "shell.session_ended")
    key = "no_project" if login in ("stranger", "outsider") else "paused" if login == "paused" else "role"
    asked = "admin" if MAY[path] == ADMINS else "starter" if path == "project/start.py" else key
    return plain(say("ru", f"shell.refused.{asked}", project="Демо", roles="§")).split("§")[0]


def test_the_table_names_every_page_and_no_other() -> None:
    assert sorted(MAY) == sorted(PATHS)


@pytest.mark.parametrize("login", PEOPLE)
def test_a_page_that_is_not_theirs_says_why_and_shows_nothing_else(
    busy: Database, open_page: OpenPage, login: str | None
) -> None:
    """Run by itself, past the router: a page must not rest on not being offered."""
    refused = [path for path in PATHS if login not in MAY[path]]
    assert refused
    for path in refused:
        app = open_page(login, path, alone=True, project="demo")
        # Who is signed out is sent to the sign-in by a script.
        assert kinds_of(app) == (["info"] if login else ["info", "html"]), f"{path} as {login}"
        assert app.info[0].value.startswith(refusal(login, path)), f"{path} as {login}"


@pytest.mark.parametrize("login", sorted(EVERYBODY))
def test_a_page_of_theirs_opens_and_one_of_others_is_refused_through_the_router_too(
    busy: Database, open_page: OpenPage, login: str
) -> None:
    app = open_page(login, "people/profile.py", project="demo")
    for path in [*(path for path in PATHS if login in MAY[path]), *LINKED]:
        app.query_params["project"] = "demo"
        app = app.switch_page(path).run()
        assert not app.exception, f"{path} as {login}"
        if login in MAY[path]:
            assert len(kinds_of(app)) > 1 and not any(each.value.startswith(refusal("lead", path)) for each in app.info)
        else:
            assert kinds_of(app) == ["info"], f"{path} as {login}"


@pytest.mark.parametrize("kind", [LabelKind.SINGLE, LabelKind.PAIR])
@pytest.mark.parametrize("login", sorted(EVERYBODY))
def test_the_menu_shows_what_the_pages_allow(busy: Database, login: str, kind: LabelKind) -> None:
    """A ranking is in it where there are pairs to rank."""
    now = datetime.now(UTC)
    with busy.transaction() as connection:
        token = open_session(connection, get_person(connection, login).id, now=now)
        reader = check_session(connection, token, now=now)
        project = replace(get_project(connection, "demo"), kind=kind)
    assert reader is not None
    theirs = {path for path in PATHS if login in MAY[path]}
    of_kind = theirs if kind is LabelKind.PAIR else theirs - {"quality/ranking.py"}
    assert {entry.path for entry in pages_for(reader, project)} == of_kind
    of_house = {"admin"} if reader.is_admin else set()
    starts = {"starter"} if login in MAY["project/start.py"] else set()
    assert {entry.group for entry in pages_for(reader, None)} == of_house | starts | {"account"}
    settled = replace(reader, must_change_password=True)
    assert [entry.path for entry in pages_for(settled, project)] == ["people/profile.py"]
