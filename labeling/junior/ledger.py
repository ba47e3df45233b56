"""Money: reserved before a call, settled after it, never more than a budget allows. Millionths of the price table's unit.

A reservation is what a call can cost at most. What a worker left behind when it died counts at its reservation: the call may
have been answered, and paid.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, bindparam, func, insert, select, update

from db import schema
from db.many import Many, insert_new, many
from db.vocabulary import CallPurpose, CallState
from labeling.errors import LabelingError
from labeling.events import record
from labeling.junior.completion import Bill
from labeling.projects.projects import Project
from labeling.roles import check_admin

call, price, spending, answer = schema.llm_call, schema.price, schema.spending, schema.llm_answer

MILLION = 1_000_000
_USAGE = ("tokens_in", "tokens_out", "seconds")
_ALIKE = (call.c.item_id, call.c.purpose, call.c.reserved)


@dataclass(frozen=True)
class Price:
    """What a million tokens cost, read and written, in millionths."""

    model: str
    input: int
    output: int

    def cost(self, tokens_in: int, tokens_out: int) -> int:
        """Rounded up: a budget must hold for what is billed.

        >>> Price("m", 150_000, 600_000).cost(1000, 10)
        156
        """
        return -(-(tokens_in * self.input + tokens_out * self.output) // MILLION)


@dataclass(frozen=True)
class Planned:
    """A call that is about to be made: at most so many tokens, and what was masked in it (counts by kind)."""

    item_id: int | None
    purpose: CallPurpose
    tokens_in: int
    tokens_out: int
    masked: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Settlement:
    """What calls came to, worked out: how much it is, and what is to be written."""

    cost: int
    writes: tuple[Many, ...]


def price_of(connection: Connection, model: str) -> Price:
    """The price in force. Raises LabelingError ``no_price``: what has no price can't be kept within a budget."""
    query = select(price.c.model, price.c.input, price.c.output).where(price.c.model == model)
    row = connection.execute(query.order_by(price.c.id.desc()).limit(1)).first()
    if row is None:
        raise LabelingError("no_price", model=model)
    return Price(*row)


def prices(connection: Connection) -> list[Price]:
    """Every model's price in force, by name."""
    newest = select(func.max(price.c.id)).group_by(price.c.model)
    query = select(price.c.model, price.c.input, price.c.output).where(price.c.id.in_(newest)).order_by(price.c.model)
    return [Price(*row) for row in connection.execute(query)]


def set_price(connection: Connection, new: Price, *, now: datetime, actor: int | None) -> None:
    """Write a price down; what was settled stays as it was. Raises LabelingError ``bad_price`` or ``not_allowed``."""
    check_admin(connection, actor)
    if not new.model.strip() or new.input < 0 or new.output < 0:
        raise LabelingError("bad_price")
    values = {"model": new.model.strip(), "input": new.input, "output": new.output, "person_id": actor}
    connection.execute(insert(price).values(values | {"created_at": now}))
    record(connection, "set_price", new.model, now=now, actor=actor, details={"in": new.input, "out": new.output})


def check_has_budget(project: Project) -> None:
    """Raise LabelingError ``no_budget`` where none was set: nothing may be paid then."""
    if project.budget_total is None and project.budget_month is None and project.budget_run is None:
        raise LabelingError("no_budget")


def check_something_left(connection: Connection, project: Project, *, now: datetime) -> None:
    """Raise LabelingError ``budget_spent`` where a budget of the project or of this month has nothing left for a new run."""
    for scope, budget in [*_scopes(project, None, now), ("run", project.budget_run)]:
        if budget is not None and spent(connection, project.id, scope) >= budget:
            raise LabelingError("budget_spent", scope=scope.split(":")[0], left=0, wanted=0, budget=budget)


