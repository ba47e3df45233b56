"""Streamlit has words of its own, in English: no page leaves a place to them where we can say ours."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

import pytest

from pages.ui.navigation import FOLDER
from pages.ui.own_words import HELP
from pages.ui.words import say
from tests.pages.conftest import OpenPage


def calls(name: str) -> Iterator[tuple[str, dict[str | None, ast.expr]]]:
    """Where a widget of this name is called, and its named arguments."""
    for path in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
                yield f"{path.name}:{node.lineno}", {each.arg: each.value for each in node.keywords}


@pytest.mark.parametrize(("widget", "english"), [("dataframe", "None"), ("multiselect", "Choose options")])
def test_an_empty_place_says_what_we_say(widget: str, english: str) -> None:
    found = list(calls(widget))
    assert found
    assert [where for where, named in found if "placeholder" not in named] == [], english


def test_a_list_with_nothing_chosen_says_what_that_means() -> None:
    """Otherwise it reads "Choose an option"."""
    unchosen = [
        (where, named)
        for where, named in calls("selectbox")
        if isinstance(named.get("index"), ast.Constant) and named["index"].value is None  # type: ignore[union-attr]
    ]
    assert unchosen
    assert [where for where, named in unchosen if "placeholder" not in named] == []


def test_a_screen_reader_is_told_of_help_in_the_readers_language(open_page: OpenPage) -> None:
    """The sign's name is Streamlit's own: a script on every page puts ours in its place."""
    sent = "".join(element.proto.body for element in open_page("lead", "people/members.py").get("html"))
    said = json.dumps(say("ru", "shell.help_for"))
    assert f'const ours = {said}, theirs = "{HELP}"' in sent
