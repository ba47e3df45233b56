"""readiness: a row that is written to see whether anything can be"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.types import UtcTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "readiness",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("written_at", UtcTime(), nullable=False),
        sa.Column("padding", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_readiness"),
    )


def downgrade() -> None:
    op.drop_table("readiness")
