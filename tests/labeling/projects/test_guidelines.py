"""A language of the guide is published when somebody wrote it; readers of others get what there is."""

from __future__ import annotations

import pytest

from db.engine import Database
from db.vocabulary import PromptKind
from labeling.errors import LabelingError
from labeling.junior.asking import as_asked
from labeling.junior.prompts import get_prompt, write_prompt
from labeling.privacy import Masker
from labeling.projects.classes import LabelClass
from labeling.projects.guidelines import Guideline, get_guideline, publish_guideline
from labeling.projects.languages import in_language, written_in
from tests.labeling.worlds import NOON, World, make_world

OUTLINE = "# What\n\nAsk yourself: [[a question]]."


def publish(world: World, ru: str, en: str) -> Guideline:
    with world.database.transaction() as connection:
        publish_guideline(connection, world.project.id, body_ru=ru, body_en=en, now=NOON, actor=None)
        published = get_guideline(connection, world.project.id)
    assert published is not None
    return published


def test_an_outline_is_no_text_and_what_was_in_force_stays(database: Database) -> None:
    world = make_world(database)
    first = publish(world, "правило", OUTLINE)
    assert (first.version, first.body_ru, first.body_en) == (1, "правило", "")
    assert written_in(first, "body") == ("ru",)
    assert in_language(first, "body", "en") == ("правило", "ru")
    second = publish(world, "правило", "rule")
    assert in_language(second, "body", "en") == ("rule", "en")
    third = publish(world, "новое правило", OUTLINE)
    assert (third.version, third.body_ru, third.body_en) == (3, "новое правило", "rule")


@pytest.mark.parametrize(
    ("ru", "en", "code"),
    [
        ("правило", OUTLINE, "guideline_unfilled"),
        (OUTLINE, OUTLINE, "guideline_unfilled"),
        ("правило", "", "guideline_unchanged"),
        (" ", "\n", "guideline_empty"),
    ],
)
def test_nothing_new_is_refused_in_the_word_that_fits(sqlite_database: Database, ru: str, en: str, code: str) -> None:
    world = make_world(sqlite_database)
    publish(world, "правило", "")
    with pytest.raises(LabelingError, match=code):
        publish(world, ru, en)


def test_junior_reads_the_language_that_somebody_wrote(sqlite_database: Database) -> None:
    """The outline stood in its prompt, dots and all, because it was English."""
    world = make_world(sqlite_database)
    publish(world, "правило", OUTLINE)
    with sqlite_database.transaction() as connection:
        made = write_prompt(connection, world.project, PromptKind.LLM, now=NOON, actor=None)
        asked = as_asked(connection, world.project, get_prompt(connection, world.project.id, made), Masker(), "small")
    assert asked.guide == "правило"


def test_titles_and_descriptions_fall_back_to_the_language_they_are_in() -> None:
    """A title that repeats the code was put there by an import, for want of one."""
    entry = LabelClass("thanks", "Благодарность", "thanks", None, "#ffffff", description_ru="Спасибо за дело.")
    assert in_language(entry, "title", "en") == ("Благодарность", "ru")
    assert in_language(entry, "description", "en") == ("Спасибо за дело.", "ru")
    bare = LabelClass("thanks", "thanks", "thanks", None, "#ffffff")
    assert in_language(bare, "title", "en") == ("thanks", "en")
    assert in_language(bare, "description", "en") == ("", "en")
