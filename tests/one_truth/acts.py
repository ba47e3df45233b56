"""Everything that may happen to a label, made by the product's own verbs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from sqlalchemy import Connection, select

from db import schema
from db.vocabulary import ItemForm, Role, SuggestionPolicy, Verdict
from labeling.adjudication import bulk, rulings, undoing
from labeling.adjudication import queue as experts
from labeling.adjudication.queue import Candidate
from labeling.adjudication.rulings import Ruling
from labeling.desk import contests, gates, golden, upkeep
from labeling.desk.answers import Answer, AnswerKind
from labeling.errors import LabelingError
from labeling.exchange.importing import import_file
from labeling.exchange.intake import ImportOptions
from labeling.facts.final import final
from labeling.projects.projects import change_settings
from labeling.snapshots.taking import take
from tests.labeling.exchange.files import csv_of
from tests.labeling.worlds import NOON, add_person
from tests.one_truth.world import ASSESSORS, GOLDEN, ITEMS, Truth


def _work(truth: Truth, who: int, *answers: Answer, want: int = 3, close: int | None = None) -> Sequence[str]:
    assessor = truth.world.assessors[who % ASSESSORS]
    seen = truth.world.work(assessor, *answers, want=want, close=close)
    truth.tokens += [
        (who % ASSESSORS, item.token) for item in seen.items if (who % ASSESSORS, item.token) not in truth.tokens
    ]
    return [item.token for item in seen.items]


def _press(truth: Truth, token: str, label: str | None) -> Answer:
    """What the card sends; of a conversation sometimes with the turn that decided."""
    revision = truth.pressed[token]
    kind = AnswerKind.LABEL if label else AnswerKind.UNSURE
    turn = len(truth.pressed) % 4 if truth.shape.form is ItemForm.TURNS else 3
    return Answer(token, revision, kind, label, seconds=2.0, evidence=None if turn == 3 else turn)


def _answer(truth: Truth, a: int, b: int) -> None:
    """A few items answered in one go: a label or "unsure"."""
    for token in _work(truth, a):
        label = [*truth.labels, truth.labels[0], None][(b + len(token) + len(truth.pressed)) % 5]
        truth.pressed[token] = 1
        _work(truth, a, _press(truth, token, label), want=0)


def _revise(truth: Truth, a: int, b: int) -> None:
    """Any token ever seen, answered again, in time or late: what is no longer wanted is surplus."""
    if truth.tokens:
        who, token = truth.tokens[a % len(truth.tokens)]
        truth.pressed[token] = truth.pressed.get(token, 0) + 1
        _work(truth, who, _press(truth, token, [*truth.labels, None][b % 4]), want=0)


def _skip(truth: Truth, a: int, b: int) -> None:
    for token in _work(truth, a)[:1]:
        truth.pressed[token] = truth.pressed.get(token, 0) + 1
        _work(truth, a, Answer(token, truth.pressed[token], AnswerKind.SKIP), want=0)


def _close(truth: Truth, a: int, b: int) -> None:
    """Work a chunk to its end and close it; the gate may act."""
    assessor = truth.world.assessors[a % ASSESSORS]
    for _ in range(6):
        tokens = _work(truth, a)
        if not tokens:
            break
        for at, token in enumerate(tokens):
            truth.pressed[token] = truth.pressed.get(token, 0) + 1
            _work(truth, a, _press(truth, token, truth.labels[(b + at) % 3]), want=0)
    seen = truth.world.work(assessor, want=0)
    if seen.chunk:
        truth.world.work(assessor, close=seen.chunk.id, want=0)


def _late(truth: Truth, a: int, b: int) -> None:
    """Leases end, others answer, and then comes the answer: what is no longer wanted is surplus."""
    tokens = _work(truth, a)
    truth.world.later(minutes=40)
    for other in (1, 2):
        _answer(truth, a + other, b)
        _answer(truth, a + other, b + 1)
    for token in tokens:
        truth.pressed[token] = truth.pressed.get(token, 0) + 1
        _work(truth, a, _press(truth, token, truth.labels[b % 3]), want=0)


def _let_expire(truth: Truth, a: int, b: int) -> None:
    """Leases end, and others take the items."""
    _work(truth, a)
    truth.world.later(minutes=40)
    _work(truth, a + 1)


def _readmit(truth: Truth, a: int, b: int) -> None:
    with truth.world.database.transaction() as connection:
        gates.readmit(
            connection, truth.world.project.id, truth.world.assessors[a % ASSESSORS], now=truth.world.now, actor=None
        )


def _outcome(truth: Truth, a: int, b: int) -> None:
    """A closed chunk set aside, or taken back in."""
    chunk = schema.chunk.c
    with truth.world.database.transaction() as connection:
        closed = list(
            connection.execute(select(chunk.id).where(chunk.closed_at.is_not(None)).order_by(chunk.id)).scalars()
        )
        if closed:
            act = gates.suspend if b % 3 else gates.overrule
            act(connection, truth.world.project, closed[a % len(closed)], now=truth.world.now, actor=None)


def _golden(truth: Truth, a: int, b: int) -> None:
    """A golden label given, given anew, or retired."""
    with truth.world.database.transaction() as connection:
        label = [*truth.labels, None][b % 4]
        item = truth.items[a % len(truth.items)]
        golden.appoint(connection, truth.world.project, item, label, now=truth.world.now, actor=None)


def _contest(truth: Truth, a: int, b: int) -> None:
    """An objection to a golden label, and the word on it."""
    annotation, chunk = schema.annotation.c, schema.chunk.c
    with truth.world.database.transaction() as connection:
        query = select(annotation.item_id, annotation.assessor_id).join(schema.chunk, chunk.id == annotation.chunk_id)
        query = query.where(annotation.item_id.in_(truth.world.golden), chunk.closed_at.is_not(None))
        briefed = connection.execute(query.order_by(annotation.id)).all()
        if briefed:
            item, who = briefed[a % len(briefed)]
            contests.raise_contest(connection, truth.world.project, who, item, "why", now=truth.world.now)
        for one in contests.open_contests(connection, truth.world.project.id):
            contests.rule(
                connection,
                truth.world.project,
                one.id,
                label=truth.labels[b % 3],
                reply="so",
                now=truth.world.now,
                actor=None,
            )


def _rule(truth: Truth, a: int, b: int) -> None:
    """An expert is served and rules: a label, sent back, or unclear; perhaps again, or as a golden item."""
    verdict = (Verdict.LABEL, Verdict.LABEL, Verdict.SENT_BACK, Verdict.UNCLEAR)[b % 4]
    with truth.world.database.transaction() as connection:
        wanted = [
            Candidate(item, truth.labels[0], 0.5, "votes_disagree") for item in _most_answered_first(connection, truth)
        ]
        expert = truth.experts[a % 2]
        held = experts.claim(connection, truth.world.project, expert, wanted, want=1, now=truth.world.now)
        for one in held:
            label = truth.labels[a % 3] if verdict is Verdict.LABEL else None
            said = Ruling(one.token, 1, verdict, label, "because", make_golden=verdict is Verdict.LABEL and a % 7 == 0)
            rulings.rule(connection, truth.world.project, expert, said, now=truth.world.now)
            if a % 5 == 0 and verdict is Verdict.LABEL:
                again = Ruling(one.token, 2, Verdict.LABEL, truth.labels[b % 3])
                rulings.rule(connection, truth.world.project, expert, again, now=truth.world.now)
            truth.acts.append(one.token)


def _most_answered_first(connection: Connection, truth: Truth) -> list[int]:
    annotation = schema.annotation.c
    given = list(connection.execute(select(annotation.item_id)).scalars())
    return sorted(truth.world.items, key=lambda item: -given.count(item))


def _rule_many(truth: Truth, a: int, b: int) -> None:
    items = [truth.world.items[(a + n) % ITEMS] for n in range(3)]
    with truth.world.database.transaction() as connection:
        done = bulk.rule_many(
            connection, truth.world.project, [Candidate(item, truth.labels[0], 0.5, "x") for item in items],
            dict.fromkeys(items, truth.labels[b % 3]), overrule=bool(b % 2), now=truth.world.now, actor=None,
        )  # fmt: skip
        truth.acts.append(done.act)


def _undo(truth: Truth, a: int, b: int) -> None:
    if truth.acts:
        with truth.world.database.transaction() as connection:
            act = truth.acts[a % len(truth.acts)]
            undoing.undo(connection, truth.world.project, act, now=truth.world.now, actor=None)


def _import(truth: Truth, a: int, b: int) -> None:
    """Votes from a file, some twice, some surplus, some older than what is there already."""
    truth.imports += 1
    rows = [
        [
            str((a + n) % (ITEMS + GOLDEN) + 1),
            f"model:{(b + n // 7) % 4}",
            truth.labels[(a * n + b) % 3],
            str(int(n % 5 == 4)),
            _dated(truth, n),
        ]
        for n in range(1 + a % 14)
    ]
    source = csv_of(["id", "annotator", "label", "surplus", "created_at"], [*rows, *rows[:1]])
    import_file(
        truth.world.database,
        source,
        project_slug=truth.world.project.slug,
        options=ImportOptions(),
        now=truth.world.now,
    )


def _dated(truth: Truth, n: int) -> str:
    past = truth.moments[n % len(truth.moments)] if truth.moments else NOON
    return past.isoformat()


def _settings(truth: Truth, a: int, b: int) -> None:
    """Overlap, adaptive or not; when suggestions are shown; whether junior has a vote."""
    changes: list[dict[str, object]] = [
        {"overlap": 1 + b % 3},
        {"suggestion_policy": list(SuggestionPolicy)[b % 4].value, "probe_share": 0.5},
        {"junior_votes": bool(b % 2)},
        {"target_probability": (None, 0.8)[b % 2], "max_overlap": (None, 4)[b % 2], "overlap": 2},
    ]
    with truth.world.database.transaction() as connection:
        change_settings(connection, truth.world.project.id, changes[a % len(changes)], now=truth.world.now, actor=None)
    truth.refreshed()


def _tend(truth: Truth, a: int, b: int) -> None:
    upkeep.tend(truth.world.database, truth.world.project.slug, now=truth.world.now)


def _qualify(truth: Truth, a: int, b: int) -> None:
    """From now on newcomers are tested first; somebody new comes and takes the test."""
    with truth.world.database.transaction() as connection:
        change_settings(
            connection, truth.world.project.id, {"qualification_size": 2 * (b % 2)}, now=truth.world.now, actor=None
        )
        known = schema.person.c
        count = len(connection.execute(select(known.id)).all())
        if count < 14:
            truth.world.assessors[a % ASSESSORS] = add_person(
                connection, f"newcomer{count}", truth.world.project, Role.ASSESSOR
            )
    truth.refreshed()
    _close(truth, a, b)


def _snapshot(truth: Truth, a: int, b: int) -> None:
    """The labels as they are now, kept; what they were is remembered beside it."""
    name = f"{len(truth.kept)}-{a}"
    with truth.world.database.snapshot() as connection:
        then = final(connection, truth.world.project)
    take(truth.world.database, truth.world.project.slug, name, now=truth.world.now, actor=None)
    truth.kept[name] = then


ACTS: tuple[Callable[[Truth, int, int], None], ...] = (
    _answer, _answer, _close, _close, _close, _revise, _revise, _late, _late, _skip, _let_expire, _readmit, _outcome,
    _golden, _contest, _contest, _rule, _rule, _rule_many, _undo, _import, _import, _settings, _tend, _qualify, _snapshot,
)  # fmt: skip


def act(truth: Truth, kind: int, a: int, b: int) -> None:
    """One of ACTS, chosen and told what to do by any three numbers."""
    truth.world.later(minutes=1)
    # What is refused changes nothing, and is part of life.
    with suppress(LabelingError):
        ACTS[kind % len(ACTS)](truth, a, b)
    truth.moments.append(truth.world.now)
    truth.world.later(minutes=1)
