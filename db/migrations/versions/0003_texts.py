"""texts: an import remembers the texts it has met, and no longer keeps an index of them up at every insert"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_item_fingerprint", "item")


def downgrade() -> None:
    op.create_index("ix_item_fingerprint", "item", ["project_id", "fingerprint"])
