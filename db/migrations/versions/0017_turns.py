"""turns: what an item's text is made of, the turn that decided an answer, the speakers who don't count"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.types import Json

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

FORM, EVIDENCE = "form IN ('text', 'turns', 'pair')", "evidence >= 0"


def upgrade() -> None:
    # A CHECK of the column's own: items and annotations are facts, and a table that is copied loses its triggers.
    _add("item", "form", "VARCHAR(120) DEFAULT 'text' NOT NULL", FORM)
    _add("annotation", "evidence", "INTEGER", EVIDENCE)
    op.add_column("project", sa.Column("unjudged_speakers", Json))


def downgrade() -> None:
    """Texts stay as they are written; what was marked is gone."""
    op.drop_column("project", "unjudged_speakers")
    for table, column in (("annotation", "evidence"), ("item", "form")):
        if op.get_bind().dialect.name == "postgresql":
            op.drop_constraint(op.f(f"ck_{table}_{column}"), table, type_="check")
        op.drop_column(table, column)


def _add(table: str, column: str, kind: str, condition: str) -> None:
    check = f"CONSTRAINT ck_{table}_{column} CHECK ({condition})"
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} {check}")
