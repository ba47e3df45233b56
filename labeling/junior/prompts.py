"""Versions of junior: written, looked at on golden items, promoted on the locked part only; each an append-only fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from db import schema
from db.frames.reading import in_force
from db.frames.recoding import recoding
from db.vocabulary import Part, PromptKind, Verdict
from labeling.desk.policy import share_of
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects.guidelines import get_guideline
from labeling.projects.projects import Project
from labeling.quality.figures import Figure
from labeling.roles import check_expert, check_lead

prompt, promotion, look = schema.prompt, schema.promotion, schema.look

MAX_INSTRUCTIONS = 20_000
MAX_NAME = 200
MOST_EXAMPLES = 50
# In the settings of a version whose suggestions a file brought.
BROUGHT = "brought"
# Of golden items, for the judging alone.
LOCKED = 0.5
LEAST_LOCKED = 20


@dataclass(frozen=True)
class Example:
    """A few-shot example, as it was when its version was written."""

    item_id: int
    text: str
    label: str
    rationale: str = ""


@dataclass(frozen=True)
class Prompt:
    """One version of what junior is asked."""

    id: int
    version: int
    kind: PromptKind
    name: str
    model: str | None
    instructions: str
    settings: Mapping[str, Any]
    examples: tuple[Example, ...]
    guideline_version: int | None
    created_at: datetime

    @property
    def is_brought(self) -> bool:
        """Whether a file brought what it says: it can be judged and promoted, not asked."""
        return bool(self.settings.get(BROUGHT))

    @property
    def is_written(self) -> bool:
        """Whether a model is asked with words that were written here."""
        return self.kind is PromptKind.LLM and not self.is_brought


@dataclass(frozen=True)
class Look:
    """One evaluation of a version on a part of the golden items."""

    id: int
    prompt_id: int
    part: Part
    n: int
    report: Mapping[str, Any]
    created_at: datetime

    @property
    def accuracy(self) -> Figure | None:
        """How right it found the version; None where its report does not say so."""
        return self._figure("accuracy")

    @property
    def score(self) -> Figure | None:
        """What it is held to the floor by, as people are: its mean score where a label may be right in part, else accuracy."""
        return self._figure("score") or self.accuracy

    def _figure(self, name: str) -> Figure | None:
        found = self.report.get(name)
        if not isinstance(found, Mapping) or found.get("value") is None:
            return None
        return Figure(found["value"], found.get("low"), found.get("high"), int(found.get("n") or 0))


def part_of(project: Project, item_id: int) -> Part:
    """Whether a golden item serves the writing of prompts or their judging; it never changes sides."""
    return Part.TEST if share_of("part", project.seed, item_id) < LOCKED else Part.DEV


def write_prompt(
    connection: Connection,
    project: Project,
    kind: PromptKind,
    *,
    name: str = "",
    model: str | None = None,
    instructions: str = "",
    settings: Mapping[str, Any] | None = None,
    examples: Sequence[Example] = (),
    now: datetime,
    actor: int | None,
) -> int:
    """Write the next version; says its id. It speaks only when it is promoted.

    Examples must be ruled by an expert with the same label, and none may be golden: junior is judged by those. Raises
    LabelingError ``bad_prompt``, ``bad_example`` or ``not_allowed``.
    """
    check_expert(connection, project.id, actor)
    if len(instructions) > MAX_INSTRUCTIONS or len(name) > MAX_NAME or len(examples) > MOST_EXAMPLES:
        raise LabelingError("bad_prompt", most=MAX_INSTRUCTIONS, examples=MOST_EXAMPLES)
    _check_examples(connection, project, examples)
    guide = get_guideline(connection, project.id)
    newest = select(func.coalesce(func.max(prompt.c.version), 0)).where(prompt.c.project_id == project.id)
    version = int(connection.execute(newest).scalar_one()) + 1
    values = {
        "project_id": project.id,
        "version": version,
        "kind": kind.value,
        "name": name.strip(),
        "model": model,
        "instructions": instructions,
        "settings": dict(settings or {}),
        "examples": [
            {"item_id": example.item_id, "text": example.text, "label": example.label, "rationale": example.rationale}
            for example in examples
        ],
        "guideline_version": guide.version if guide else None,
        "author_id": actor,
        "created_at": now,
    }
    prompt_id = int(connection.execute(insert(prompt).values(values).returning(prompt.c.id)).scalar_one())
    record(connection, "write_prompt", str(version), now=now, actor=actor, project_id=project.id)
    return prompt_id


def prompts(connection: Connection, project_id: int) -> list[Prompt]:
    """Every version, the newest first."""
    query = select(*_COLUMNS).where(prompt.c.project_id == project_id).order_by(prompt.c.version.desc())
    return [_as_prompt(row) for row in connection.execute(query)]


def get_prompt(connection: Connection, project_id: int, prompt_id: int) -> Prompt:
    """One version. Raises LabelingError ``unknown_prompt``."""
    query = select(*_COLUMNS).where(prompt.c.project_id == project_id, prompt.c.id == prompt_id)
    row = connection.execute(query).first()
    if row is None:
        raise LabelingError("unknown_prompt")
    return _as_prompt(row)


def add_look(
    connection: Connection,
    project: Project,
    prompt_id: int,
    part: Part,
    n: int,
    report: Mapping[str, Any],
    *,
    now: datetime,
    actor: int | None,
) -> int:
    """Write an evaluation down; says its id. Raises LabelingError ``unknown_prompt`` or ``not_allowed``."""
    check_expert(connection, project.id, actor)
    get_prompt(connection, project.id, prompt_id)
    values = {"project_id": project.id, "prompt_id": prompt_id, "part": part.value, "n": n, "report": dict(report)}
    by = {"person_id": actor, "created_at": now}
    return int(connection.execute(insert(look).values(values | by).returning(look.c.id)).scalar_one())


def looks(connection: Connection, project_id: int, part: Part | None = None) -> list[Look]:
    """Every evaluation, the newest first; how many there are of the locked part is how much it has been used up."""
    columns = [look.c[name] for name in Look.__dataclass_fields__]
    query = select(*columns).where(look.c.project_id == project_id).order_by(look.c.id.desc())
    if part is not None:
        query = query.where(look.c.part == part.value)
    return [Look(**{**row._mapping, "part": Part(row.part)}) for row in connection.execute(query)]


def judged_by(locked: Iterable[Look], prompt_id: int) -> Look | None:
    """The look that a version may be promoted on: of those at the locked part, the newest first, its first on enough items."""
    return next(
        (look for look in locked if look.prompt_id == prompt_id and look.n >= LEAST_LOCKED and look.score), None
    )


def falls_short(project: Project, score: Figure) -> bool:
    """Whether a version would not be let in as a person is: they pass their qualification at the project's accuracy floor."""
    return score.value is None or score.value < project.accuracy_floor


