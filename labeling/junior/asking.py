"""What requests of one version of junior are made of, and where they go."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from labeling import config
from labeling.errors import LabelingError
from labeling.junior.client import Junior
from labeling.junior.completion import Limits
from labeling.junior.prompts import Prompt
from labeling.junior.request import ClassNote, Request, Settings, Shot, build
from labeling.privacy import Masker
from labeling.projects.classes import get_classes
from labeling.projects.guidelines import get_guideline
from labeling.projects.languages import in_language
from labeling.projects.projects import Project


@dataclass(frozen=True)
class Asking:
    """All that requests of one version are made of."""

    project: Project
    prompt: Prompt
    model: str
    classes: tuple[ClassNote, ...]
    guide: str
    shots: tuple[Shot, ...]

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
        )


def asking(connection: Connection, project: Project, prompt: Prompt, masker: Masker) -> Asking:
    """What requests of this version are made of; examples are masked as texts are. Raises LabelingError ``no_junior``."""
    model = model_of(project, prompt.model)
    if not model or not url_of(project):
        raise LabelingError("no_junior")
    return as_asked(connection, project, prompt, masker, model)


def as_asked(connection: Connection, project: Project, prompt: Prompt, masker: Masker, model: str) -> Asking:
    """The same for a model by name, also where there is no server to ask."""
    classes = tuple(
        ClassNote(entry.code, in_language(entry, "title", "en")[0], in_language(entry, "description", "en")[0])
        for entry in get_classes(connection, project.id)
    )
    guide = get_guideline(connection, project.id, prompt.guideline_version) if prompt.guideline_version else None
    masked = masker.mask_many([example.text for example in prompt.examples])
    shots = tuple(
        Shot(hidden.text, example.label, masker.mask(example.rationale).text if example.rationale else "")
        for example, hidden in zip(prompt.examples, masked, strict=True)
    )
    return Asking(project, prompt, model, classes, in_language(guide, "body", "en")[0] if guide else "", shots)


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
