"""consensus: a project's consensus is kept as a run, for every process"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BEFORE = "'analysis', 'gain', 'ask', 'evaluation', 'comparison'"


def upgrade() -> None:
    _allow_runs(f"{BEFORE}, 'consensus'")


def downgrade() -> None:
    op.execute("DELETE FROM run_evidence WHERE run_id IN (SELECT id FROM run WHERE kind = 'consensus')")
    op.execute("DELETE FROM run WHERE kind = 'consensus'")
    _allow_runs(BEFORE)


def _allow_runs(kinds: str) -> None:
    with op.batch_alter_table("run") as run:
        run.drop_constraint(op.f("ck_run_kind"), type_="check")
        run.create_check_constraint(op.f("ck_run_kind"), f"kind IN ({kinds})")