def reserve(
    connection: Connection,
    project: Project,
    model: str,
    planned: Sequence[Planned],
    *,
    run_id: int | None = None,
    prompt_id: int | None = None,
    now: datetime,
) -> list[int]:
    """Reserve the money for these calls, all or none; says their ids in the ledger.

    Raises LabelingError ``no_price``, ``no_budget`` (none was set) or ``budget_spent`` with the scope that is exhausted.
    """
    at = price_of(connection, model)
    check_has_budget(project)
    money = [at.cost(request.tokens_in, request.tokens_out) for request in planned]
    for scope, budget in _scopes(project, run_id, now):
        _spend(connection, project.id, scope, sum(money), budget)
    rows = [
        {
            "project_id": project.id,
            "run_id": run_id,
            "prompt_id": prompt_id,
            "item_id": request.item_id,
            "purpose": request.purpose.value,
            "model": model,
            "state": CallState.RESERVED.value,
            "reserved": amount,
            "masked": dict(request.masked) if request.masked else None,
            "created_at": now,
        }
        for request, amount in zip(planned, money, strict=True)
    ]
    # To have them back in their order takes a statement for each: calls that are alike may change their ids.
    inserted = connection.execute(insert(call).returning(call.c.id, *_ALIKE), rows)
    ids: defaultdict[tuple[Any, ...], deque[int]] = defaultdict(deque)
    for call_id, *alike in inserted:
        ids[tuple(alike)].append(call_id)
    return [ids[row["item_id"], row["purpose"], row["reserved"]].popleft() for row in rows]


def settle(connection: Connection, project: Project, bills: Sequence[Bill], *, now: datetime) -> int:
    """Write down what calls came to, each once; says how much that is. A call that is settled already is left alone."""
    due = settlement(connection, project, bills, now=now)
    for statement in due.writes:
        statement.execute(connection)
    return due.cost


def settlement(connection: Connection, project: Project, bills: Sequence[Bill], *, now: datetime) -> Settlement:
    """What :func:`settle` would write, for whoever alone may settle these calls, and wants to write without reading first."""
    by_call = {bill.call_id: bill for bill in bills}
    reserved = call.c.id.in_(list(by_call)) & (call.c.project_id == project.id) & (call.c.state == CallState.RESERVED)
    open_calls = connection.execute(
        select(call.c.id, call.c.run_id, call.c.model, call.c.reserved, call.c.created_at).where(reserved)
    )
    rows: list[dict[str, Any]] = []
    # By run and month: the same for most.
    changes: Counter[tuple[int | None, int, int]] = Counter()
    at: dict[str, Price] = {}
    for row in open_calls.all():
        bill = by_call[row.id]
        if row.model not in at:
            at[row.model] = price_of(connection, row.model)
        cost = at[row.model].cost(bill.tokens_in, bill.tokens_out) if bill.is_known else row.reserved
        state = CallState.UNKNOWN if not bill.is_known else CallState.SETTLED if cost else CallState.FREE
        usage = {"tokens_in": bill.tokens_in, "tokens_out": bill.tokens_out, "seconds": bill.seconds}
        rows.append(
            {"of": row.id, "state": state.value, "cost": cost, "outcome": bill.outcome, "settled_at": now} | usage
        )
        changes[row.run_id, row.created_at.year, row.created_at.month] += cost - row.reserved
    # Every scope has its row since the money was reserved; what comes back needs no budget.
    given_back = [
        {"of": project.id, "where": scope, "by": change}
        for (run_id, year, month), change in changes.items()
        for scope, _ in _scopes(project, run_id, datetime(year, month, 1, tzinfo=UTC))
    ]
    writes = many(connection.dialect, _SETTLED, rows), many(connection.dialect, _SPENT, given_back)
    return Settlement(sum(row["cost"] for row in rows), writes)


def abandon(connection: Connection, run_id: int, *, now: datetime) -> int:
    """What a dead worker of a run had reserved may have been paid: it counts as if; says how many calls that are."""
    return _abandon(connection, call.c.run_id == run_id, now)


