"""Every table, each with the rule that keeps it honest. Facts are append-only: triggers refuse changes."""

from __future__ import annotations

from sqlalchemy import DDL, event

from db.schema.adjudication import adjudication, audit, audit_item, batch, batch_item, corner_case, expert_lease
from db.schema.base import append_only_ddl, metadata
from db.schema.desk import annotation, chunk, contest, desk, golden, import_run, item, lease, queue, repeat
from db.schema.junior import llm_answer, llm_call, look, price, promotion, prompt, spending, suggestion
from db.schema.people import device, membership, person, sign_in, skipped_tour, wrong_try
from db.schema.projects import audit_event, class_change, guideline, label_class, project
from db.schema.readiness import readiness
from db.schema.runs import finding, run, run_evidence
from db.schema.search import words_ddl
from db.schema.snapshots import snapshot, snapshot_part

__all__ = [
    "FACTS", "adjudication", "annotation", "append_only_ddl", "audit", "audit_event", "audit_item", "batch",
    "batch_item", "chunk", "class_change", "contest", "corner_case", "desk", "device", "expert_lease", "finding", "golden",
    "guideline", "import_run", "item", "label_class", "lease", "llm_answer", "llm_call", "look", "membership", "metadata",
    "person", "price", "project", "promotion", "prompt", "queue", "readiness", "repeat", "run", "run_evidence", "sign_in",
    "skipped_tour", "snapshot", "snapshot_part", "spending", "suggestion", "wrong_try",
]  # fmt: skip

FACTS = (
    guideline, item, golden, annotation, repeat, adjudication, prompt, promotion, look, suggestion, audit_event, snapshot,
    snapshot_part, class_change,
)  # fmt: skip


def _attach_triggers() -> None:
    for table in FACTS:
        for dialect in ("sqlite", "postgresql"):
            for statement in append_only_ddl(table.name, dialect):
                ddl = DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
                event.listen(table, "after_create", ddl)


def _attach_words() -> None:
    for dialect in ("sqlite", "postgresql"):
        ddl = DDL(words_ddl(dialect).replace("%", "%%")).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
        event.listen(item, "after_create", ddl)


_attach_triggers()
_attach_words()
