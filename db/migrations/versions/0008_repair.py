"""repair: what was put into released migrations later, for databases that had passed them before"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.types import Json, Key

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BY_ASSESSOR = ["project_id", "assessor_id", "created_at", "revision"]


def upgrade() -> None:
    """Add what a database lacks of 0001, 0002, 0005 and 0006 as they stand today; most lack nothing."""
    # Never in a batch, which rebuilds a table: annotation would lose its triggers, a parent its children.
    _add("project", sa.Column("shown_metadata", Json))
    for table in ("lease", "expert_lease"):
        _add(table, sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    if "ordinal" in _columns("desk"):
        # A chunk's own number took its place before anything was written there.
        op.drop_column("desk", "ordinal")
    indexes = {index["name"]: index["column_names"] for index in sa.inspect(op.get_bind()).get_indexes("annotation")}
    if indexes.get("ix_annotation_assessor") != BY_ASSESSOR:
        op.drop_index("ix_annotation_assessor", "annotation", if_exists=True)
        op.create_index("ix_annotation_assessor", "annotation", BY_ASSESSOR)
    if "ix_annotation_project_id" not in indexes:
        op.create_index("ix_annotation_project_id", "annotation", ["project_id", "id"])
    if "spending" not in sa.inspect(op.get_bind()).get_table_names():
        _make_spending()


def downgrade() -> None:
    """Nothing: what was added is what the earlier revisions have by their own account."""


def _columns(table: str) -> set[str]:
    return {str(column["name"]) for column in sa.inspect(op.get_bind()).get_columns(table)}


def _add(table: str, column: sa.Column[object]) -> None:
    if column.name not in _columns(table):
        op.add_column(table, column)


def _make_spending() -> None:
    op.create_table(
        "spending",
        sa.Column("project_id", Key, nullable=False),
        sa.Column("scope", sa.String(40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "scope", name="pk_spending"),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_spending_amount")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_spending_project_id_project"),
    )
    # What was spent counts in every budget that is asked from now on; what was only reserved counts in full.
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    month = "strftime('%Y-%m', created_at)" if is_sqlite else "to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM')"
    for scope, where in (
        ("'total'", ""),
        (f"'month:' || {month}", ""),
        ("'run:' || run_id", "WHERE run_id IS NOT NULL"),
    ):
        op.execute(
            f"INSERT INTO spending (project_id, scope, amount) SELECT project_id, {scope}, "
            f"sum(CASE WHEN state = 'reserved' THEN reserved ELSE cost END) FROM llm_call {where} GROUP BY 1, 2"
        )
