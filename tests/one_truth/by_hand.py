"""The same truth read by hand: rows of the raw tables, one after another, in plain Python; nothing of ``labeling.facts``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from math import prod
from typing import Any

from sqlalchemy import Connection, select

from db import schema
from db.vocabulary import LabelKind
from labeling.projects.projects import Project
from labeling.quality.kinds import Kind


@dataclass(frozen=True)
class ByHand:
    """What stood at a moment; items by external id, annotators as in files."""

    votes: dict[tuple[str, str], str | None]
    independent: dict[tuple[str, str], str | None]
    golden: dict[str, str]
    ruled: dict[str, str]
    wanted: dict[str, int]
    items: tuple[str, ...]
    kind: Kind
    scheme: tuple[str, ...]
    fixed: bool = False
    allows_none: bool = True

    def state(self, item: str) -> str:
        """As docs/methods.md has it."""
        said = [label for (of, _), label in self.votes.items() if of == item]
        top = max(Counter(label for label in said if label is not None).values(), default=0)
        if item in self.ruled:
            return "adjudicated"
        if item in self.golden:
            return "golden"
        if not said:
            return "unlabeled"
        if len(said) < self.wanted[item]:
            return "in_progress"
        return "agreed" if 2 * top > len(said) else "disputed"

    def majority(self, item: str) -> tuple[str | None, float | None]:
        """The leading label, of equals by lot, and its probability."""
        if not self.said(item):
            return None, None
        if self.kind is Kind.SEVERAL:
            return self._several(item)
        chance = self.chances(item)
        if self.kind is Kind.ORDERED and any(self.said(each).total() > 1 for each in self.items):
            steps = {
                code: sum(p * abs(at - to) for to, p in enumerate(chance.values())) for at, code in enumerate(chance)
            }
            # A median: of several such the most probable.
            chance = {code: p for code, p in chance.items() if steps[code] < min(steps.values()) + 1e-9}
        label = min(chance, key=lambda code: (-round(chance[code], 9), lot(item, code)))
        return label, chance[label]

    def chances(self, item: str) -> dict[str, float]:
        """The share of each label; of one vote alone how often its annotator was right elsewhere, the rest for all others."""
        said, classes = self.said(item), self.classes
        if said.total() > 1 or item in self.golden:
            return {code: said[code] / said.total() for code in classes}
        (who,) = [who for (of, who), label in self.votes.items() if of == item and label is not None]
        right = self.accuracy(who)
        return {code: right if said[code] else (1 - right) / max(len(classes) - 1, 1) for code in classes}

    def _several(self, item: str) -> tuple[str, float]:
        """Each class that is likelier than not, by the answers yes or no of everybody to each of them."""
        asked = self.questions()
        yes = {code: asked.chances(f"{item}\x1f{code}")["yes"] for code in self.scheme}
        even = {code: min((code, f"not {code}"), key=lambda word: lot(item, word)) == code for code in self.scheme}
        chosen = [code for code, p in yes.items() if p > 0.5 + 1e-9 or (abs(p - 0.5) < 1e-9 and even[code])]
        if not chosen and not self.allows_none:
            chosen = [min(self.scheme, key=lambda code: (-round(yes[code], 9), lot(item, code)))]
        whole, none = prod(p if code in chosen else 1 - p for code, p in yes.items()), prod(1 - p for p in yes.values())
        return "|".join(chosen) or "|", whole if self.allows_none else min(whole / (1 - none), 1.0)

    def questions(self) -> ByHand:
        """Every label as an answer yes or no to each class, of an annotator who is another one with each class."""

        def answers(label: str | None) -> dict[str, str | None]:
            has = None if label is None else label.split("|")
            return {code: None if has is None else ("no", "yes")[code in has] for code in self.scheme}

        votes = {
            (f"{item}\x1f{code}", f"{who}\x1f{code}"): answer
            for (item, who), label in self.votes.items()
            for code, answer in answers(label).items()
        }
        golden = {
            f"{item}\x1f{code}": str(answer)
            for item, label in self.golden.items()
            for code, answer in answers(label).items()
        }
        items = tuple(f"{item}\x1f{code}" for item in self.items for code in self.scheme)
        return ByHand(votes, votes, golden, {}, {}, items, Kind.SINGLE, ("no", "yes"), fixed=True)

    @property
    def classes(self) -> tuple[str, ...]:
        """All that a label may be, on a scale and of a pair also what nobody said, in their order."""
        if self.fixed:
            return self.scheme
        return tuple(sorted({label for label in self.votes.values() if label is not None} | set(self.golden.values())))

    def said(self, item: str) -> Counter[str]:
        """The labels of an item."""
        return Counter(label for (of, _), label in self.votes.items() if of == item and label is not None)

    def accuracy(self, who: str) -> float:
        """How often right on golden items and, by the share of its label, where several voted; two of three before that."""
        right: Counter[str] = Counter()
        seen: Counter[str] = Counter()
        for (item, annotator), label in self.votes.items():
            said = self.said(item)
            if label is None or (said.total() < 2 and item not in self.golden):
                continue
            seen[annotator] += 1
            right[annotator] += float(label == self.golden[item]) if item in self.golden else said[label] / said.total()  # type: ignore[assignment]
        # A pair is given twice, as it is and turned round.
        times = 2 if self.kind is Kind.PAIR else 1
        everyone = (times * right.total() + 2) / (times * seen.total() + 3)
        own = (times * right[who] + 4 * everyone) / (times * seen[who] + 4)
        return 1.0 if len(self.classes) == 1 else max(own, 1 / len(self.classes) + 1e-6)


def lot(item: str, label: str) -> bytes:
    """What decides a tie."""
    return blake2b(f"0\x1f{item}\x1f{label}".encode(), digest_size=8).digest()


def read(connection: Connection, project: Project, at: datetime | None) -> ByHand:
    """Read what stands now (None), or stood at a moment."""
    late = datetime.max.replace(tzinfo=project_zone(connection)) if at is None else at
    names, scheme = _names(connection, project, late), _scheme(connection, project)
    golden = _last(connection, schema.golden, project, late)
    rulings = _last(connection, schema.adjudication, project, late)
    return ByHand(
        votes=_votes(connection, project, late, names, aided=True, at=at),
        independent=_votes(connection, project, late, names, aided=False, at=at),
        golden={names[item]: row.label for item, row in golden.items() if row.label is not None},
        ruled={names[item]: row.label for item, row in rulings.items() if row.verdict == "label"},
        wanted=_wanted(connection, project, late, names),
        items=tuple(names.values()),
        kind=_kind(project, scheme),
        scheme=tuple(row.code for row in scheme),
        fixed=project.kind in (LabelKind.ORDERED, LabelKind.PAIR),
        allows_none=project.allows_none,
    )


def _kind(project: Project, scheme: list[Any]) -> Kind:
    """A label that is one class is a node of a tree where classes have others above them."""
    return (
        Kind.TREE
        if project.kind is LabelKind.SINGLE and any(row.parent for row in scheme)
        else Kind(project.kind.value)
    )


def _scheme(connection: Connection, project: Project) -> list[Any]:
    rows = connection.execute(select(schema.label_class).where(schema.label_class.c.project_id == project.id))
    return sorted((row for row in rows if not row.is_set), key=lambda row: row.position)


def project_zone(connection: Connection) -> Any:
    """UTC, as every moment of the database has it."""
    return connection.execute(select(schema.project.c.created_at)).scalars().first().tzinfo  # type: ignore[union-attr]


def _names(connection: Connection, project: Project, late: datetime) -> dict[int, str]:
    item = schema.item.c
    rows = connection.execute(select(item.id, item.external_id, item.created_at).where(item.project_id == project.id))
    return {row.id: row.external_id for row in sorted(rows) if row.created_at <= late}


def _last(connection: Connection, table: Any, project: Project, late: datetime) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for row in connection.execute(select(table).where(table.c.project_id == project.id)):
        if row.created_at <= late and (row.item_id not in found or row.revision > found[row.item_id].revision):
            found[row.item_id] = row
    return found


def _votes(
    connection: Connection, project: Project, late: datetime, names: dict[int, str], *, aided: bool, at: datetime | None
) -> dict[tuple[str, str], str | None]:
    logins = {row.id: row.login for row in connection.execute(select(schema.person))}
    chunks = {row.id: row for row in connection.execute(select(schema.chunk))}
    aside = _aside(connection, late, at)
    last: dict[tuple[int, int], Any] = {}
    table = schema.annotation
    for row in connection.execute(select(table).where(table.c.project_id == project.id)):
        on_screen = row.arm == "before" or (row.arm == "after" and row.revision > 1)
        key = (row.item_id, row.assessor_id)
        if row.created_at > late or (on_screen and not aided):
            continue
        if key not in last or row.revision > last[key].revision:
            last[key] = row
    found = {}
    for (item, assessor), row in last.items():
        chunk = chunks.get(row.chunk_id)
        if row.surplus or (chunk is not None and (chunk.kind == "qualification" or chunk.id in aside)):
            continue
        login = logins[assessor]
        name = login.removeprefix("import:") if login.startswith("import:") else f"assessor:{login}"
        found[names[item], name] = row.label
    return found


def _aside(connection: Connection, late: datetime, at: datetime | None) -> set[int]:
    """Chunks that stand suspended: now by their outcome, then by the log."""
    if at is None:
        return {row.id for row in connection.execute(select(schema.chunk)) if row.outcome == "suspended"}
    found: set[int] = set()
    for row in connection.execute(select(schema.audit_event).order_by(schema.audit_event.c.id)):
        if row.created_at <= late and row.verb == "suspend_chunk":
            found.add(int(row.target))
        if row.created_at <= late and row.verb == "accept_chunk":
            found.discard(int(row.target))
    return found


def _wanted(connection: Connection, project: Project, late: datetime, names: dict[int, str]) -> dict[str, int]:
    """The queue's word, but where a ruling has it: a label asks for nothing, what was sent back later for nothing yet."""
    newest = _last(connection, schema.adjudication, project, datetime.max.replace(tzinfo=late.tzinfo))
    found = {}
    for row in connection.execute(select(schema.queue).where(schema.queue.c.project_id == project.id)):
        ruling = newest.get(row.item_id)
        settled = ruling is not None and (
            ruling.verdict == "label" or (ruling.verdict == "sent_back" and ruling.created_at > late)
        )
        if row.item_id in names:
            found[names[row.item_id]] = project.overlap if settled or row.golden else row.wanted
    return found
