"""trust: gates, contests, doubtful golden items, adaptive overlap"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.types import Code, Key, UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

IN_POOL = "golden AND NOT paused"


def upgrade() -> None:
    op.create_table(
        "contest",
        sa.Column("id", Key, primary_key=True),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("item_id", Key, nullable=False),
        sa.Column("golden_revision", sa.Integer(), nullable=False),
        sa.Column("assessor_id", Key, nullable=False),
        sa.Column("chunk_id", Key, nullable=False),
        sa.Column("argument", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("outcome", Code),
        sa.Column("reply", sa.Text(), server_default="", nullable=False),
        sa.Column("ruled_by", Key),
        sa.Column("ruled_at", UtcTime()),
        sa.PrimaryKeyConstraint("id", name="pk_contest"),
        sa.UniqueConstraint(
            "item_id", "golden_revision", "assessor_id", name="uq_contest_item_id_golden_revision_assessor_id"
        ),
        sa.CheckConstraint("outcome IN ('upheld', 'rejected')", name=op.f("ck_contest_outcome")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_contest_project_id_project"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_contest_item_id_item"),
        sa.ForeignKeyConstraint(
            ["item_id", "golden_revision"],
            ["golden.item_id", "golden.revision"],
            name="fk_contest_item_id_golden_revision_golden",
        ),
        sa.ForeignKeyConstraint(["assessor_id"], ["person.id"], name="fk_contest_assessor_id_person"),
        sa.ForeignKeyConstraint(["chunk_id"], ["chunk.id"], name="fk_contest_chunk_id_chunk"),
        sa.ForeignKeyConstraint(["ruled_by"], ["person.id"], name="fk_contest_ruled_by_person"),
    )
    op.create_index("ix_contest_project_id", "contest", ["project_id"])
    with op.batch_alter_table("project") as project:
        project.add_column(sa.Column("qualification_tries", sa.Integer(), nullable=False, server_default="3"))
        project.add_column(sa.Column("target_probability", sa.Float()))
        project.add_column(sa.Column("max_overlap", sa.Integer()))
        project.create_check_constraint(op.f("ck_project_qualification_tries"), "qualification_tries >= 1")
        project.create_check_constraint(
            op.f("ck_project_target_probability"), "target_probability > 0 AND target_probability < 1"
        )
        project.create_check_constraint(op.f("ck_project_max_overlap"), "max_overlap >= overlap")
    # What is newer than a watermark, and a whole project's votes in their order, without a scan of the others.
    op.create_index("ix_annotation_project_id", "annotation", ["project_id", "id"])
    op.add_column("membership", sa.Column("reason", Code))
    op.add_column("queue", sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_index("ix_queue_golden", "queue")
    _index_pool(IN_POOL)


def downgrade() -> None:
    op.drop_index("ix_queue_golden", "queue")
    op.drop_column("queue", "paused")
    _index_pool("golden")
    op.drop_column("membership", "reason")
    op.drop_index("ix_annotation_project_id", "annotation")
    with op.batch_alter_table("project") as project:
        for name in ("qualification_tries", "target_probability", "max_overlap"):
            project.drop_constraint(op.f(f"ck_project_{name}"), type_="check")
            project.drop_column(name)
    op.drop_table("contest")


def _index_pool(condition: str) -> None:
    where = sa.text(condition)
    op.create_index("ix_queue_golden", "queue", ["project_id", "spin"], sqlite_where=where, postgresql_where=where)
