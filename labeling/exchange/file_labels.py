"""The labels of a file that is imported: which are classes, which may become some, and in what order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from db.vocabulary import LabelKind
from labeling.errors import LabelingError
from labeling.exchange.blocks import BadRow, excerpt_of
from labeling.exchange.intake import Batch
from labeling.projects.classes import add_codes, put_in_order
from labeling.projects.labels import accepted_all
from labeling.projects.projects import Project
from labeling.quality.kinds.sets import members

# More classes than this are no classes but a column taken for labels by mistake.
MAX_NEW_CLASSES = 1_000


@dataclass
class FileLabels:
    """``makes`` classes of labels that are none yet, or not; ``first`` are those that the order begins with."""

    makes: bool
    first: tuple[str, ...]
    known: set[str] = field(default_factory=set)
    made: int = 0

    def check(self, batch: Batch, *, several: bool) -> tuple[Batch, list[str], list[BadRow]]:
        """The rows that are good, labels that are to be classes, in order of appearance; rows refused for theirs where none
        may be made. ``several``: a label may be a set of classes.
        """

        def strange(rows: Batch) -> list[str]:
            named = rows.labels() + (rows.proposed() if self.makes else [])
            codes = [code for label in named for code in (members(label) if several else (label,))]
            return [code for code in dict.fromkeys(codes) if code not in self.known]

        new = strange(batch)
        if self.makes and self.made + len(new) > MAX_NEW_CLASSES:
            raise LabelingError("too_many_classes", limit=MAX_NEW_CLASSES, example=excerpt_of(new[-1]))
        if self.makes or not new:
            self.made += len(new)
            return batch, new, []
        bad: dict[int, BadRow] = {}
        for at in range(len(batch)):
            if found := strange(batch.only([at])):
                bad[at] = BadRow(batch.line[at], "unknown_label", excerpt_of(found[0]))
        return batch.only([at for at in range(len(batch)) if at not in bad]), [], list(bad.values())

    def settle(self, connection: Connection, project: Project, batch: Batch) -> tuple[Batch, set[str], list[BadRow]]:
        """The rows with sets of classes as they are stored, which are made; all of those sets; rows refused for a label that may
        not be given here. What a model proposed and may not be given stays as it is.
        """
        stored = self._stored(connection, project, batch.labels() + batch.proposed())
        bad: dict[int, BadRow] = {}
        if not stored.keys() >= set(batch.labels()):
            for at in range(len(batch)):
                if refused := [label for label in batch.only([at]).labels() if label not in stored]:
                    bad[at] = BadRow(batch.line[at], "unknown_label", excerpt_of(refused[0]))
        good = batch.only([at for at in range(len(batch)) if at not in bad]) if bad else batch
        return good.renamed(stored), set(stored.values()), list(bad.values())

    def _stored(self, connection: Connection, project: Project, labels: list[str]) -> dict[str, str]:
        try:
            return accepted_all(connection, project, labels)
        except LabelingError:
            if len(labels) == 1:
                return {}
        # One at least may not be given: the others are found by halves.
        half = len(labels) // 2
        parts = (labels[:half], labels[half:])
        return {label: code for part in parts for label, code in self._stored(connection, project, part).items()}

    def add(
        self, connection: Connection, project: Project, codes: list[str], *, now: datetime, actor: int | None
    ) -> None:
        """Make classes of these codes; those of a scale stand in their order, whatever order the file has them in."""
        add_codes(connection, project.id, [*self._first(codes), *codes], now=now, actor=actor)
        if project.kind is LabelKind.ORDERED:
            put_in_order(connection, project.id, self.first)

    def _first(self, codes: list[str]) -> list[str]:
        return [code for code in self.first if code in codes or not self.known]
