"""Whether a snapshot is what it was: its rows against its hash, the texts of the items against theirs."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection

from db.frames import items
from labeling.snapshots.kept import Snapshot, read_parts
from labeling.snapshots.rows import digest_of

# So many items are named; the others are counted.
NAMED = 3


@dataclass(frozen=True)
class Verified:
    """``found`` is the hash of the rows that are kept, None where they can't be read.

    ``texts_changed`` counts items whose text is another one than it was, or that are gone; the first are ``named``.
    """

    expected: str
    found: str | None
    texts_changed: int
    named: tuple[str, ...]

    @property
    def rows_hold(self) -> bool:
        """Whether the rows are those that were written."""
        return self.found == self.expected

    @property
    def is_whole(self) -> bool:
        """Whether rows and texts are what they were."""
        return self.rows_hold and not self.texts_changed


def verify(connection: Connection, project_id: int, snapshot: Snapshot) -> Verified:
    """Compute the hash anew from what is kept, and that of every text from the items."""
    try:
        rows = read_parts(connection, snapshot.id)
    except ValueError:
        return Verified(snapshot.sha256, None, 0, ())
    present = items.text_digests(connection, project_id).rename({"text_sha256": "present"})
    both = rows.select("item", "text_sha256").join(present, on="item", how="left", maintain_order="left")
    changed = both.filter(pl.col("text_sha256").ne_missing(pl.col("present")))["item"]
    return Verified(snapshot.sha256, digest_of(rows), changed.len(), tuple(changed.head(NAMED)))
