"""tries: wrong passwords counted by where they come from, and the browsers that are known"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.types import Key, UtcTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wrong_try",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("closed_until", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_wrong_try"),
    )
    op.create_index("ix_wrong_try_at", "wrong_try", ["at"])
    op.create_table(
        "device",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", "person_id", name="pk_device"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_device_person_id_person"),
    )
    op.create_index("ix_device_person_id", "device", ["person_id"])
    op.create_index("ix_device_seen_at", "device", ["seen_at"])
    # Whoever is locked out at this moment is let in: the count was one that a stranger could use against them.
    # Never in a batch, which would rebuild the table that others refer to.
    op.drop_column("person", "failed_sign_ins")
    op.drop_column("person", "locked_until")


def downgrade() -> None:
    """Counts begin anew."""
    op.add_column("person", sa.Column("failed_sign_ins", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("person", sa.Column("locked_until", UtcTime(), nullable=True))
    op.drop_table("device")
    op.drop_table("wrong_try")