def promote(
    connection: Connection,
    project: Project,
    prompt_id: int | None,
    *,
    below_floor: bool = False,
    now: datetime,
    actor: int | None,
) -> None:
    """Let a version speak from now on, or nobody (None). ``below_floor``: though its accuracy lies below the project's floor.

    Raises LabelingError ``not_judged`` where it was not looked at on enough locked golden items, ``below_floor`` where it
    falls short and nobody said that it may, ``unknown_prompt`` or ``not_allowed``.
    """
    check_lead(connection, project.id, actor)
    judged, details = None, {}
    if prompt_id is not None:
        get_prompt(connection, project.id, prompt_id)
        judged = judged_by(looks(connection, project.id, Part.TEST), prompt_id)
        if judged is None or judged.score is None:
            raise LabelingError("not_judged", least=LEAST_LOCKED)
        details = {"accuracy": judged.score.value, "floor": project.accuracy_floor}
        if falls_short(project, judged.score) and not below_floor:
            raise LabelingError("below_floor", **details)
    values = {"project_id": project.id, "prompt_id": prompt_id, "look_id": judged.id if judged else None}
    connection.execute(insert(promotion).values(values | {"person_id": actor, "created_at": now}))
    target = "" if prompt_id is None else str(prompt_id)
    record(connection, "promote_prompt", target, now=now, actor=actor, project_id=project.id, details=details)


def as_of_now(connection: Connection, project: Project, version: Prompt) -> Prompt:
    """A version with the classes of its examples, and the one it checks for, as they are called now; an example whose class was
    split is left out.
    """
    by = recoding(connection, project.id)
    if not by:
        return version
    called = [replace(example, label=by.of(example.label) or "") for example in version.examples]
    target = version.settings.get("target")
    settings = version.settings if target is None else {**version.settings, "target": by.of(target) or target}
    return replace(version, settings=settings, examples=tuple(example for example in called if example.label))


_COLUMNS = [prompt.c[name] for name in Prompt.__dataclass_fields__]


def _as_prompt(row: Any) -> Prompt:
    values = dict(row._mapping)
    examples = tuple(Example(**example) for example in values["examples"] or ())
    read = {"kind": PromptKind(values["kind"]), "settings": values["settings"] or {}, "examples": examples}
    return Prompt(**values | read)


def _check_examples(connection: Connection, project: Project, examples: Sequence[Example]) -> None:
    golden, ruling = schema.golden, schema.adjudication
    item_ids = [example.item_id for example in examples]
    # Whatever was golden once may be golden again.
    tests = select(golden.c.item_id).where(golden.c.item_id.in_(item_ids)).distinct()
    barred = set(connection.execute(tests).scalars())
    settled = select(ruling.c.item_id, ruling.c.label).where(
        ruling.c.project_id == project.id,
        ruling.c.item_id.in_(item_ids),
        ruling.c.verdict == Verdict.LABEL,
        in_force(ruling),
    )
    by = recoding(connection, project.id)
    ruled = {row.item_id: by.of(row.label) for row in connection.execute(settled)}
    bad = [
        example.item_id
        for example in examples
        if example.item_id in barred or (said := ruled.get(example.item_id)) is None or said != by.of(example.label)
    ]
    if bad:
        raise LabelingError("bad_example", item=bad[0])
