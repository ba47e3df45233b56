"""class changes: what became of a class that was renamed, merged, split, moved or retired"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.types import Code, Json, Key, UtcTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

GONE = "CONSTRAINT ck_label_class_gone CHECK (gone IN ('replaced', 'split'))"
KINDS = "kind IN ('rename', 'merge', 'split', 'move', 'retire', 'undo')"


def upgrade() -> None:
    op.execute(f"ALTER TABLE label_class ADD COLUMN gone VARCHAR(120) {GONE}")
    op.create_table(
        "class_change",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("kind", Code, nullable=False),
        sa.Column("asked", Json, nullable=False),
        sa.Column("mapping", Json, nullable=False),
        sa.Column("created", Json, nullable=False),
        sa.Column("before", Json, nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("undoes", Key),
        sa.Column("person_id", Key),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_class_change"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_class_change_project_id_project"),
        sa.ForeignKeyConstraint(["undoes"], ["class_change.id"], name="fk_class_change_undoes_class_change"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_class_change_person_id_person"),
        sa.UniqueConstraint("undoes", name="uq_class_change_undoes"),
        sa.CheckConstraint(KINDS, name=op.f("ck_class_change_kind")),
        sa.CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name=op.f("ck_class_change_undoes")),
    )
    op.create_index("ix_class_change_project_id", "class_change", ["project_id", "id"])
    for statement in _append_only(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    # Labels stand again for what they were given as; classes that were replaced stay as retired ones.
    op.drop_table("class_change")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_label_class_gone"), "label_class", type_="check")
    op.drop_column("label_class", "gone")


def _append_only(dialect: str) -> list[str]:
    """The triggers as they were at this revision; PostgreSQL has their function since the first."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER class_change_no_{verb.lower()} BEFORE {verb} ON class_change "
            "BEGIN SELECT RAISE(ABORT, 'class_change is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE TRIGGER class_change_append_only BEFORE UPDATE OR DELETE ON class_change "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    ]
