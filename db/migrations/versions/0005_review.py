"""review: runs and their findings, rulings with what led to them, experts' leases, batches, audits, corner cases"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from db.types import Code, Json, Key, UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROUTES = "route IN ('suspicion', 'audit', 'batch', 'second', 'dispute', 'hand')"
VERDICTS = "verdict IN ('label', 'sent_back', 'unclear', 'withdrawn')"
NEW_COLUMNS = (
    ("given", Code),
    ("score", sa.Float()),
    ("run_id", Key),
    ("batch_id", Key),
    ("seconds", sa.Float()),
    ("guideline_version", sa.Integer()),
    ("act", sa.String(32)),
    ("lease_id", Key),
)


def upgrade() -> None:
    with op.batch_alter_table("project") as project:
        project.add_column(sa.Column("audit_share", sa.Float(), nullable=False, server_default="0.2"))
        project.add_column(sa.Column("second_share", sa.Float(), nullable=False, server_default="0.1"))
        project.add_column(sa.Column("blind_rulings", sa.Boolean(), nullable=False, server_default=sa.false()))
        for name in ("audit_share", "second_share"):
            project.create_check_constraint(op.f(f"ck_project_{name}"), f"{name} >= 0 AND {name} <= 1")
    _runs()
    _batches()
    _audits()
    _expert_leases()
    _corner_cases()
    _widen_adjudication()


def downgrade() -> None:
    _drop_triggers()
    op.drop_index("ix_adjudication_act", "adjudication")
    op.drop_index("ix_adjudication_project_id", "adjudication")
    with op.batch_alter_table("adjudication") as adjudication:
        for name in ("verdict", "route", "settles"):
            adjudication.drop_constraint(op.f(f"ck_adjudication_{name}"), type_="check")
        adjudication.drop_constraint("uq_adjudication_lease_id", type_="unique")
        adjudication.drop_constraint("fk_adjudication_lease_id_expert_lease", type_="foreignkey")
        for name in ("verdict", "route", *(name for name, _ in NEW_COLUMNS)):
            adjudication.drop_column(name)
    op.create_index("ix_adjudication_project_id", "adjudication", ["project_id"])
    _refuse_changes()
    for table in (
        "corner_case", "expert_lease", "audit_item", "audit", "batch_item", "batch", "finding", "run_evidence", "run",
    ):  # fmt: skip
        op.drop_table(table)
    with op.batch_alter_table("project") as project:
        for name in ("audit_share", "second_share"):
            project.drop_constraint(op.f(f"ck_project_{name}"), type_="check")
            project.drop_column(name)
        project.drop_column("blind_rulings")


def _references(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")
        for column, other in columns
    ]


def _label(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["project_id", "label"],
        ["label_class.project_id", "label_class.code"],
        name=f"fk_{table}_project_id_label_label_class",
    )


def _runs() -> None:
    op.create_table(
        "run",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("kind", Code, nullable=False),
        sa.Column("state", Code, nullable=False),
        sa.Column("name", sa.String(200), nullable=False, server_default=""),
        sa.Column("person_id", Key),
        sa.Column("settings", Json),
        sa.Column("watermark", Json),
        sa.Column("step", Code, nullable=False, server_default=""),
        sa.Column("done", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("total", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("report", Json),
        sa.Column("error", Json),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("started_at", UtcTime()),
        sa.Column("seen_at", UtcTime()),
        sa.Column("finished_at", UtcTime()),
        sa.Column("rulings", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("rescored_at", UtcTime()),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
        sa.CheckConstraint("kind IN ('analysis', 'gain')", name=op.f("ck_run_kind")),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'cancelled', 'failed')", name=op.f("ck_run_state")),
        *_references("run", ("project_id", "project"), ("person_id", "person")),
    )
    op.create_index("ix_run_project_id", "run", ["project_id", "kind", "id"])
    op.create_table(
        "run_evidence",
        sa.Column("run_id", Key, nullable=False, autoincrement=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_run_evidence"),
        *_references("run_evidence", ("run_id", "run")),
    )
    numbers = ("probability", "disagreement", "self_confidence")
    mapped = [f"{prefix}{name}" for prefix in ("", "heldout_") for name in ("confidence", "variability", "correctness")]
    op.create_table(
        "finding",
        sa.Column("run_id", Key, nullable=False),
        sa.Column("item_id", Key, nullable=False),
        sa.Column("given", Code, nullable=False),
        sa.Column("probable", Code, nullable=False),
        sa.Column("prior", sa.Float(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        *(sa.Column(name, sa.Float()) for name in numbers),
        sa.Column("is_issue", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Float()) for name in ("outlier", *mapped)),
        sa.Column("reasons", Json),
        sa.PrimaryKeyConstraint("run_id", "item_id", name="pk_finding"),
        *_references("finding", ("run_id", "run"), ("item_id", "item")),
    )
    op.create_index("ix_finding_score", "finding", ["run_id", "score"])


def _batches() -> None:
    op.create_table(
        "batch",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("person_id", Key),
        sa.Column("source", Json),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
        sa.UniqueConstraint("project_id", "name", name="uq_batch_project_id_name"),
        *_references("batch", ("project_id", "project"), ("person_id", "person")),
    )
    op.create_table(
        "batch_item",
        sa.Column("batch_id", Key, nullable=False),
        sa.Column("item_id", Key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "item_id", name="pk_batch_item"),
        *_references("batch_item", ("batch_id", "batch"), ("item_id", "item")),
    )


def _audits() -> None:
    op.create_table(
        "audit",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("run_id", Key),
        sa.Column("person_id", Key),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        *_references("audit", ("project_id", "project"), ("run_id", "run"), ("person_id", "person")),
    )
    op.create_index("ix_audit_project_id", "audit", ["project_id"])
    op.create_table(
        "audit_item",
        sa.Column("audit_id", Key, nullable=False),
        sa.Column("item_id", Key, nullable=False),
        sa.Column("given", Code, nullable=False),
        sa.Column("stratum", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer()),
        sa.PrimaryKeyConstraint("audit_id", "item_id", name="pk_audit_item"),
        *_references("audit_item", ("audit_id", "audit"), ("item_id", "item")),
    )
    drawn = sa.text("position IS NOT NULL")
    op.create_index(
        "ix_audit_item_sample", "audit_item", ["audit_id", "position"], sqlite_where=drawn, postgresql_where=drawn
    )


def _expert_leases() -> None:
    op.create_table(
        "expert_lease",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("item_id", Key, nullable=False),
        sa.Column("expert_id", Key, nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("state", Code, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("route", Code, nullable=False),
        sa.Column("given", Code),
        sa.Column("score", sa.Float()),
        sa.Column("suspicion", Code),
        sa.Column("run_id", Key),
        sa.Column("batch_id", Key),
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("closed_at", UtcTime()),
        sa.PrimaryKeyConstraint("id", name="pk_expert_lease"),
        sa.UniqueConstraint("token", name="uq_expert_lease_token"),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'skipped', 'expired', 'released')", name=op.f("ck_expert_lease_state")
        ),
        sa.CheckConstraint(ROUTES, name=op.f("ck_expert_lease_route")),
        *_references("expert_lease", ("project_id", "project"), ("item_id", "item"), ("expert_id", "person")),
    )
    op.create_index("ix_expert_lease_item_id", "expert_lease", ["item_id"])
    op.create_index("ix_expert_lease_expert_id", "expert_lease", ["project_id", "expert_id", "state"])
    held = sa.text("state = 'open'")
    op.create_index(
        "uq_expert_lease_open", "expert_lease", ["item_id"], unique=True, sqlite_where=held, postgresql_where=held
    )


def _corner_cases() -> None:
    op.create_table(
        "corner_case",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("item_id", Key, nullable=False),
        sa.Column("label", Code, nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False, server_default=""),
        sa.Column("person_id", Key),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("removed_at", UtcTime()),
        sa.PrimaryKeyConstraint("id", name="pk_corner_case"),
        sa.UniqueConstraint("item_id", name="uq_corner_case_item_id"),
        _label("corner_case"),
        *_references("corner_case", ("project_id", "project"), ("item_id", "item"), ("person_id", "person")),
    )
    op.create_index("ix_corner_case_project_id", "corner_case", ["project_id"])


def _widen_adjudication() -> None:
    _drop_triggers()
    op.add_column("adjudication", sa.Column("verdict", Code, nullable=False, server_default="label"))
    # A ruling without a label settled nothing before, either.
    op.execute("UPDATE adjudication SET verdict = 'withdrawn' WHERE label IS NULL")
    op.drop_index("ix_adjudication_project_id", "adjudication")
    with op.batch_alter_table("adjudication") as adjudication:
        adjudication.add_column(sa.Column("route", Code, nullable=False, server_default="hand"))
        for name, kind in NEW_COLUMNS:
            adjudication.add_column(sa.Column(name, kind))
        adjudication.create_check_constraint(op.f("ck_adjudication_verdict"), VERDICTS)
        adjudication.create_check_constraint(op.f("ck_adjudication_route"), ROUTES)
        adjudication.create_check_constraint(
            op.f("ck_adjudication_settles"), "(verdict = 'label') = (label IS NOT NULL)"
        )
        adjudication.create_unique_constraint("uq_adjudication_lease_id", ["lease_id"])
        adjudication.create_foreign_key("fk_adjudication_lease_id_expert_lease", "expert_lease", ["lease_id"], ["id"])
    op.create_index("ix_adjudication_project_id", "adjudication", ["project_id", "created_at"])
    op.create_index("ix_adjudication_act", "adjudication", ["project_id", "act"])
    _refuse_changes()


def _drop_triggers() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER adjudication_no_{verb}")
    else:
        op.execute("DROP TRIGGER adjudication_append_only ON adjudication")


def _refuse_changes() -> None:
    statements: list[Any] = [
        f"CREATE TRIGGER adjudication_no_{verb.lower()} BEFORE {verb} ON adjudication "
        "BEGIN SELECT RAISE(ABORT, 'adjudication is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]
    if op.get_bind().dialect.name != "sqlite":
        statements = [
            "CREATE TRIGGER adjudication_append_only BEFORE UPDATE OR DELETE ON adjudication "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        ]
    for statement in statements:
        op.execute(statement)
