"""Import: a file in, chunk by chunk, so that labeling goes on meanwhile; the same file again adds nothing."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import BinaryIO

from sqlalchemy import Connection, Update, insert, select, update

from db import schema
from db.engine import Database
from labeling.errors import LabelingError
from labeling.exchange import formats
from labeling.exchange.blocks import BadRow, Block, excerpt_of
from labeling.exchange.formats import FileFacts, Source
from labeling.exchange.intake import MAX_TEXT, Batch, Memory, judge
from labeling.exchange.mapping import Mapping, guess_mapping
from labeling.exchange.reading import read_blocks, share_read
from labeling.exchange.storing import Ledger, Stored, store
from labeling.tasks.events import record
from labeling.tasks.projects import add_codes, create_project, get_classes, get_project, lock_project

CHUNK_ROWS = 10_000
MAX_BAD_ROWS = 1_000
# More classes than this are no classes but a column taken for labels by mistake.
MAX_NEW_CLASSES = 1_000


@dataclass(frozen=True)
class ImportOptions:
    """How to import. ``make_project`` makes the project where there is none, ``make_classes`` the classes that only
    the file knows (always so for a project just made); ``encoding`` and ``separator`` overrule what is detected.
    """

    make_project: bool = False
    make_classes: bool = False
    skip_duplicate_texts: bool = False
    max_text: int = MAX_TEXT
    header: bool = True
    encoding: str | None = None
    separator: str | None = None
    chunk_rows: int = CHUNK_ROWS


@dataclass(frozen=True)
class ImportProgress:
    """How far an import has come; ``share`` is the part of the file read, 0 to 1."""

    read: int
    imported: int
    bad: int
    share: float
    seconds: float


@dataclass
class ImportReport:
    """What became of every row: read = imported + updated + duplicate_ids + skipped + empty + too_long + bad.

    ``imported`` rows made an item, ``updated`` ones added labels to an item that was there, ``duplicate_ids`` ones
    said nothing new of theirs. ``duplicate_texts`` counts new items whose text another item has already, ``skipped``
    those left out for it on demand. ``bad_rows`` lists every row left out for a reason, the first 1,000 of
    ``bad_rows_total``, by line (Parquet and JSON: by ordinal).
    """

    name: str
    format: str
    encoding: str | None
    separator: str | None
    read: int = 0
    imported: int = 0
    updated: int = 0
    duplicate_ids: int = 0
    duplicate_texts: int = 0
    skipped: int = 0
    empty: int = 0
    too_long: int = 0
    bad: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    bad_rows: list[BadRow] = field(default_factory=list)
    bad_rows_total: int = 0
    golden: int = 0
    votes: int = 0
    references: int = 0
    new_classes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    cancelled: bool = False
    error: str | None = None

    def note(self, bad: list[BadRow]) -> None:
        """Count rows that were left out."""
        counts = Counter(row.reason for row in bad)
        self.empty += counts["empty"]
        self.too_long += counts["too_long"]
        # A row about another text under a known id is counted among the duplicate ids.
        self.bad += sum(counts.values()) - counts["empty"] - counts["too_long"] - counts["other_text"]
        for reason, n in counts.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + n
        self.bad_rows_total += len(bad)
        self.bad_rows += sorted(bad, key=lambda row: row.line)[: MAX_BAD_ROWS - len(self.bad_rows)]

    def add(self, stored: Stored) -> None:
        """Count what one chunk brought."""
        for name in ("imported", "updated", "duplicate_ids", "duplicate_texts", "skipped", "golden", "votes"):
            setattr(self, name, getattr(self, name) + getattr(stored, name))
        self.references += stored.references


@dataclass(frozen=True)
class PastImport:
    """One line of a project's import history; ``report`` is None of an import that was killed before its first
    chunk, ``finished_at`` of one that was killed later."""

    id: int
    name: str
    person_id: int | None
    started_at: datetime
    finished_at: datetime | None
    report: dict[str, object] | None


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
    progress: Callable[[ImportProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ImportReport:
    """Import a file; ``mapping`` None is guessed. Each chunk of rows is one transaction, all of it or nothing.

    ``name`` is what the history calls the file, its own name when None.

    Raises LabelingError: those of :func:`labeling.exchange.formats.detect`, ``broken_file``, ``unknown_project``,
    ``no_column``, ``no_text_column``, ``no_annotator``, ``no_rows``, ``too_many_classes``. Chunks written before the
    error stay, and a second run goes on behind them.
    """
    options = options or ImportOptions()
    started = time.perf_counter()
    with formats.opened(source) as (stream, own_name):
        name = name or own_name
        facts = formats.detect(stream, name, encoding=options.encoding, separator=options.separator)
        with closing(read_blocks(stream, facts, rows=options.chunk_rows, header=options.header)) as blocks:
            first = next(blocks, None)
            if first is None or not first.names:
                raise LabelingError("no_rows", name=name)
            mapping = mapping or guess_mapping(first.names, sample_of(first))
            mapping.check(first.names)
            run = _Run(database, project_slug, options, facts, now=now, actor=actor, started=started)
            judged = _judged(itertools.chain([first], blocks), stream, facts, mapping, options)
            try:
                _import_all(run, judged, progress, cancelled)
            except LabelingError as error:
                run.report.error = error.code
                run.finish()
                raise
            run.finish()
    return run.report


def sample_of(block: Block, n: int = 200) -> list[dict[str, object]]:
    """The first rows of a block, cells by column name."""
    columns = {name: block.column(name)[:n] for name in block.names}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def past_imports(database: Database, project_id: int) -> list[PastImport]:
    """The project's imports, the newest first."""
    runs = schema.import_run
    columns = [runs.c[name] for name in PastImport.__dataclass_fields__]
    with database.snapshot() as connection:
        query = select(*columns).where(runs.c.project_id == project_id).order_by(runs.c.id.desc())
        return [PastImport(*row) for row in connection.execute(query)]


