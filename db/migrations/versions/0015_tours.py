"""tours: whose tour of the pages is over, and as which role"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.types import Code, Key

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "skipped_tour",
        sa.Column("person_id", Key, nullable=False),
        sa.Column("role", Code, nullable=False),
        sa.CheckConstraint("role IN ('assessor', 'expert', 'lead')", name=op.f("ck_skipped_tour_role")),
        sa.PrimaryKeyConstraint("person_id", "role", name="pk_skipped_tour"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_skipped_tour_person_id_person"),
    )


def downgrade() -> None:
    """Every tour begins anew."""
    op.drop_table("skipped_tour")
