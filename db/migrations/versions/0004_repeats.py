"""repeats: one's own items come back, blind, and the second answer is a fact beside the first"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.types import Code, Key, UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("project") as project:
        project.add_column(sa.Column("repeats_per_chunk", sa.Integer(), nullable=False, server_default="1"))
        project.create_check_constraint(op.f("ck_project_repeats_per_chunk"), "repeats_per_chunk >= 0")
    # Where one more would leave a chunk no ordinary item, the project goes on as it was.
    op.execute("UPDATE project SET repeats_per_chunk = 0 WHERE golden_per_chunk + 1 >= chunk_size")
    op.add_column("lease", sa.Column("repeat", sa.Boolean(), nullable=False, server_default=sa.false()))
    where = sa.text("repeat")
    columns = ["assessor_id", "item_id"]
    op.create_index("uq_lease_repeat", "lease", columns, unique=True, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "repeat",
        sa.Column("lease_id", Key, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("assessor_id", Key, nullable=False),
        sa.Column("annotation_id", Key, nullable=False),
        sa.Column("label", Code),
        sa.Column("comment", sa.Text()),
        sa.Column("flagged", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("seconds", sa.Float()),
        sa.Column("guideline_version", sa.Integer()),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("lease_id", "revision", name="pk_repeat"),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_repeat_revision")),
        sa.ForeignKeyConstraint(["lease_id"], ["lease.id"], name="fk_repeat_lease_id_lease"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_repeat_project_id_project"),
        sa.ForeignKeyConstraint(["assessor_id"], ["person.id"], name="fk_repeat_assessor_id_person"),
        sa.ForeignKeyConstraint(["annotation_id"], ["annotation.id"], name="fk_repeat_annotation_id_annotation"),
        sa.ForeignKeyConstraint(
            ["project_id", "label"],
            ["label_class.project_id", "label_class.code"],
            name="fk_repeat_project_id_label_label_class",
        ),
    )
    op.create_index("ix_repeat_assessor", "repeat", ["project_id", "assessor_id", "created_at", "revision"])
    for statement in _append_only(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    # Left open they would pass for ordinary ones, and take a place that is not there.
    op.execute("UPDATE lease SET state = 'released', closed_at = expires_at WHERE repeat AND state = 'open'")
    op.drop_table("repeat")
    op.drop_index("uq_lease_repeat", "lease")
    op.drop_column("lease", "repeat")
    with op.batch_alter_table("project") as project:
        project.drop_constraint(op.f("ck_project_repeats_per_chunk"), type_="check")
        project.drop_column("repeats_per_chunk")


def _append_only(dialect: str) -> list[str]:
    """The triggers as they were at this revision; PostgreSQL has their function since the first."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER repeat_no_{verb.lower()} BEFORE {verb} ON repeat "
            "BEGIN SELECT RAISE(ABORT, 'repeat is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE TRIGGER repeat_append_only BEFORE UPDATE OR DELETE ON repeat "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    ]
