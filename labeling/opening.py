"""The one way in: whoever works on a database brings its schema up to date first, and sees that it is the one wanted."""

from __future__ import annotations

from db.drift import differences
from db.engine import Database
from db.migrate import migrate, revision_of, revisions
from labeling.errors import LabelingError

# So many of the differences are told.
_TOLD = 5
_SENTENCES = {
    "schema_newer": "the database is at revision {found}, and this program knows revisions up to {known} only. "
    "Start the newer program that worked on it, or restore a backup from before it did.",
    "schema_drift": "the database says that it is at revision {revision}, and lacks or has otherwise ({n} in all): {missing}. "
    "Nothing is done on it, so that nothing gets lost. Restore a backup, or bring these back by hand and start again.",
}


class SchemaError(LabelingError):
    """A database that this code must not work on. Its text is the sentence itself: it is read where no page is."""

    is_technical = True

    def __str__(self) -> str:
        return _SENTENCES[self.code].format(**self.details)


def bring_up_to_date(database: Database) -> Database:
    """Migrate to the newest schema and compare what came out with what the code declares; gives the same database back.

    Raises SchemaError ``schema_newer`` where newer code has been at work, ``schema_drift`` where the schema isn't the one
    that its revision's number promises. Neither changes anything.
    """
    known, found = revisions(), revision_of(database)
    if found is not None and found not in known:
        raise SchemaError("schema_newer", found=found, known=known[0])
    if found != known[0]:
        migrate(database)
    with database.snapshot() as connection:
        missing = differences(connection)
    if missing:
        told = "; ".join(missing[:_TOLD]) + ("; …" if len(missing) > _TOLD else "")
        raise SchemaError("schema_drift", revision=known[0], n=len(missing), missing=told)
    return database
