"""Of two indexes that cost the same SQLite takes the newest: what came free is to be found by its own."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index of what came free anew, after that of all that is open."""
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP INDEX ix_queue_returned")
        op.execute("CREATE INDEX ix_queue_returned ON queue (project_id, position) WHERE returned AND places > 0")


def downgrade() -> None:
    """Nothing to undo: the index is the same."""
