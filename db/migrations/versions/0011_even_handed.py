"""even-handed: a golden item that came free has a place like any other, and items are served in an order of their own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STEP = 2**40


def upgrade() -> None:
    with op.batch_alter_table("queue") as queue:
        queue.drop_constraint(op.f("ck_queue_golden_has_no_places"), type_="check")
    _prefer_the_returned()
    _order(f"mixed(queue.item_id, project.seed) - item.priority * CAST({STEP} AS BIGINT)")


def downgrade() -> None:
    # What came free of golden items is drawn again by those who never had it.
    op.execute("UPDATE queue SET places = 0 WHERE golden")
    with op.batch_alter_table("queue") as queue:
        queue.create_check_constraint(op.f("ck_queue_golden_has_no_places"), "NOT (golden AND places > 0)")
    _prefer_the_returned()
    _order(f"queue.item_id - item.priority * CAST({STEP} AS BIGINT)")


def _prefer_the_returned() -> None:
    """Of two indexes that cost the same SQLite takes the newest, and a copied table gets its own in any order.

    What came free must be found by the index that has little else: by that of all that is open each answer walks over it.
    """
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP INDEX ix_queue_returned")
        op.execute("CREATE INDEX ix_queue_returned ON queue (project_id, position) WHERE returned AND places > 0")


def _order(position: str) -> None:
    """Give every item its position anew, in one statement; every cursor starts at the front again."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        bind.connection.create_function("mixed", 2, _mixed, deterministic=True)  # type: ignore[attr-defined]
    else:
        position = position.replace(
            "mixed(queue.item_id, project.seed)", f"(hashint8extended(queue.item_id, project.seed) & {STEP - 1})"
        )
    op.execute(
        f"UPDATE queue SET position = {position} FROM item, project "
        "WHERE item.id = queue.item_id AND project.id = queue.project_id"
    )
    op.execute(sa.text(f"UPDATE desk SET cursor = {-(2**62)}"))


def _mixed(item_id: int, seed: int) -> int:
    """40 bits in no order: Steele's splitmix64 of the item, keyed by the project's seed."""
    mixed = ((item_id ^ seed) * 0x9E3779B97F4A7C15 + seed) % 2**64
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> shift)) * factor % 2**64
    return (mixed ^ (mixed >> 31)) >> 24
