"""The simulated model: it knows the demo's texts, masked or not, and errs less the more its prompt tells it."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import mean
from typing import Any

import pytest

from labeling.demo.compose import compose_items
from labeling.demo.model import Said, SimulatedModel
from labeling.demo.simulate import DemoItem, first_guidelines, guidelines, load_items
from labeling.junior.request import ClassNote, Settings, Shot, build, repaired
from labeling.privacy import Masker
from tests.labeling.demo.loaded import CODES

MODEL = SimulatedModel()
EVERY = [*load_items(), *compose_items()]
WARNING = "Две ошибки встречаются чаще других."
SHOT = Shot("Спасибо", "neutral")
PLAIN: dict[str, Any] = {"guide": first_guidelines("en")}
WARNED = PLAIN | {"instructions": WARNING}
RULED: dict[str, Any] = {"guide": guidelines("en")}
SHOWN = RULED | {"shots": [SHOT]}


def say(text: str, codes: Iterable[str] = CODES, *, again: bool = False, **told: Any) -> Said:
    request = build(text, model="m", classes=[ClassNote(code, code.title()) for code in codes], **told)
    if again:
        request = repaired(request, "hm", "no JSON")
    schema = {"json_schema": {"schema": request.schema}}
    return MODEL.read({"messages": request.messages, "response_format": schema})


def right(items: Iterable[DemoItem], **told: Any) -> float:
    return mean(say(item.text, **told).label == item.label for item in items)


def test_a_better_prompt_is_answered_better_and_only_by_what_it_tells() -> None:
    questions = [item for item in EVERY if {item.label, item.misread_as} == {"neutral", "confusion"}]
    formulas = [item for item in EVERY if item.misread_as and item not in questions]
    assert max(right(questions, **PLAIN), right(formulas, **PLAIN)) < 0.1
    # A warning is of questions alone.
    assert right(questions, **WARNED) > 0.5 and right(formulas, **WARNED) < 0.1
    assert min(right(questions, **RULED), right(formulas, **RULED)) > 0.6
    figures = [right(EVERY, **told) for told in (PLAIN, WARNED, RULED, SHOWN)]
    assert figures == sorted(figures) and figures[0] < 0.6 and 0.8 < figures[-1] < 0.95


def test_the_same_text_and_prompt_are_answered_alike_by_every_process() -> None:
    item = EVERY[3]
    again = SimulatedModel().read({"messages": build(item.text, model="m", classes=[], **RULED).messages})
    assert say(item.text, **RULED) == say(item.text, **RULED) == say(item.text, again=True, **RULED)
    assert (again.label, again.probability) == (say(item.text, **RULED).label, say(item.text, **RULED).probability)


def test_masked_texts_are_recognised() -> None:
    items = EVERY[:400]
    hidden = Masker().mask_many([item.text for item in items])
    masked = [(item, one.text) for item, one in zip(items, hidden, strict=True) if one.counts]
    assert len(masked) > 20
    for item, text in masked:
        assert say(text, **SHOWN) == say(item.text, **SHOWN)


def test_a_text_of_somebody_else_is_answered_unsurely_and_said_to_be_unknown() -> None:
    said = say("Спасибо огромное, что перезвонили и всё решили!", settings=Settings(reasoning=True), **SHOWN)
    assert said.label in CODES and said.probability <= 0.5
    assert "нет" in said.reason and "симулированная" in said.reason


def test_classes_of_another_project_and_one_class_alone_are_kept_to() -> None:
    item = EVERY[0]
    assert say(item.text, ["card", "pin"], **SHOWN).label in ("card", "pin")
    thankful = next(item for item in EVERY if item.label == "gratitude" and say(item.text, **SHOWN).label == item.label)
    asked = {
        code: say(thankful.text, settings=Settings(target=code), **SHOWN).label for code in ("gratitude", "neutral")
    }
    assert asked == {"gratitude": "yes", "neutral": "no"}


@pytest.mark.parametrize(
    "sent", [{}, {"messages": []}, {"messages": [{"role": "user", "content": "no string of JSON"}]}]
)
def test_what_is_no_request_is_refused(sent: dict[str, Any]) -> None:
    with pytest.raises((KeyError, IndexError, ValueError)):
        MODEL.read(sent)


def test_examples_count_as_such_only_with_the_rulings() -> None:
    assert right(EVERY[:100], **(PLAIN | {"shots": [SHOT]})) == right(EVERY[:100], **PLAIN)
