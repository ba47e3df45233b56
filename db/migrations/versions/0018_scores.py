"""scores: how right the answers to golden items of a chunk were, where one may be right in part"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chunk", sa.Column("golden_score", sa.Float()))
    # What its gate counted when a chunk was closed stays what it counted.
    op.execute("UPDATE chunk SET golden_score = golden_right")


def downgrade() -> None:
    """Parts of answers are gone; how many were right as a whole stays."""
    op.drop_column("chunk", "golden_score")
