"""projects: which share of wrong labels may be handed over; until somebody says so, no verdict"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("project") as project:
        project.add_column(sa.Column("error_target", sa.Float()))
        project.create_check_constraint(op.f("ck_project_error_target"), "error_target >= 0 AND error_target <= 1")


def downgrade() -> None:
    with op.batch_alter_table("project") as project:
        project.drop_constraint(op.f("ck_project_error_target"), type_="check")
        project.drop_column("error_target")
