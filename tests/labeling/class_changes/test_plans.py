"""The arithmetic of mappings: any changes in turn leave every code a class of now, and taking them back leaves none of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.frames.recoding import SET_SEPARATOR, Act, Recoding, composed
from db.vocabulary import ChangeKind, LabelKind
from labeling.class_changes.plans import Change, Plan, Scheme, plan
from labeling.errors import LabelingError
from labeling.projects.classes import LabelClass, paths
from labeling.quality.kinds.sets import SEPARATOR

NAMES = st.sampled_from(["a", "b", "c", "d", "e", "f", "a > x", "b > x", "a > x > y"])
KINDS = st.sampled_from([kind for kind in ChangeKind if kind is not ChangeKind.UNDO])
CHANGES = st.builds(
    lambda kind, codes, into, parent: Change(kind, tuple(codes), tuple(into), parent),
    KINDS,
    st.lists(NAMES, min_size=1, max_size=3),
    st.lists(NAMES, max_size=3),
    st.none() | NAMES,
)
# None takes the newest act in force back.
STEPS = st.lists(CHANGES | st.none(), max_size=12)


def class_of(code: str, parent: str | None = None) -> LabelClass:
    return LabelClass(code, code, code, None, "#112233", parent=parent)


FLAT = tuple(map(class_of, "abcd"))
TREE = (class_of("a"), class_of("a > x", "a"), class_of("a > x > y", "a > x"), class_of("b"), class_of("b > z", "b"))


@dataclass
class Told:
    """Acts in turn, and the classes before each that is in force."""

    classes: tuple[LabelClass, ...]
    acts: list[Act] = field(default_factory=list)
    standing: list[tuple[Act, Plan, tuple[LabelClass, ...]]] = field(default_factory=list)

    def take(self, step: Change | None) -> None:
        number = len(self.acts) + 1
        if step is None:
            if self.standing:
                act, made, before = self.standing.pop()
                self.acts.append(Act(number, made.back, undoes=act.id))
                self.classes = before
            return
        there = {entry.code for entry in self.classes}
        taken = frozenset(code for act, *_ in self.standing for code in act.mapping) - there
        with suppress(LabelingError):
            made = plan(step, Scheme(self.classes, LabelKind.SINGLE, taken=taken))
            act = Act(number, made.mapping, made.created)
            self.acts.append(act)
            self.standing.append((act, made, self.classes))
            self.classes = made.classes


@pytest.mark.parametrize("classes", [FLAT, TREE])
@settings(max_examples=300, deadline=None)
@given(steps=STEPS)
def test_after_any_changes_every_code_stands_for_a_class_of_now(
    classes: tuple[LabelClass, ...], steps: list[Change | None]
) -> None:
    told = Told(classes)
    for step in steps:
        told.take(step)
        live, stands = {entry.code for entry in told.classes}, composed(told.acts)
        assert len(live) == len(told.classes)
        assert not live & stands.keys()
        assert {to for to in stands.values() if to is not None} <= live
        assert {entry.code for entry in classes} <= live | stands.keys()
        paths(told.classes)
        assert sum(not entry.retired for entry in told.classes) >= 2


@pytest.mark.parametrize("classes", [FLAT, TREE])
@settings(max_examples=200, deadline=None)
@given(steps=STEPS)
def test_taking_all_back_leaves_the_classes_of_before_and_their_labels(
    classes: tuple[LabelClass, ...], steps: list[Change | None]
) -> None:
    told = Told(classes)
    for step in [*steps, *[None] * len(steps)]:
        told.take(step)
    assert told.classes == classes
    assert not composed(told.acts).keys() & {entry.code for entry in classes}


@given(st.dictionaries(st.sampled_from("abcd"), st.sampled_from("abcd") | st.none()), st.sets(st.sampled_from("abcd")))
def test_a_set_is_what_its_classes_are(stands: dict[str, str | None], chosen: set[str]) -> None:
    by = Recoding(stands, tuple("abcd"))
    read = by.of(SEPARATOR.join(sorted(chosen)) or SEPARATOR)
    now = [stands.get(code, code) for code in chosen]
    assert read is None if None in now else set(filter(None, str(read).split(SEPARATOR))) == set(now)


def test_sets_are_written_alike_on_both_floors() -> None:
    assert SET_SEPARATOR == SEPARATOR


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Change(ChangeKind.RENAME, ("q",), ("w",)), "change_unknown_class"),
        (Change(ChangeKind.RENAME, ("a",), ("b",)), "change_code_taken"),
        (Change(ChangeKind.RENAME, ("a",), ("a",)), "change_nothing"),
        (Change(ChangeKind.RENAME, ("a",), ("x|y",)), "change_code_bad"),
        (Change(ChangeKind.RENAME, ("a",), ("  ",)), "change_code_bad"),
        (Change(ChangeKind.RENAME, ("a",)), "change_too_few"),
        (Change(ChangeKind.MERGE, ("a",), ("a",)), "change_in_itself"),
        (Change(ChangeKind.MERGE, ("a",), ("new",)), "change_too_few"),
        (Change(ChangeKind.MERGE, ("a", "b", "c"), ("d",)), "change_last_classes"),
        (Change(ChangeKind.SPLIT, ("a",), ("one",)), "change_too_few"),
        (Change(ChangeKind.SPLIT, ("a",), ("one", "b")), "change_code_taken"),
        (Change(ChangeKind.MOVE, ("a",), parent="a"), "change_cycle"),
        (Change(ChangeKind.MOVE, ("a",), parent=None), "change_nothing"),
        (Change(ChangeKind.RETIRE, ("a", "b", "c")), "change_last_classes"),
    ],
)
def test_what_can_not_be_is_refused_with_its_word(asked: Change, code: str) -> None:
    with pytest.raises(LabelingError) as refusal:
        plan(asked, Scheme(FLAT, LabelKind.SINGLE))
    assert refusal.value.code == code


def test_pairs_and_trees_have_refusals_of_their_own() -> None:
    def refused(asked: Change, scheme: Scheme) -> str:
        with pytest.raises(LabelingError) as refusal:
            plan(asked, scheme)
        return refusal.value.code

    inner = Scheme(TREE, LabelKind.SINGLE, allows_inner=False)
    assert refused(Change(ChangeKind.RETIRE, ("a",)), Scheme(FLAT, LabelKind.PAIR)) == "change_of_pair"
    assert (
        refused(Change(ChangeKind.MOVE, ("a",), parent="a > x > y"), Scheme(TREE, LabelKind.SINGLE)) == "change_cycle"
    )
    assert refused(Change(ChangeKind.RETIRE, ("a",)), Scheme(TREE, LabelKind.SINGLE)) == "change_has_inner"
    assert refused(Change(ChangeKind.SPLIT, ("a",), ("p", "q")), inner) == "change_has_inner"
    assert refused(Change(ChangeKind.MERGE, ("b > z",), ("a",)), inner) == "change_into_inner"
    # Between the two stands "a > x", which would have to follow the one and stay above the other.
    below = Change(ChangeKind.MERGE, ("a",), ("a > x > y",))
    assert refused(below, Scheme(TREE, LabelKind.SINGLE)) == "change_cycle"


def test_a_code_of_labels_that_stand_for_another_class_is_taken() -> None:
    told = Told(FLAT)
    told.take(Change(ChangeKind.MERGE, ("a",), ("b",)))
    scheme = Scheme(told.classes, LabelKind.SINGLE, taken=frozenset("a"))
    with pytest.raises(LabelingError, match="change_code_taken"):
        plan(Change(ChangeKind.RENAME, ("c",), ("a",)), scheme)
