"""Labels of several classes, trees of classes, and what a project's kind may become."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, select

from db import schema
from db.engine import Database
from db.vocabulary import LabelKind
from labeling.errors import LabelingError
from labeling.projects.classes import LabelClass, add_classes, add_codes, change_class, get_classes, named_by_code
from labeling.projects.labels import accepted, accepted_all, known_labels
from labeling.projects.projects import Project, change_settings, create_project
from tests.labeling.worlds import NOON

CODES = ("anger", "fear", "joy")


def made(connection: Connection, kind: LabelKind, codes: tuple[str, ...] = CODES, **settings: Any) -> Project:
    project = create_project(connection, "p", kind=kind, now=NOON, **settings)
    add_codes(connection, project.id, codes, now=NOON)
    return project


def stored(connection: Connection, project: Project) -> list[str]:
    table = schema.label_class
    return list(
        connection.execute(select(table.c.code).where(table.c.is_set, table.c.project_id == project.id)).scalars()
    )


def test_a_set_is_one_label_in_whatever_order_it_was_chosen(database: Database) -> None:
    with database.transaction() as connection:
        project = made(connection, LabelKind.SEVERAL)
        given = accepted_all(connection, project, ["joy|anger", "anger|joy", "fear", "|", "joy|joy"])
        assert given == {"joy|anger": "anger|joy", "anger|joy": "anger|joy", "fear": "fear", "|": "|", "joy|joy": "joy"}
        assert sorted(stored(connection, project)) == ["anger|joy", "|"]
        assert [entry.code for entry in get_classes(connection, project.id)] == list(CODES)
        assert known_labels(connection, project.id)["anger|joy"].title_en == "anger + joy"


@pytest.mark.parametrize(
    ("kind", "settings", "label"),
    [
        (LabelKind.SEVERAL, {}, "joy|rage"),
        (LabelKind.SEVERAL, {}, "rage"),
        (LabelKind.SEVERAL, {}, None),
        (LabelKind.SEVERAL, {"allows_none": False}, "|"),
        (LabelKind.SEVERAL, {"allows_none": False}, ""),
        (LabelKind.SINGLE, {}, "anger|joy"),
        (LabelKind.ORDERED, {}, "|"),
    ],
)
def test_what_is_no_label_is_refused(
    database: Database, kind: LabelKind, settings: dict[str, Any], label: str | None
) -> None:
    with database.transaction() as connection:
        project = made(connection, kind, **settings)
        with pytest.raises(LabelingError, match="unknown_label"):
            accepted(connection, project, label, is_known=False)
        assert stored(connection, project) == []


def test_a_set_is_out_of_use_while_one_of_its_classes_is(database: Database) -> None:
    with database.transaction() as connection:
        project = made(connection, LabelKind.SEVERAL)
        accepted(connection, project, "anger|joy", is_known=False)
        joy = get_classes(connection, project.id)[2]
        change_class(connection, project.id, replace(joy, retired=True), now=NOON, actor=None)
        with pytest.raises(LabelingError, match="unknown_label"):
            accepted_all(connection, project, ["anger|joy"])
        change_class(connection, project.id, joy, now=NOON, actor=None)
        assert accepted_all(connection, project, ["anger|joy"]) == {"anger|joy": "anger|joy"}


def test_a_set_too_long_to_be_kept_is_refused_and_said(database: Database) -> None:
    codes = tuple(f"{n}" * 110 for n in range(10))
    with database.transaction() as connection:
        project = made(connection, LabelKind.SEVERAL, codes)
        assert accepted(connection, project, "|".join(codes[:9]), is_known=False) == "|".join(codes[:9])
        with pytest.raises(LabelingError, match="set_too_long"):
            accepted(connection, project, "|".join(codes), is_known=False)


def test_only_leaves_are_labels_where_the_project_says_so(database: Database) -> None:
    card, lost, other = named_by_code(["card", "lost", "other"])
    with database.transaction() as connection:
        project = create_project(connection, "p", allows_inner=False, now=NOON)
        add_classes(connection, project.id, [replace(lost, parent="card"), card, other], now=NOON)
        assert [(entry.code, entry.parent) for entry in get_classes(connection, project.id)] == [
            ("lost", "card"), ("card", None), ("other", None),
        ]  # fmt: skip
        assert set(accepted_all(connection, project, ["lost", "other"])) == {"lost", "other"}
        with pytest.raises(LabelingError, match="unknown_label"):
            accepted_all(connection, project, ["card"])
        free = change_settings(connection, project.id, {"allows_inner": True}, now=NOON, actor=None)
        assert accepted_all(connection, free, ["card"]) == {"card": "card"}


def test_a_class_is_no_part_of_its_own_part_nor_of_one_that_is_missing(database: Database) -> None:
    card, lost = named_by_code(["card", "lost"])
    with database.transaction() as connection:
        project = create_project(connection, "p", now=NOON)
        with pytest.raises(LabelingError, match="bad_class"):
            add_classes(connection, project.id, [replace(lost, parent="bank")], now=NOON)
        add_classes(connection, project.id, [card, replace(lost, parent="card")], now=NOON)
        for parent in ("lost", "card"):
            with pytest.raises(LabelingError, match="bad_class"):
                change_class(connection, project.id, replace(card, parent=parent), now=NOON, actor=None)


def test_a_pair_begins_with_its_four_classes(database: Database) -> None:
    with database.transaction() as connection:
        project = create_project(connection, "p", kind=LabelKind.PAIR, now=NOON)
        codes = [entry.code for entry in get_classes(connection, project.id)]
        assert codes == ["first", "second", "tie", "both_bad"]


@pytest.mark.parametrize(
    ("before", "kind", "label", "may"),
    [
        (LabelKind.SINGLE, LabelKind.ORDERED, "joy", True),
        (LabelKind.ORDERED, LabelKind.SINGLE, "joy", True),
        (LabelKind.SINGLE, LabelKind.SEVERAL, "joy", True),
        (LabelKind.SEVERAL, LabelKind.SINGLE, "joy", True),
        (LabelKind.SEVERAL, LabelKind.ORDERED, "anger|joy", False),
        (LabelKind.SINGLE, LabelKind.PAIR, "joy", False),
        (LabelKind.PAIR, LabelKind.SINGLE, "first", False),
    ],
)
def test_a_kind_changes_while_the_labels_mean_the_same(
    database: Database, before: LabelKind, kind: LabelKind, label: str, may: bool
) -> None:
    with database.transaction() as connection:
        project = made(connection, before)
        accepted_all(connection, project, [label])
        if may:
            assert change_settings(connection, project.id, {"kind": kind}, now=NOON, actor=None).kind is kind
            return
        with pytest.raises(LabelingError, match="kind_is_fixed"):
            change_settings(connection, project.id, {"kind": kind}, now=NOON, actor=None)


def test_a_class_whose_code_reads_like_a_set_is_none_of_several(database: Database) -> None:
    with database.transaction() as connection:
        project = made(connection, LabelKind.SINGLE, ("a|b",))
        with pytest.raises(LabelingError, match="kind_is_fixed"):
            change_settings(connection, project.id, {"kind": LabelKind.SEVERAL}, now=NOON, actor=None)
        several = create_project(connection, "q", kind=LabelKind.SEVERAL, now=NOON)
        with pytest.raises(LabelingError, match="bad_class"):
            add_classes(connection, several.id, [LabelClass("a|b", "", "", None, "#000000")], now=NOON)
