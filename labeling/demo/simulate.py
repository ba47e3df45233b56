"""Five simulated assessors of the demo project, who agree with each other and are wrong together.

Pure functions over the files that lie beside this one: no database, no clock, no random state of their own.
The story they play: everybody has read the same two pages of the guide in the same wrong way, so agreement
is high and says nothing of quality. `DemoItem.misread_as` holds what that reading makes of an item.
"""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

HERE = Path(__file__).parent
SEED = 20

NEIGHBOURS: dict[str, tuple[str, ...]] = {
    "gratitude": ("satisfaction",),
    "neutral": ("confusion", "satisfaction"),
    "satisfaction": ("gratitude", "neutral"),
    "impatience": ("disappointment", "confusion"),
    "disappointment": ("impatience",),
    "confusion": ("neutral", "impatience"),
}
"""Where an honest slip lands: the classes that the guide itself warns not to confuse with the first one."""

# How often a suggestion that is seen first takes the place of another answer, and how much sooner an answer comes with one.
FOLLOWED, QUICKER = 0.8, 0.75
# How often one that is seen afterwards does, right or wrong.
PERSUADED, MISLED = 0.5, 0.04

# How the paragraphs of the guide begin that its first version lacked: what is confused, and the corner cases.
_ADDED = ("Две ошибки", "Следом идут", "- **", "**Не путать", "## Спорные", "| № |",
          "Two mistakes", "Two more", "**Not to be confused", "## Corner", "| No. |")  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoItem:
    """One dialogue with the expert's word on it.

    ``misread_as`` is the class that the shared misreading of the guide gives, None where it does no harm;
    ``corner_case`` is the guide's ruling, word for word, None for an item that is no corner case.
    """

    id: str
    text: str
    lang: Literal["ru", "en"]
    channel: Literal["chat", "phone", "mail"]
    label: str
    explanation: str | None
    golden: bool
    misread_as: str | None
    corner_case: str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """How one simulated assessor works; every field but ``login`` and the pace is a probability.

    ``questions`` is falling for a calm question taken as confusion, or polite confusion as a question;
    ``formulas`` is falling for a formula thanks or for a dry report of success. ``skill`` is giving the
    expert's label where nothing misleads, ``unsure`` is giving none (twice that on a corner case),
    ``careless`` is pressing any key at once. ``seconds`` is the median time on a dialogue of 200 characters,
    ``spread`` the standard deviation of its logarithm.
    """

    login: str
    skill: float
    questions: float
    formulas: float
    unsure: float
    careless: float
    seconds: float
    spread: float


@dataclass(frozen=True, slots=True)
class SimulatedAnswer:
    """What an assessor did with one item: ``label`` is None for "unsure", which comes with a comment."""

    label: str | None
    seconds: float
    comment: str | None


PROFILES: dict[str, Profile] = {
    profile.login: profile
    for profile in (
        Profile("assessor1", 0.95, 0.95, 0.92, unsure=0.020, careless=0.0, seconds=11.0, spread=0.40),
        Profile("assessor2", 0.96, 0.94, 0.94, unsure=0.015, careless=0.0, seconds=14.5, spread=0.45),
        Profile("assessor3", 0.93, 0.96, 0.88, unsure=0.030, careless=0.0, seconds=9.0, spread=0.50),
        Profile("assessor4", 0.94, 0.88, 0.84, unsure=0.025, careless=0.0, seconds=18.0, spread=0.35),
        Profile("assessor5", 0.92, 0.93, 0.94, unsure=0.005, careless=0.14, seconds=4.0, spread=0.60),
    )
}


def load_items() -> list[DemoItem]:
    """The 240 dialogues in the order of the file.

    >>> items = load_items()
    >>> len(items), sum(item.golden for item in items)
    (240, 48)
    """
    lines = (HERE / "items.jsonl").read_text(encoding="utf-8").splitlines()
    return [DemoItem(**json.loads(line)) for line in lines]


def load_project() -> dict[str, Any]:
    """Slug, titles, settings, label classes and people, as they stand in ``project.json``.

    >>> [label_class["hotkey"] for label_class in load_project()["classes"]]
    ['1', '2', '3', '4', '5', '6']
    """
    project: dict[str, Any] = json.loads((HERE / "project.json").read_text(encoding="utf-8"))
    return project


