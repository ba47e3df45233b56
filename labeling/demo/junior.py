"""The demo's junior: three versions of its prompt, asked over HTTP, judged, the best of them promoted and tried on assessors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from db.engine import Database
from db.vocabulary import Part, PromptKind, RunKind, SuggestionPolicy
from labeling import config
from labeling.demo.expert import carry_out_run
from labeling.demo.model import NAME
from labeling.demo.simulate import HERE
from labeling.demo.week import Demo
from labeling.junior import examples, ledger, prompts
from labeling.junior.estimate import USUAL
from labeling.junior.evaluation import evaluate
from labeling.projects.classes import get_classes
from labeling.projects.projects import change_settings

# Most of the suggestions on golden items are wrong on purpose: the experiment is short.
PROBES = 0.6


@dataclass
class Junior:
    """The demo's junior at work, while the model's server stands at ``url``; ``versions`` are the ids of those written so far."""

    database: Database
    demo: Demo
    url: str
    versions: list[int] = field(default_factory=list)

    def set_up(self, *, at: datetime) -> None:
        """The lead says where junior is asked and what it may cost; the house knows what its model does."""
        told = _described()
        with self.database.transaction() as connection:
            ledger.set_price(connection, ledger.Price(NAME, **told["price"]), now=at, actor=None)
        self._change({"junior_url": self.url, "junior_model": NAME, **told["budgets"]}, at=at)

    def try_version(self, *, at: datetime) -> None:
        """The next version, asked about golden items and looked at on those that are for judging."""
        self._write(at=at)
        self._ask({"items": "golden"}, at=at + timedelta(minutes=5))
        self._look(at=at + timedelta(minutes=20))

    def let_best_speak(self, *, at: datetime) -> None:
        """The last version, with rulings for examples: what it costs is estimated, then it is asked about all and promoted."""
        self._write(at=at, with_examples=True)
        self._ask({"items": "all", "sample": USUAL}, at=at + timedelta(minutes=5))
        self._ask({"items": "all"}, at=at + timedelta(minutes=10))
        self._look(at=at + timedelta(hours=1))
        with self.database.transaction() as connection:
            moment, lead = at + timedelta(hours=2), self.demo.people["lead"]
            prompts.promote(connection, self.demo.project, self.versions[-1], now=moment, actor=lead)

    def show(self, policy: SuggestionPolicy, *, at: datetime) -> None:
        """From now on assessors see suggestions as the ``policy`` says."""
        self._change({"suggestion_policy": policy, "probe_share": PROBES}, at=at)

    def compare(self, *, at: datetime) -> None:
        """Whose labels teach a classifier more: people's or the version's that speaks."""
        settings = {"prompt_id": self.versions[-1]}
        carry_out_run(self.database, self.demo, RunKind.COMPARISON, settings, by="lead", at=at)

    def hand_over(self, *, at: datetime) -> None:
        """The model's server ends with the loading; the address at which the application serves it is what is left."""
        self._change({"junior_url": config.DEMO_LLM_URL}, at=at)

    def _write(self, *, at: datetime, with_examples: bool = False) -> None:
        told, project = _described(), self.demo.project
        version = told["versions"][len(self.versions)]
        with self.database.transaction() as connection:
            shown = []
            if with_examples:
                codes = [entry.code for entry in get_classes(connection, project.id)]
                shown = examples.propose(examples.candidates(connection, project), codes, told["examples"])
            self.versions.append(
                prompts.write_prompt(
                    connection, project, PromptKind.LLM, examples=[one.example for one in shown], now=at,
                    actor=self.demo.people["lead"], **version,
                )
            )  # fmt: skip

    def _ask(self, settings: Mapping[str, Any], *, at: datetime) -> None:
        asked = {"prompt_id": self.versions[-1], **settings}
        carry_out_run(self.database, self.demo, RunKind.ASK, asked, by="lead", at=at)

    def _look(self, *, at: datetime) -> None:
        project, lead, version = self.demo.project, self.demo.people["lead"], self.versions[-1]
        with self.database.transaction() as connection:
            prompt = prompts.get_prompt(connection, project.id, version)
            report = evaluate(connection, project, prompt, Part.TEST)
            prompts.add_look(
                connection, project, version, Part.TEST, report["asked"], report, now=at, actor=lead
            )  # fmt: skip

    def _change(self, settings: Mapping[str, Any], *, at: datetime) -> None:
        with self.database.transaction() as connection:
            self.demo.project = change_settings(
                connection, self.demo.project.id, settings, now=at, actor=self.demo.people["lead"]
            )


def _described() -> dict[str, Any]:
    described: dict[str, Any] = json.loads((HERE / "junior.json").read_text(encoding="utf-8"))
    return described
