"""The index of items' words, which each database keeps in a way of its own; derived from the texts, and safe to make anew.

SQLite: an FTS5 table without contents, filled in portions after an import (:mod:`labeling.items.indexing`): by triggers an
import takes two and a half times as long. PostgreSQL: an index on an expression, kept up by the database itself.
"""

from __future__ import annotations

from typing import Any

WORDS = "item_words"
INDEX = "ix_item_words"

# What PostgreSQL's parser would take for addresses, numbers or markup is a space, as it is to SQLite; ё is е, as people write it.
_ODD = "ёЁ./@_-:+~<>&''#?=%"
_PLAIN = f"еЕ{' ' * (len(_ODD) - 3)}"
#: The words of ``item.text`` in PostgreSQL; a query must repeat it letter by letter for the index to serve it.
LEXEMES = f"to_tsvector('simple'::regconfig, translate(text, '{_ODD}', '{_PLAIN}'))"


def words_ddl(dialect: str) -> str:
    """The statement that makes the index on "sqlite" or "postgresql"."""
    if dialect == "sqlite":
        tokens = "unicode61 remove_diacritics 2"
        return f"CREATE VIRTUAL TABLE {WORDS} USING fts5(words, content='', detail='none', tokenize='{tokens}')"
    return f"CREATE INDEX {INDEX} ON item USING gin ({LEXEMES})"


def is_compared(name: str | None, _kind: str, _parents: Any) -> bool:
    """Whether Alembic is to compare a table or an index with the metadata: what is made by :func:`words_ddl` isn't in it."""
    return name is None or not name.startswith((WORDS, INDEX))
