"""A project that may ask a server, its run carried out in this process, and what came of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from db import schema
from db.vocabulary import PromptKind, RunKind
from labeling.jobs.child import carry_out
from labeling.junior import ledger, prompts
from labeling.junior.ledger import Price
from labeling.projects.projects import change_settings
from labeling.runs import claims, runs
from tests.junior_server import JuniorServer
from tests.labeling.jobs.analysed import Films
from tests.labeling.worlds import NOON, World

# What an answer of the server costs at this price: 50 read, 10 written.
PRICE, COST = Price("small", 1_000_000, 2_000_000), 70


def prepare(world: World | Films, server: JuniorServer | None, *, budget: int = 10**9, **said: Any) -> int:
    """A project that may ask this server, and a version to ask with."""
    with world.database.transaction() as connection:
        ledger.set_price(connection, PRICE, now=NOON, actor=None)
        settings = {"junior_url": server.url if server else None, "junior_model": "small", "budget_total": budget}
        project = change_settings(connection, world.project.id, settings, now=NOON, actor=None)
        kind = said.pop("kind", PromptKind.LLM)
        made = prompts.write_prompt(connection, project, kind, now=NOON, actor=None, **said)
    return made


def start(world: World | Films, prompt_id: int, **settings: Any) -> int:
    """Ask for the run; it is not carried out yet."""
    with world.database.transaction() as connection:
        asked = {"prompt_id": prompt_id, "items": "all"} | settings
        return runs.start_run(connection, world.project, RunKind.ASK, settings=asked, now=NOON, actor=None)


def work(world: World | Films, run_id: int) -> runs.Run:
    """Carry the run out in this process; says how it ended."""
    with world.database.transaction() as connection:
        held = claims.claim(connection, now=NOON, run_id=run_id)
    assert held is not None
    carry_out(world.database, held)
    with world.database.snapshot() as connection:
        return runs.get_run(connection, world.project.id, run_id)


def suggestions(world: World | Films) -> dict[int, tuple[str | None, list[str] | None]]:
    """Label and flags by item id."""
    table = schema.suggestion
    with world.database.snapshot() as connection:
        return {
            row.item_id: (row.label, row.flags)
            for row in connection.execute(select(table.c.item_id, table.c.label, table.c.flags))
        }


def spent(world: World | Films) -> int:
    """What the project's calls cost together."""
    with world.database.snapshot() as connection:
        return ledger.spent(connection, world.project.id, "total")
