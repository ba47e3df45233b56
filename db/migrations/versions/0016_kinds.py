"""kinds: labels of several classes, in an order, in a tree and of pairs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.types import Code, Label

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KINDS = "kind IN ('single', 'several', 'ordered', 'pair')"
# Where a label stands, by table.
LABELS = {
    "label_class": ("code",),
    "item": ("reference",),
    "golden": ("label",),
    "lease": ("suggestion",),
    "annotation": ("label", "suggestion"),
    "repeat": ("label",),
    "suggestion": ("label",),
    "adjudication": ("label", "given"),
    "corner_case": ("label",),
    "audit_item": ("given",),
    "expert_lease": ("given",),
    "finding": ("given", "probable"),
}


def upgrade() -> None:
    with op.batch_alter_table("project") as project:
        project.add_column(sa.Column("kind", Code, nullable=False, server_default="single"))
        project.add_column(sa.Column("allows_none", sa.Boolean(), nullable=False, server_default=sa.true()))
        project.add_column(sa.Column("allows_inner", sa.Boolean(), nullable=False, server_default=sa.true()))
        project.create_check_constraint(op.f("ck_project_kind"), KINDS)
    _lengthen(Label)
    with op.batch_alter_table("label_class") as label_class:
        label_class.add_column(sa.Column("parent", Label))
        label_class.add_column(sa.Column("is_set", sa.Boolean(), nullable=False, server_default=sa.false()))
        label_class.create_check_constraint(op.f("ck_label_class_parent"), "parent <> code")
        label_class.create_foreign_key(
            op.f("fk_label_class_project_id_parent_label_class"),
            "label_class",
            ["project_id", "parent"],
            ["project_id", "code"],
        )


def downgrade() -> None:
    """Projects of other kinds have no place in what there was before: refused while there are any."""
    others = op.get_bind().execute(sa.text("SELECT count(*) FROM project WHERE kind <> 'single'")).scalar_one()
    if others:
        raise RuntimeError(f"{others} projects have labels that an older version can't read")
    with op.batch_alter_table("label_class") as label_class:
        label_class.drop_constraint(op.f("fk_label_class_project_id_parent_label_class"), type_="foreignkey")
        label_class.drop_constraint(op.f("ck_label_class_parent"), type_="check")
        label_class.drop_column("is_set")
        label_class.drop_column("parent")
    _lengthen(Code)
    with op.batch_alter_table("project") as project:
        project.drop_constraint(op.f("ck_project_kind"), type_="check")
        for name in ("allows_inner", "allows_none", "kind"):
            project.drop_column(name)


def _lengthen(to: sa.types.TypeEngine[str]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, names in LABELS.items():
        for name in names:
            op.alter_column(table, name, type_=to)
