"""snapshots: the final labels of a moment, kept under a name and a hash"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.types import Json, Key, UtcTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "snapshot",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.Column("watermark", Json, nullable=False),
        sa.Column("person_id", Key),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_snapshot"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_snapshot_project_id_project"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_snapshot_person_id_person"),
        sa.UniqueConstraint("project_id", "name", name="uq_snapshot_project_id_name"),
    )
    op.create_table(
        "snapshot_part",
        sa.Column("snapshot_id", Key, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("first_item", sa.String(400), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("snapshot_id", "ordinal", name="pk_snapshot_part"),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name="fk_snapshot_part_snapshot_id_snapshot"),
    )
    for table in ("snapshot", "snapshot_part"):
        for statement in _append_only(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    # What was kept is lost: the code before has no place for it.
    op.drop_table("snapshot_part")
    op.drop_table("snapshot")


def _append_only(table: str, dialect: str) -> list[str]:
    """The triggers as they were at this revision; PostgreSQL has their function since the first."""
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