def abandon_questions(connection: Connection, *, before: datetime, now: datetime) -> int:
    """The same for what was asked by no run, before a moment."""
    return _abandon(connection, call.c.run_id.is_(None) & (call.c.created_at < before), now)


def _abandon(connection: Connection, which: ColumnElement[bool], now: datetime) -> int:
    values = {"state": CallState.UNKNOWN, "cost": call.c.reserved, "outcome": "worker_died", "settled_at": now}
    reserved = which & (call.c.state == CallState.RESERVED)
    return int(connection.execute(update(call).where(reserved).values(values)).rowcount)


def spent(connection: Connection, project_id: int, scope: str) -> int:
    """What is spent or reserved in a scope: "total", "month:2026-11", "run:12"."""
    query = select(spending.c.amount).where(spending.c.project_id == project_id, spending.c.scope == scope)
    return int(connection.execute(query).scalar() or 0)


def remembered(connection: Connection, project_id: int, requests: Sequence[str]) -> dict[str, Any]:
    """The answers to the same requests; those without one are left out."""
    query = select(answer.c.request, answer.c.body).where(
        answer.c.project_id == project_id, answer.c.request.in_(requests)
    )
    return {row.request: row.body for row in connection.execute(query)}


def remember(connection: Connection, project_id: int, answers: Mapping[str, Any], *, now: datetime) -> None:
    """Keep answers by the hash of their requests; the first one stays."""
    memory(connection.dialect, project_id, answers, now=now).execute(connection)


def memory(dialect: Dialect, project_id: int, answers: Mapping[str, Any], *, now: datetime) -> Many:
    """What :func:`remember` writes."""
    rows = [
        {"project_id": project_id, "request": key, "body": answers[key], "created_at": now} for key in sorted(answers)
    ]
    return many(dialect, insert_new(dialect, answer), rows)


def month_of(now: datetime) -> str:
    """The scope of a month, in UTC."""
    return f"month:{now:%Y-%m}"


def _scopes(project: Project, run_id: int | None, now: datetime) -> list[tuple[str, int | None]]:
    scopes = [("total", project.budget_total), (month_of(now), project.budget_month)]
    return [*scopes, (f"run:{run_id}", project.budget_run)] if run_id is not None else scopes


_SPENT = (
    update(spending)
    .where(spending.c.project_id == bindparam("of"), spending.c.scope == bindparam("where"))
    .values(amount=spending.c.amount + bindparam("by"))
)
_SETTLED = (
    update(call)
    .where(call.c.id == bindparam("of"))
    .values({name: bindparam(name) for name in ("state", "cost", "outcome", "settled_at", *_USAGE)})
)


def _spend(connection: Connection, project_id: int, scope: str, amount: int, budget: int | None) -> None:
    """Add to a scope where its budget allows: one statement, so that no two workers can both take the last of it."""
    of_scope = (spending.c.project_id == project_id) & (spending.c.scope == scope)
    allowed = update(spending).where(of_scope).values(amount=spending.c.amount + amount)
    if budget is not None:
        allowed = allowed.where(spending.c.amount + amount <= budget)
    if connection.execute(allowed).rowcount:
        return
    if connection.execute(select(spending.c.scope).where(of_scope)).first() is None:
        connection.execute(insert(spending).values(project_id=project_id, scope=scope, amount=0))
    if connection.execute(allowed).rowcount == 0:
        left = (budget or 0) - spent(connection, project_id, scope)
        raise LabelingError("budget_spent", scope=scope.split(":")[0], left=left, wanted=amount, budget=budget)


def total_of(connection: Connection, calls: Collection[int]) -> tuple[int, int, int]:
    """What these calls came to: cost in millionths, tokens in, tokens out."""
    table = schema.llm_call.c
    total = (func.coalesce(func.sum(column), 0) for column in (table.cost, table.tokens_in, table.tokens_out))
    cost, tokens_in, tokens_out = connection.execute(select(*total).where(table.id.in_(calls))).one()
    return int(cost), int(tokens_in), int(tokens_out)