@dataclass(frozen=True)
class _Portion:
    """A block of the file, judged: what may go in, what may not, and how far the file is read."""

    batch: Batch
    bad: list[BadRow]
    read: int
    share: float


def _judged(
    blocks: Iterable[Block], stream: BinaryIO, facts: FileFacts, mapping: Mapping, options: ImportOptions
) -> Iterator[_Portion]:
    memory = Memory()
    for block in blocks:
        batch, bad = judge(block, mapping, memory, max_text=options.max_text)
        yield _Portion(batch, [*block.bad, *bad], len(block.lines) + len(block.bad), share_read(stream, facts))


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
            with run.transaction() as connection:
                run.take(connection, portion)
                ahead = reader.submit(next, judged, None)
            if progress is not None:
                progress(run.progress(portion.share))


class _Run:
    """One import under way: what it remembers between chunks, and its line in the history."""

    def __init__(
        self,
        database: Database,
        slug: str,
        options: ImportOptions,
        facts: FileFacts,
        *,
        now: datetime,
        actor: int | None,
        started: float,
    ) -> None:
        self._database = database
        self._slug = slug
        self._options = options
        self._now = now
        self._actor = actor
        self._started = started
        self._ledger = Ledger()
        self._make_classes = options.make_classes
        self.report = ImportReport(facts.name, facts.kind.value, facts.encoding, facts.separator)
        self._id, self._classes = self._begin(facts.name)

    def _begin(self, name: str) -> tuple[int, set[str]]:
        runs = schema.import_run
        with self._database.transaction() as connection:
            try:
                project = get_project(connection, self._slug)
            except LabelingError:
                if not self._options.make_project:
                    raise
                project = create_project(connection, self._slug, now=self._now, actor=self._actor)
                self._make_classes = True
            classes = {entry.code for entry in get_classes(connection, project.id, retired=True)}
            values = {"project_id": project.id, "name": name[:400], "person_id": self._actor, "started_at": self._now}
            made = connection.execute(insert(runs).values(values).returning(runs.c.id))
            return int(made.scalar_one()), classes

    def transaction(self) -> AbstractContextManager[Connection]:
        """The transaction of one chunk."""
        return self._database.transaction()

    def take(self, connection: Connection, portion: _Portion) -> None:
        """Write what is good of one portion, and the report as it then stands."""
        project = lock_project(connection, self._slug)
        batch, fresh, unknown = self._check_labels(portion.batch)
        if fresh:
            add_codes(connection, project.id, fresh, now=self._now, actor=self._actor)
        stored = store(
            connection,
            project,
            batch,
            self._ledger,
            now=self._now,
            actor=self._actor,
            skip_duplicate_texts=self._options.skip_duplicate_texts,
        )
        self.report.read += portion.read
        self.report.new_classes += fresh
        self.report.add(stored)
        self.report.note(portion.bad + unknown + stored.bad)
        connection.execute(self._line(finished=False))
        self._classes.update(fresh)

    def progress(self, share: float) -> ImportProgress:
        """How far it has come."""
        report = self.report
        return ImportProgress(report.read, report.imported, report.bad, share, time.perf_counter() - self._started)

    def finish(self) -> None:
        """Close the line in the history and in the audit log."""
        with self._database.transaction() as connection:
            project = get_project(connection, self._slug)
            connection.execute(self._line(finished=True))
            counts = {name: getattr(self.report, name) for name in ("read", "imported", "golden", "votes", "error")}
            record(
                connection,
                "import_file",
                self.report.name,
                now=self._now,
                actor=self._actor,
                project_id=project.id,
                details=counts,
            )

    def _line(self, *, finished: bool) -> Update:
        self.report.seconds = round(time.perf_counter() - self._started, 3)
        runs = schema.import_run
        values: dict[str, object] = {"report": asdict(self.report)}
        if finished:
            values["finished_at"] = self._now + timedelta(seconds=self.report.seconds)
        return update(runs).where(runs.c.id == self._id).values(values)

    def _check_labels(self, batch: Batch) -> tuple[Batch, list[str], list[BadRow]]:
        """Labels that are no classes yet, in order of appearance; rows refused for them where none may be made."""
        fresh = [label for label in _labels(batch) if label not in self._classes]
        if not fresh:
            return batch, [], []
        if self._make_classes:
            if len(self.report.new_classes) + len(fresh) > MAX_NEW_CLASSES:
                raise LabelingError("too_many_classes", limit=MAX_NEW_CLASSES, example=excerpt_of(fresh[-1]))
            return batch, fresh, []
        unknown = set(fresh)
        bad: list[BadRow] = []
        kept: list[int] = []
        for at in range(len(batch)):
            strange = next((label for label in _labels(batch.only([at])) if label in unknown), None)
            if strange is None:
                kept.append(at)
            else:
                bad.append(BadRow(batch.line[at], "unknown_label", excerpt_of(strange)))
        return batch.only(kept), [], bad


def _labels(batch: Batch) -> list[str]:
    """Every label of a batch once, in order of appearance: references, golden labels, votes."""
    golden = (ruling[0] for ruling in batch.golden if ruling is not None)
    votes = (vote.label for vote in batch.vote if vote is not None)
    return [label for label in dict.fromkeys(itertools.chain(batch.reference, golden, votes)) if label is not None]
