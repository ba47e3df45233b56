"""words: items are found by the words of their texts"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Empty: it is filled in portions while people work, a million texts take half a minute.
        op.execute(
            "CREATE VIRTUAL TABLE item_words USING "
            "fts5(words, content='', detail='none', tokenize='unicode61 remove_diacritics 2')"
        )
        return
    odd = "ёЁ./@_-:+~<>&''#?=%"
    plain = "еЕ" + " " * (len(odd) - 3)
    lexemes = f"to_tsvector('simple'::regconfig, translate(text, '{odd}', '{plain}'))"
    # The driver itself: a colon or a per cent sign is no parameter here.
    op.get_bind().exec_driver_sql(f"CREATE INDEX ix_item_words ON item USING gin ({lexemes})".replace("%", "%%"))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE item_words")
    else:
        op.execute("DROP INDEX ix_item_words")
