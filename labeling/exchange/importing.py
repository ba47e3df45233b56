"""Import: a file in, chunk by chunk, so that labeling goes on meanwhile; the same file again adds nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Update, insert, select, update

from db import schema
from db.engine import Database
from db.statistics import MANY, analyse
from db.vocabulary import LabelKind, PiiPolicy
from labeling.errors import LabelingError
from labeling.events import record
from labeling.exchange import formats
from labeling.exchange.blocks import BadRow
from labeling.exchange.file_labels import FileLabels
from labeling.exchange.formats import FileFacts, Source
from labeling.exchange.guard import reading
from labeling.exchange.intake import ImportOptions
from labeling.exchange.mapping import Mapping
from labeling.exchange.portions import Portion, portions
from labeling.exchange.report import ImportProgress, ImportReport
from labeling.exchange.storing import Ledger, Stored, read_texts, store
from labeling.projects.kinds import PAIR_CLASSES
from labeling.projects.labels import known_codes
from labeling.projects.projects import Project, create_project, get_project, lock_project
from labeling.projects.settings import with_defaults
from labeling.roles import check_admin, check_lead

# So many rows are shown of a file of which none was taken.
_SHOWN = 3


def import_file(
    database: Database,
    source: Source,
    *,
    project_slug: str,
    name: str | None = None,
    mapping: Mapping | None = None,
    options: ImportOptions | None = None,
    now: datetime,
    actor: int | None = None,
    session: str | None = None,
    progress: Callable[[ImportProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ImportReport:
    """Import a file; ``mapping`` None is guessed. Each chunk of rows is one transaction, all of it or nothing; up to the first
    row that is taken nothing is written, no class and no project either.

    ``name`` is what the history calls the file, its own name when None. ``session`` is the token of whoever imports from a
    browser: each chunk asks whether it still lives, and the role with it.

    Raises LabelingError: those of :func:`labeling.exchange.formats.detect`, ``broken_file``, ``unknown_project``,
    ``not_allowed`` (``actor`` is no lead here; None is the command line), ``session_ended``, ``no_column``, ``no_text_column``,
    ``no_annotator``, ``no_rows``, ``nothing_taken``, ``too_many_classes``. Chunks written before the error stay, and a second
    run goes on behind them.
    """
    options = _of_kind(database, project_slug, options or ImportOptions())
    started = time.perf_counter()
    asked = {"options": asdict(options), "mapping": mapping and asdict(mapping)}
    with formats.opened(source) as (stream, own_name), reading("portions", stream, name or own_name, asked) as reader:
        understood = reader.receive()
        facts = FileFacts.restored(understood["facts"])
        how = (facts.encoding, facts.separator, facts.sheet, facts.above)
        report = ImportReport(facts.name, facts.kind.value, *how, tool=understood["tool"], **understood["noticed"])
        run = _Run(database, project_slug, options, report, now, actor, started, session, understood["columns"])
        reader.send({"mask": run.masks})
        try:
            _import_all(run, portions(reader), progress, cancelled)
            run.check_taken()
        except LabelingError as error:
            report.error = error.code
            run.finish()
            raise
        run.finish()
    return report


def _of_kind(database: Database, slug: str, options: ImportOptions) -> ImportOptions:
    """The options with the kind of the project that there is. Raises LabelingError ``kind_is_fixed`` for another one."""
    with database.snapshot() as connection:
        kind = connection.execute(select(schema.project.c.kind).where(schema.project.c.slug == slug)).scalar()
    if kind is None or kind == options.kind:
        return options
    if options.kind is not None:
        raise LabelingError("kind_is_fixed", before=kind, kind=options.kind.value)
    return replace(options, kind=LabelKind(kind))


def _import_all(
    run: _Run,
    judged: Iterator[Portion],
    progress: Callable[[ImportProgress], None] | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    # The next portion is read while the disk takes the last one. Never while rows are inserted: the interpreter's
    # lock would pass to and fro at every row.
    with ThreadPoolExecutor(max_workers=1) as reader:
        ahead = reader.submit(next, judged, None)
        while (portion := ahead.result()) is not None:
            if cancelled is not None and cancelled():
                run.report.cancelled = True
                return
            with run.database.transaction() as connection:
                began = time.perf_counter()
                run.take(connection, portion)
                ahead = reader.submit(next, judged, None)
            run.see_to_statistics()
            if run.options.gentle:
                time.sleep(time.perf_counter() - began)
            if progress is not None:
                progress(run.progress(portion.share))


@dataclass
class _Run:
    """One import under way: what it remembers between chunks, and its line in the history."""

    database: Database
    slug: str
    options: ImportOptions
    report: ImportReport
    now: datetime
    actor: int | None
    started: float
    session: str | None = None
    columns: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ledger = Ledger()
        self._labels = FileLabels(self.options.make_classes, self.options.classes)
        self._analysed = 0
        self._id = 0
        self._has_taken = False
        self.masks = False
        self._look()

    def _look(self) -> None:
        """What there is before, and whether all this may be."""
        with self.database.snapshot() as connection:
            project = self._project(connection)
            if project is None:
                check_admin(connection, self.actor)
                self.masks = with_defaults({})["pii_policy"] is PiiPolicy.MASK
                self._labels.makes = self.options.kind is not LabelKind.PAIR
                self._labels.known = (
                    {each.code for each in PAIR_CLASSES} if self.options.kind is LabelKind.PAIR else set()
                )
                return
            self.masks = project.pii_policy is PiiPolicy.MASK
            self._labels.makes &= project.kind is not LabelKind.PAIR
            self._labels.known = known_codes(connection, project.id)
            # Not where anything is locked: a million texts are read for seconds, and whoever wants to write would wait.
            read_texts(connection, project, self._ledger)

    def _project(self, connection: Connection) -> Project | None:
        """The project; None where it is to be made."""
        try:
            project = get_project(connection, self.slug)
        except LabelingError as error:
            if error.code != "unknown_project" or not self.options.make_project:
                raise
            return None
        check_lead(connection, project.id, self.actor, session=self.session, now=self.now)
        return project

    def _begin(self, connection: Connection) -> int:
        """Make the project where there is none, and a line in the history."""
        project = self._project(connection)
        if project is None:
            check_admin(connection, self.actor)
            kind = self.options.kind or LabelKind.SINGLE
            project = create_project(connection, self.slug, kind=kind, now=self.now, actor=self.actor)
        values = {"project_id": project.id, "name": self.report.name[:400], "person_id": self.actor}
        line = insert(schema.import_run).values(values | {"started_at": self.now})
        return int(connection.execute(line.returning(schema.import_run.c.id)).scalar_one())

    def take(self, connection: Connection, portion: Portion) -> None:
        """Write what is good of one portion, and the report as it then stands; nothing before a first row is taken."""
        if self._has_taken:
            self._write(connection, portion)
            return
        with connection.begin_nested() as trial:
            self._id = self._begin(connection)
            self._write(connection, portion)
            if not self._has_taken:
                trial.rollback()

    def _write(self, connection: Connection, portion: Portion) -> None:
        project = lock_project(connection, self.slug)
        check_lead(connection, project.id, self.actor, session=self.session, now=self.now)
        batch = portion.batch.renamed(dict(self.options.renamed)) if self.options.renamed else portion.batch
        several = project.kind is LabelKind.SEVERAL
        batch, new_labels, unknown = self._labels.check(batch, several=several)
        if new_labels:
            self._labels.add(connection, project, new_labels, now=self.now, actor=self.actor)
        sets: set[str] = set()
        if several:
            batch, sets, refused = self._labels.settle(connection, project, batch)
            unknown += refused
        stored = store(
            connection,
            project,
            batch,
            self._ledger,
            now=self.now,
            actor=self.actor,
            classes=self._labels.known.union(new_labels, sets),
            skip_duplicate_texts=self.options.skip_duplicate_texts,
        )
        self._has_taken |= stored.taken > 0
        self._tell(portion, stored, portion.bad + unknown + stored.bad)
        if self._has_taken:
            self.report.new_classes += new_labels
            self._labels.known.update(new_labels)
        connection.execute(self._line(finished=False))

    def _tell(self, portion: Portion, stored: Stored, bad: list[BadRow]) -> None:
        """Add to the report what came of a portion."""
        self.report.read += portion.read
        self.report.add_stored(stored)
        self.report.label_ids += portion.label_ids
        self.report.questions = portion.questions
        # A tool's records have columns of ours that may stay empty; those of a table stand in the file.
        told = {*self.report.columns, *(portion.filled if self.report.tool else self.columns)}
        self.report.columns = {role: column for role, column in self.columns.items() if role in told}
        self.report.models = list(self._ledger.models.versions)
        portion.left_out.add(stored.left_out)
        if self.masks:
            # How a row begins may be half of a number, which nothing finds.
            bad = [replace(row, excerpt="") for row in bad]
            portion.left_out.examples[:] = [replace(row, excerpt="") for row in portion.left_out.examples]
            self.report.masked = portion.masked
        self.report.add_bad(bad)
        self.report.add_left_out(portion.left_out)

    def progress(self, share: float) -> ImportProgress:
        """How far it has come."""
        report = self.report
        return ImportProgress(report.read, report.imported, report.bad, share, time.perf_counter() - self.started)

    def see_to_statistics(self, *, at_the_end: bool = False) -> None:
        """Have what came in analysed whenever it has doubled, and at the end: people are served meanwhile, and right after."""
        written = self.report.imported + self.report.golden + self.report.votes
        new = written - self._analysed
        if new >= MANY and (at_the_end or new >= self._analysed):
            with self.database.transaction() as connection:
                analyse(connection, schema.item, schema.queue, schema.golden, schema.annotation, rows=new)
            self._analysed = written

    def check_taken(self) -> None:
        """Raise LabelingError ``no_rows`` or ``nothing_taken`` where all of the file was read and no row is in."""
        if self._has_taken or self.report.cancelled:
            return
        if not self.report.read:
            raise LabelingError("no_rows", name=self.report.name)
        first, rows = self.report.bad_rows[0], [asdict(row) for row in self.report.bad_rows[:_SHOWN]]
        raise LabelingError(
            "nothing_taken",
            name=self.report.name,
            read=self.report.read,
            line=first.line,
            reason=first.reason,
            excerpt=first.excerpt,
            reasons=self.report.reasons,
            rows=rows,
        )

    def finish(self) -> None:
        """Close the line in the history and in the audit log, where there is one."""
        if not self._has_taken:
            return
        self.see_to_statistics(at_the_end=True)
        with self.database.transaction() as connection:
            project = get_project(connection, self.slug)
            connection.execute(self._line(finished=True))
            counts = {name: getattr(self.report, name) for name in ("read", "imported", "golden", "votes", "error")}
            record(
                connection,
                "import_file",
                self.report.name,
                now=self.now,
                actor=self.actor,
                project_id=project.id,
                details=counts,
            )

    def _line(self, *, finished: bool) -> Update:
        self.report.seconds = round(time.perf_counter() - self.started, 3)
        runs = schema.import_run
        values: dict[str, object] = {"report": asdict(self.report)}
        if finished:
            values["finished_at"] = self.now + timedelta(seconds=self.report.seconds)
        return update(runs).where(runs.c.id == self._id).values(values)
