"""Import: a file in, chunk by chunk, so that labeling goes on meanwhile; the same file again adds nothing."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Update, insert, update

from db import schema
from db.engine import Database
from db.statistics import MANY, analyse
from db.vocabulary import PiiPolicy
from labeling.errors import LabelingError
from labeling.events import record
from labeling.exchange import formats
from labeling.exchange.blocks import BadRow, excerpt_of
from labeling.exchange.formats import FileFacts, Source
from labeling.exchange.guard import Reading, reading
from labeling.exchange.intake import Batch, ImportOptions
from labeling.exchange.mapping import Mapping
from labeling.exchange.report import ImportProgress, ImportReport
from labeling.exchange.storing import Ledger, read_texts, store
from labeling.projects.projects import add_codes, create_project, get_classes, get_project, lock_project
from labeling.roles import check_admin, check_lead

# More classes than this are no classes but a column taken for labels by mistake.
MAX_NEW_CLASSES = 1_000


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
    """Import a file; ``mapping`` None is guessed. Each chunk of rows is one transaction, all of it or nothing.

    ``name`` is what the history calls the file, its own name when None. ``session`` is the token of whoever imports from a
    browser: each chunk asks whether it still lives, and the role with it.

    Raises LabelingError: those of :func:`labeling.exchange.formats.detect`, ``broken_file``, ``unknown_project``,
    ``not_allowed`` (``actor`` is no lead here; None is the command line), ``session_ended``, ``no_column``, ``no_text_column``,
    ``no_annotator``, ``no_rows``, ``too_many_classes``. Chunks written before the error stay, and a second run goes
    on behind them.
    """
    options = options or ImportOptions()
    started = time.perf_counter()
    asked = {"options": asdict(options), "mapping": mapping and asdict(mapping)}
    with formats.opened(source) as (stream, own_name), reading("portions", stream, name or own_name, asked) as reader:
        understood = reader.receive()
        facts = FileFacts.restored(understood["facts"])
        report = ImportReport(
            facts.name,
            facts.kind.value,
            facts.encoding,
            facts.separator,
            facts.sheet,
            facts.above,
            understood["columns"],
        )
        run = _Run(database, project_slug, options, report, now, actor, started, session)
        reader.send({"mask": run.masks})
        try:
            _import_all(run, _portions(reader), progress, cancelled)
        except LabelingError as error:
            report.error = error.code
            run.finish()
            raise
        run.finish()
    return report


@dataclass(frozen=True)
class _Portion:
    """A block of the file, judged: what may go in, what may not, and how far the file is read."""

    batch: Batch
    bad: list[BadRow]
    read: int
    share: float
    masked: dict[str, int]


def _portions(reader: Reading) -> Iterator[_Portion]:
    while (portion := reader.receive()) is not None:
        bad = [BadRow(*row) for row in portion.pop("bad")]
        yield _Portion(Batch.restored(portion.pop("batch")), bad, **portion)


def _import_all(
    run: _Run,
    judged: Iterator[_Portion],
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

    def __post_init__(self) -> None:
        self._ledger = Ledger()
        self._make_classes = self.options.make_classes
        self._analysed = 0
        self.masks = False
        self._id, self._classes = self._begin(self.report.name)

    def _begin(self, name: str) -> tuple[int, set[str]]:
        runs = schema.import_run
        with self.database.transaction() as connection:
            try:
                project = get_project(connection, self.slug)
                check_lead(connection, project.id, self.actor, session=self.session, now=self.now)
            except LabelingError as error:
                if error.code != "unknown_project" or not self.options.make_project:
                    raise
                check_admin(connection, self.actor)
                project = create_project(connection, self.slug, now=self.now, actor=self.actor)
                self._make_classes = True
            self.masks = project.pii_policy is PiiPolicy.MASK
            classes = {entry.code for entry in get_classes(connection, project.id, retired=True)}
            values = {"project_id": project.id, "name": name[:400], "person_id": self.actor, "started_at": self.now}
            inserted = connection.execute(insert(runs).values(values).returning(runs.c.id))
            import_id = int(inserted.scalar_one())
        # Not above: a million texts are read for seconds, and whoever wants to write would wait.
        with self.database.snapshot() as connection:
            read_texts(connection, project, self._ledger)
        return import_id, classes

    def take(self, connection: Connection, portion: _Portion) -> None:
        """Write what is good of one portion, and the report as it then stands."""
        project = lock_project(connection, self.slug)
        check_lead(connection, project.id, self.actor, session=self.session, now=self.now)
        batch, new_labels, unknown = self._check_labels(portion.batch)
        if new_labels:
            add_codes(connection, project.id, new_labels, now=self.now, actor=self.actor)
        stored = store(
            connection,
            project,
            batch,
            self._ledger,
            now=self.now,
            actor=self.actor,
            skip_duplicate_texts=self.options.skip_duplicate_texts,
        )
        self.report.read += portion.read
        self.report.new_classes += new_labels
        self.report.add_stored(stored)
        bad = portion.bad + unknown + stored.bad
        if self.masks:
            # How a row begins may be half of a number, which nothing finds.
            bad = [replace(row, excerpt="") for row in bad]
            self.report.masked = portion.masked
        self.report.add_bad(bad)
        connection.execute(self._line(finished=False))
        self._classes.update(new_labels)

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

    def finish(self) -> None:
        """Close the line in the history and in the audit log."""
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

    def _check_labels(self, batch: Batch) -> tuple[Batch, list[str], list[BadRow]]:
        """Labels that are no classes yet, in order of appearance; rows refused for them where none may be made."""
        new_labels = [label for label in _labels(batch) if label not in self._classes]
        if not new_labels:
            return batch, [], []
        if self._make_classes:
            if len(self.report.new_classes) + len(new_labels) > MAX_NEW_CLASSES:
                raise LabelingError("too_many_classes", limit=MAX_NEW_CLASSES, example=excerpt_of(new_labels[-1]))
            return batch, new_labels, []
        unknown = set(new_labels)
        bad: list[BadRow] = []
        accepted: list[int] = []
        for at in range(len(batch)):
            strange = next((label for label in _labels(batch.only([at])) if label in unknown), None)
            if strange is None:
                accepted.append(at)
            else:
                bad.append(BadRow(batch.line[at], "unknown_label", excerpt_of(strange)))
        return batch.only(accepted), [], bad


def _labels(batch: Batch) -> list[str]:
    """Every label of a batch once, in order of appearance: references, golden labels, votes."""
    golden = (ruling[0] for ruling in batch.golden if ruling is not None)
    votes = (vote.label for vote in batch.vote if vote is not None)
    return [label for label in dict.fromkeys(itertools.chain(batch.reference, golden, votes)) if label is not None]
