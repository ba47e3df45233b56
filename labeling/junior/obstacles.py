"""What would keep a request to a model from being sent or paid: found before anything is started, with who can mend it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from db.vocabulary import PromptKind
from labeling import config
from labeling.errors import LabelingError
from labeling.junior import ledger
from labeling.junior.asking import check_address, model_of, url_of
from labeling.junior.prompts import get_prompt
from labeling.projects.projects import Project, get_project_by_id


class Mender(StrEnum):
    """Who can mend an obstacle; an admin can what a lead can. The operator is whoever starts the server."""

    LEAD = "lead"
    ADMIN = "admin"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Obstacle:
    """A refusal that a request would meet now."""

    refusal: LabelingError

    @property
    def mender(self) -> Mender:
        if self.refusal.code == "no_price":
            return Mender.ADMIN
        # A lead may choose among the addresses that the operator lets texts go to; where there is none, nobody else can.
        is_closed = self.refusal.code == "no_junior" and not config.junior_addresses()
        return Mender.OPERATOR if is_closed or self.refusal.code == "junior_url_not_allowed" else Mender.LEAD


def obstacles(connection: Connection, project: Project, named: str | None, *, now: datetime) -> list[Obstacle]:
    """Every refusal that a request to the model ``named`` by a version (None: the project's own) would meet, as it would.

    Their codes: ``no_junior``, ``junior_url_not_allowed``, ``no_price``, ``no_budget``, ``budget_spent``. Whether the server
    answers is not among them: only a request tells.
    """
    model = model_of(project, named)
    price = _refusal(lambda: ledger.price_of(connection, model)) if model else None
    is_free = bool(model) and price is None and not ledger.price_of(connection, model).cost(1, 1)
    refusals = [
        LabelingError("no_junior") if not model or not url_of(project) else _refusal(lambda: check_address(project)),
        price,
        _refusal(lambda: ledger.check_has_budget(project)),
        None if is_free else _refusal(lambda: ledger.check_something_left(connection, project, now=now)),
    ]
    return [Obstacle(refusal) for refusal in refusals if refusal is not None]


def check_askable(
    connection: Connection, project: Project, settings: Mapping[str, Any] | None, *, now: datetime
) -> None:
    """Raise the first refusal that a run with these settings would meet, LabelingError; the local junior meets none.

    Beside those of :func:`obstacles` ``unknown_prompt`` and ``version_brought``.
    """
    prompt = get_prompt(connection, project.id, int((settings or {})["prompt_id"]))
    # Budgets may have been changed since the page was drawn.
    project = get_project_by_id(connection, project.id)
    if prompt.is_brought:
        raise LabelingError("version_brought")
    if prompt.kind is PromptKind.LOCAL:
        return
    for obstacle in obstacles(connection, project, prompt.model, now=now):
        raise obstacle.refusal


def _refusal(check: Callable[[], object]) -> LabelingError | None:
    try:
        check()
    except LabelingError as refusal:
        return refusal
    return None
