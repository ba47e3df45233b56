"""junior: prompts, suggestions, their evaluations, the ledger; what a lease shows of a suggestion"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.types import Code, Json, Key, UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RUN_KINDS = ("'analysis', 'gain'", "'analysis', 'gain', 'ask', 'evaluation', 'comparison'")
FACTS = ("prompt", "promotion", "look", "suggestion")
PROJECT_COLUMNS = (
    ("junior_url", sa.String(400)),
    ("junior_model", sa.String(200)),
    ("budget_total", sa.BigInteger()),
    ("budget_month", sa.BigInteger()),
    ("budget_run", sa.BigInteger()),
)
BUDGETS = "budget_total >= 0 AND budget_month >= 0 AND budget_run >= 0"


def upgrade() -> None:
    with op.batch_alter_table("project") as project:
        for name, kind in PROJECT_COLUMNS:
            project.add_column(sa.Column(name, kind))
        project.add_column(sa.Column("probe_share", sa.Float(), nullable=False, server_default="0.1"))
        project.add_column(sa.Column("junior_votes", sa.Boolean(), nullable=False, server_default=sa.false()))
        project.create_check_constraint(op.f("ck_project_probe_share"), "probe_share >= 0 AND probe_share <= 1")
        project.create_check_constraint(op.f("ck_project_budgets"), BUDGETS)
    op.add_column("lease", sa.Column("arm", Code))
    op.add_column("lease", sa.Column("suggestion", Code))
    op.add_column("lease", sa.Column("probe", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("annotation", sa.Column("probe", sa.Boolean(), nullable=False, server_default=sa.false()))
    _allow_runs(RUN_KINDS[1])
    _prompts()
    _suggestions()
    _ledger()
    for table in FACTS:
        for statement in _append_only(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    for table in ("price", "llm_answer", "spending", "llm_call", "suggestion", "look", "promotion", "prompt"):
        op.drop_table(table)
    op.execute("DELETE FROM run WHERE kind NOT IN ('analysis', 'gain')")
    _allow_runs(RUN_KINDS[0])
    op.drop_column("annotation", "probe")
    for name in ("arm", "suggestion", "probe"):
        op.drop_column("lease", name)
    with op.batch_alter_table("project") as project:
        for name in ("probe_share", "budgets"):
            project.drop_constraint(op.f(f"ck_project_{name}"), type_="check")
        for name in (*(name for name, _ in PROJECT_COLUMNS), "probe_share", "junior_votes"):
            project.drop_column(name)


def _allow_runs(kinds: str) -> None:
    with op.batch_alter_table("run") as run:
        run.drop_constraint(op.f("ck_run_kind"), type_="check")
        run.create_check_constraint(op.f("ck_run_kind"), f"kind IN ({kinds})")


def _references(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")
        for column, other in columns
    ]


def _prompts() -> None:
    op.create_table(
        "prompt",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", Code, nullable=False),
        sa.Column("name", sa.String(200), nullable=False, server_default=""),
        sa.Column("model", sa.String(200)),
        sa.Column("instructions", sa.Text(), nullable=False, server_default=""),
        sa.Column("settings", Json),
        sa.Column("examples", Json),
        sa.Column("guideline_version", sa.Integer()),
        sa.Column("author_id", Key),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_prompt"),
        sa.UniqueConstraint("project_id", "version", name="uq_prompt_project_id_version"),
        sa.CheckConstraint("kind IN ('llm', 'local')", name=op.f("ck_prompt_kind")),
        *_references("prompt", ("project_id", "project"), ("author_id", "person")),
    )
    op.create_table(
        "promotion",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("prompt_id", Key),
        sa.Column("look_id", Key),
        sa.Column("person_id", Key),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_promotion"),
        *_references("promotion", ("project_id", "project"), ("prompt_id", "prompt"), ("person_id", "person")),
    )
    op.create_index("ix_promotion_project_id", "promotion", ["project_id"])
    op.create_table(
        "look",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("prompt_id", Key, nullable=False),
        sa.Column("part", Code, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("report", Json, nullable=False),
        sa.Column("person_id", Key),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_look"),
        sa.CheckConstraint("part IN ('dev', 'test')", name=op.f("ck_look_part")),
        *_references("look", ("project_id", "project"), ("prompt_id", "prompt"), ("person_id", "person")),
    )
    op.create_index("ix_look_project_id", "look", ["project_id"])


def _suggestions() -> None:
    op.create_table(
        "suggestion",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("item_id", Key, nullable=False),
        sa.Column("prompt_id", Key, nullable=False),
        sa.Column("label", Code),
        sa.Column("confidence", sa.Float()),
        sa.Column("source", Code),
        sa.Column("rationale", sa.Text(), nullable=False, server_default=""),
        sa.Column("flags", Json),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_suggestion"),
        sa.UniqueConstraint("item_id", "prompt_id", name="uq_suggestion_item_id_prompt_id"),
        sa.CheckConstraint("source IN ('logprobs', 'samples', 'stated', 'local')", name=op.f("ck_suggestion_source")),
        sa.ForeignKeyConstraint(
            ["project_id", "label"],
            ["label_class.project_id", "label_class.code"],
            name="fk_suggestion_project_id_label_label_class",
        ),
        *_references("suggestion", ("project_id", "project"), ("item_id", "item"), ("prompt_id", "prompt")),
    )
    op.create_index("ix_suggestion_prompt_id", "suggestion", ["prompt_id", "id"])


def _ledger() -> None:
    op.create_table(
        "llm_call",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("run_id", Key),
        sa.Column("prompt_id", Key),
        sa.Column("item_id", Key),
        sa.Column("purpose", Code, nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("state", Code, nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("tokens_in", sa.Integer()),
        sa.Column("tokens_out", sa.Integer()),
        sa.Column("masked", Json),
        sa.Column("outcome", Code),
        sa.Column("seconds", sa.Float()),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("settled_at", UtcTime()),
        sa.PrimaryKeyConstraint("id", name="pk_llm_call"),
        sa.CheckConstraint(
            "purpose IN ('label', 'sample', 'repair', 'live', 'estimate', 'draft')", name=op.f("ck_llm_call_purpose")
        ),
        sa.CheckConstraint("state IN ('reserved', 'settled', 'free', 'unknown')", name=op.f("ck_llm_call_state")),
        sa.CheckConstraint("reserved >= 0 AND cost >= 0", name=op.f("ck_llm_call_money")),
        *_references("llm_call", ("project_id", "project"), ("prompt_id", "prompt"), ("item_id", "item")),
    )
    op.create_index("ix_llm_call_project_id", "llm_call", ["project_id", "created_at"])
    op.create_index("ix_llm_call_run_id", "llm_call", ["run_id"])
    op.create_table(
        "spending",
        sa.Column("project_id", Key, nullable=False),
        sa.Column("scope", sa.String(40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "scope", name="pk_spending"),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_spending_amount")),
        *_references("spending", ("project_id", "project")),
    )
    op.create_table(
        "llm_answer",
        sa.Column("project_id", Key, nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "request", name="pk_llm_answer"),
        *_references("llm_answer", ("project_id", "project")),
    )
    op.create_table(
        "price",
        sa.Column("id", Key, nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("input", sa.BigInteger(), nullable=False),
        sa.Column("output", sa.BigInteger(), nullable=False),
        sa.Column("person_id", Key),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_price"),
        sa.CheckConstraint("input >= 0 AND output >= 0", name=op.f("ck_price_money")),
        *_references("price", ("person_id", "person")),
    )
    op.create_index("ix_price_model", "price", ["model", "id"])


def _append_only(table: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    ]
