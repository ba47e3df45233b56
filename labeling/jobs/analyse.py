"""The analysis: which labels of a project are probably wrong, why, and what its data looks like to a classifier."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection

from db.engine import Database
from db.frames import items as item_frames
from db.frames import suggestions as suggestion_frames
from db.frames.marks import watermark
from db.frames.suggestions import speaking
from labeling.clock import Clock
from labeling.errors import LabelingError
from labeling.facts import consensus
from labeling.facts.settled import count_revisions
from labeling.facts.settled import settled as settled_labels
from labeling.items.learnable import learnable
from labeling.jobs import findings
from labeling.jobs.computing import Facts, compute
from labeling.jobs.kept_fit import KeptFit
from labeling.jobs.report import report
from labeling.notation.pairs import candidates
from labeling.projects.classes import get_classes
from labeling.projects.kinds import comparison
from labeling.projects.projects import Project, get_project_by_id
from labeling.quality.kinds import Kind
from labeling.review.agreed import Agreed
from labeling.review.scheme import SINGLE, Scheme
from labeling.review.scoring import pack
from labeling.runs import claims
from labeling.runs.claims import Claim
from labeling.runs.progress import Progress

# The steps in their order, with their usual shares of the time.
STEPS = {
    "reading": 2, "consensus": 18, "features": 8, "classifier": 32, "neighbours": 20, "next_vote": 6, "misreading": 3,
    "issues": 3, "map": 1, "suspicion": 3, "writing": 4,
}  # fmt: skip
CLASSIFIER = "word and character n-grams, linear"
# Analyses of a project that keep their findings; of older ones the report stays.
KEPT = 10


def analyse(database: Database, held: Claim, *, clock: Clock) -> None:
    """Carry out an analysis that is held, from facts to findings.

    Raises LabelingError ``nothing_to_analyse`` where no item has a label, those of the arithmetic, and ClaimLostError.
    """
    progress = Progress(database, held, STEPS)
    progress.begin("reading")
    with database.snapshot() as connection:
        project = get_project_by_id(connection, held.project_id)
    progress.begin("consensus")
    consensus.refresh(database, project, now=clock())
    facts = read(database, project)
    analysis = compute(facts, progress, KeptFit(database, held))
    progress.begin("writing")
    findings.write(database, held, findings.rows(analysis, facts.items), progress.part)
    summary = report(analysis)
    findings.keep_evidence(database, held, pack(analysis.suspicion.state))
    progress.end()
    with database.transaction() as connection:
        claims.write(connection, held, watermark=list(facts.mark), rulings=facts.rulings, rescored_at=None)
        about = {"classifier": CLASSIFIER, "seconds": progress.seconds}
        claims.finish(connection, held, summary | about, now=clock())
    findings.prune(database, held, KEPT)


def read(database: Database, project: Project) -> Facts:
    """The facts as they stand. Raises LabelingError ``nothing_to_analyse``."""
    with database.snapshot() as connection:
        matter = consensus.read(connection, project)
        # The labels as they stand in the data, those that were chosen with a suggestion on screen, too.
        votes = matter.votes.filter(pl.col("label").is_not_null()).select("item", "annotator", "label")
        if votes.is_empty():
            raise LabelingError("nothing_to_analyse")
        scheme = scheme_of(connection, project)
        if scheme.kind is Kind.PAIR:
            items = _with_candidates(item_frames.items(connection, project.id))
        else:
            items = learnable(connection, project)
        items = items.join(votes, on="item", how="semi", maintain_order="left")
        settled = settled_labels(connection, project.id, one_by_one=True).select("item", "label")
        rulings = count_revisions(connection, project.id)
        mark = watermark(connection, project.id)
        suggestions = _suggestions(connection, project.id)
    aggregate = consensus.make(matter)
    agreed = Agreed(aggregate.with_chances(), matter.golden, aggregate.choice)
    return Facts(items, votes, settled, rulings, mark, suggestions=suggestions, agreed=agreed, scheme=scheme)


def _with_candidates(items: pl.DataFrame) -> pl.DataFrame:
    """ITEMS with ``first`` and ``second``: what each candidate says."""
    said = [candidates(text)[1:] for text in items["text"]]
    both = pl.DataFrame(said, schema={"first": pl.String, "second": pl.String}, orient="row")
    return pl.concat([items, both], how="horizontal")


def scheme_of(connection: Connection, project: Project) -> Scheme:
    """What kind of label the project's are, with all of its classes where their order or their place in a tree matters."""
    kind = comparison(connection, project.id, project.kind)
    if kind is Kind.SINGLE:
        return SINGLE
    classes = get_classes(connection, project.id, retired=True)
    parents = {entry.code: entry.parent for entry in classes if entry.parent is not None}
    return Scheme(kind, tuple(entry.code for entry in classes), parents)


def _suggestions(connection: Connection, project_id: int) -> pl.DataFrame | None:
    """What the junior that speaks proposes; a refusal proposes nothing."""
    prompt_id = speaking(connection, project_id)
    if prompt_id is None:
        return None
    suggestions = suggestion_frames.suggestions(connection, project_id, prompt_id)
    return suggestions.select("item", pl.col("label").cast(pl.String)).drop_nulls("label")
