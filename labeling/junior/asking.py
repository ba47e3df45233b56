"""What requests of one version of junior are made of, and where they go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from db.vocabulary import LabelKind
from labeling import config
from labeling.errors import LabelingError
from labeling.junior.client import Junior
from labeling.junior.completion import Limits
from labeling.junior.prompts import Prompt, as_of_now
from labeling.junior.request import ClassNote, Form, Request, Settings, Shot, build
from labeling.privacy import Masker
from labeling.projects.classes import LabelClass, choosable, get_classes, paths
from labeling.projects.guidelines import get_guideline
from labeling.projects.kinds import comparison
from labeling.projects.languages import in_language
from labeling.projects.projects import Project
from labeling.quality.kinds.paths import STEP
from labeling.quality.kinds.sides import is_turned


@dataclass(frozen=True)
class Asking:
    """All that requests of one version are made of."""

    project: Project
    prompt: Prompt
    model: str
    classes: tuple[ClassNote, ...]
    guide: str
    shots: tuple[Shot, ...]
    form: Form = field(default_factory=Form)

    def request(self, text: str) -> Request:
        """The request about one masked text."""
        return build(
            text,
            model=self.model,
            classes=self.classes,
            guide=self.guide,
            instructions=self.prompt.instructions,
            shots=self.shots,
            settings=Settings.of(self.prompt.settings),
            form=self.form,
        )

    def sees_turned(self, item_id: int) -> bool:
        """Whether this version is asked of a pair the other way round: by a lot that falls the same way each time."""
        return sees_turned(self.project, self.prompt.id, item_id)


def asking(connection: Connection, project: Project, prompt: Prompt, masker: Masker) -> Asking:
    """What requests of this version are made of; examples are masked as texts are. Raises LabelingError ``no_junior``."""
    model = model_of(project, prompt.model)
    if not model or not url_of(project):
        raise LabelingError("no_junior")
    return as_asked(connection, project, prompt, masker, model)


def as_asked(connection: Connection, project: Project, prompt: Prompt, masker: Masker, model: str) -> Asking:
    """The same for a model by name, also where there is no server to ask."""
    kind = comparison(connection, project.id, project.kind)
    classes = _notes(get_classes(connection, project.id), inner=project.allows_inner)
    prompt = as_of_now(connection, project, prompt)
    guide = get_guideline(connection, project.id, prompt.guideline_version) if prompt.guideline_version else None
    masked = masker.mask_many([example.text for example in prompt.examples])
    shots = tuple(
        Shot(hidden.text, example.label, masker.mask(example.rationale).text if example.rationale else "")
        for example, hidden in zip(prompt.examples, masked, strict=True)
    )
    words = in_language(guide, "body", "en")[0] if guide else ""
    return Asking(project, prompt, model, classes, words, shots, Form(kind, project.allows_none))


def sees_turned(project: Project, prompt_id: int, item_id: int) -> bool:
    """Whether a version of junior is asked of a pair the other way round. No person has a number below zero."""
    return project.kind is LabelKind.PAIR and is_turned(project.seed, -prompt_id, item_id)


def _notes(classes: Sequence[LabelClass], *, inner: bool) -> tuple[ClassNote, ...]:
    """The classes that may be chosen; in a tree each by the titles that lead to it."""
    titles = {entry.code: in_language(entry, "title", "en")[0] or entry.code for entry in classes}
    offered = set(choosable(classes, inner=inner))
    is_tree = any(entry.parent for entry in classes)
    return tuple(
        ClassNote(
            entry.code,
            STEP.join(titles.get(code, code) for code in way) if is_tree else in_language(entry, "title", "en")[0],
            in_language(entry, "description", "en")[0],
        )
        for entry, way in zip(classes, paths(classes).values(), strict=True)
        if entry.code in offered
    )


def model_of(project: Project, named: str | None = None) -> str:
    """The model that is asked: the version's own, the project's, the house's; empty where nobody said."""
    return named or project.junior_model or config.JUNIOR_MODEL


def url_of(project: Project) -> str:
    """Where this project's junior is asked; empty where nobody said."""
    return project.junior_url or config.JUNIOR_URL


def client_of(project: Project) -> Junior:
    """Junior at the project's address, asked as the operator allows now, whatever was allowed when it was set.

    Raises LabelingError ``junior_url_not_allowed``.
    """
    check_address(project)
    url = url_of(project)
    return Junior(url, config.junior_key(url), limits())


def check_address(project: Project) -> None:
    """Raise LabelingError ``junior_url_not_allowed`` where the operator does not let texts go to the project's address."""
    url = url_of(project)
    if url and not config.is_junior_address(url):
        raise LabelingError("junior_url_not_allowed", url=url)


def limits() -> Limits:
    """What the operator allows."""
    return Limits(
        in_flight=config.JUNIOR_IN_FLIGHT,
        requests_a_minute=config.JUNIOR_REQUESTS_A_MINUTE,
        tokens_a_minute=config.JUNIOR_TOKENS_A_MINUTE,
    )