def guidelines(lang: Literal["ru", "en"]) -> str:
    """The annotation guide in Markdown.

    >>> guidelines("en").splitlines()[0]
    "# The client's emotion in a conversation with the bank"
    """
    return (HERE / f"guidelines.{lang}.md").read_text(encoding="utf-8")


@cache
def _reasons() -> dict[str, dict[str, str]]:
    reasons: dict[str, dict[str, str]] = json.loads((HERE / "reasons.json").read_text(encoding="utf-8"))
    return reasons


def reason_of(label: str, lang: str) -> str:
    """Why a text is of a class, in a sentence.

    >>> reason_of("satisfaction", "en")
    'The client reports that the matter is done, or praises the result.'
    """
    return _reasons()[label][lang]


def first_guidelines(lang: Literal["ru", "en"]) -> str:
    """The guide as it began: it names the classes, and neither what is confused nor how corner cases are ruled.

    >>> "## Corner cases" in first_guidelines("en"), len(first_guidelines("en")) < 0.7 * len(guidelines("en"))
    (False, True)
    """
    kept = [part for part in guidelines(lang).split("\n\n") if not part.startswith(_ADDED)]
    return "\n\n".join(kept)


def random_for(login: str, item_id: str, seed: int = SEED, *, again: bool = False) -> random.Random:
    """The chance that belongs to one assessor and one item, ``again`` when it comes back to them.

    Answers drawn from it do not depend on the order in which items are handed out, so a run through the
    real desk gives the same labels as a run in memory. What comes back is read afresh with the same habits:
    most answers are as before, and those who press at random contradict themselves most.

    >>> random_for("assessor1", "d-001").random() == random_for("assessor1", "d-001").random()
    True
    >>> random_for("assessor1", "d-001").random() == random_for("assessor1", "d-001", again=True).random()
    False
    """
    return random.Random(f"{seed}/{login}/{item_id}{'/again' if again else ''}")


def answer(item: DemoItem, profile: Profile, rng: random.Random) -> SimulatedAnswer:
    """One assessor's answer to one item, all of its chance taken from ``rng``; ``seconds`` is at least 0.8.

    >>> item = load_items()[0]
    >>> sure = Profile("x", skill=1, questions=0, formulas=0, unsure=0, careless=0, seconds=9, spread=0.3)
    >>> answer(item, sure, random.Random(1)).label == item.label
    True
    """
    if rng.random() < profile.careless:
        return SimulatedAnswer(rng.choice(list(NEIGHBOURS)), _seconds(profile, "", rng), None)
    seconds = _seconds(profile, item.text, rng)
    first, second = _reading(item, profile, rng)
    if rng.random() < profile.unsure * (2 if item.corner_case else 1):
        return SimulatedAnswer(None, round(2 * seconds, 1), f"{first} / {second}?")
    return SimulatedAnswer(first, seconds, None)


def heeding(own: SimulatedAnswer, suggested: str, rng: random.Random) -> SimulatedAnswer:
    """The answer of somebody who sees a suggestion before their own: often it takes its place, and what agrees is quick.

    >>> heeding(SimulatedAnswer("neutral", 8.0, None), "neutral", random.Random(1)).seconds
    6.0
    """
    if own.label == suggested or rng.random() < FOLLOWED:
        return SimulatedAnswer(suggested, round(QUICKER * own.seconds, 1), None)
    return own


def changes_mind(item: DemoItem, suggested: str, rng: random.Random) -> bool:
    """Whether somebody who answered otherwise takes over what they are told afterwards: right more readily than wrong."""
    return rng.random() < (PERSUADED if suggested == item.label else MISLED)


def _reading(item: DemoItem, profile: Profile, rng: random.Random) -> tuple[str, str]:
    """The class an assessor settles on, and the one they had in mind beside it."""
    neighbour = rng.choice(NEIGHBOURS[item.label])
    if item.misread_as is not None and rng.random() < _misreading(item, profile):
        return item.misread_as, item.label
    return (item.label, neighbour) if rng.random() < profile.skill else (neighbour, item.label)


def _misreading(item: DemoItem, profile: Profile) -> float:
    about_questions = {item.label, item.misread_as} == {"neutral", "confusion"}
    return profile.questions if about_questions else profile.formulas


def _seconds(profile: Profile, text: str, rng: random.Random) -> float:
    """Log-normal time, growing with the square root of the text: long dialogues are skimmed."""
    median = profile.seconds * (0.5 + 0.5 * math.sqrt(len(text) / 200))
    return round(max(0.8, rng.lognormvariate(math.log(median), profile.spread)), 1)
