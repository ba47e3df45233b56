"""Ask junior for a wording of the guide: masked, within the budgets, in a second or a few while its reader waits."""

from __future__ import annotations

import asyncio

import polars as pl

from db.engine import Database
from db.frames import items as item_frames
from db.vocabulary import CallPurpose, Verdict
from labeling import config
from labeling.clock import Clock
from labeling.errors import LabelingError
from labeling.facts import settled
from labeling.junior.asking import client_of, url_of
from labeling.junior.spending import RunBudget
from labeling.junior.wording import MOST_MISTAKES, Mistake, read_wording, wording
from labeling.privacy import Masker
from labeling.projects.guidelines import get_guideline
from labeling.projects.projects import LabelClass, Project, get_classes

LEAST = 2


def confusions(database: Database, project: Project) -> list[tuple[str, str, int]]:
    """(given, ruled, n): which labels experts turned into which others, at least twice, the most frequent first."""
    with database.snapshot() as connection:
        rulings = settled.in_force(settled.rulings(connection, project.id))
    put_right = _put_right(rulings).group_by("given", "label").len().filter(pl.col("len") >= LEAST)
    return list(put_right.sort(["len", "given", "label"], descending=[True, False, False]).iter_rows())


# Long: read, mask, ask, in this order; nothing of it is used apart.
def propose_wording(
    database: Database, project: Project, given: str, ruled: str, *, language: str, masker: Masker, clock: Clock
) -> str:
    """A paragraph that tells two classes apart, from the newest rulings that turned ``given`` into ``ruled``.

    Raises LabelingError ``no_junior``, ``no_mistakes``, those of the ledger, and ``junior_...`` or ``reply_...``.
    """
    model = project.junior_model or config.JUNIOR_MODEL
    if not model or not url_of(project):
        raise LabelingError("no_junior")
    with database.snapshot() as connection:
        rulings = settled.in_force(settled.rulings(connection, project.id))
        chosen = _put_right(rulings).filter(pl.col("given") == given, pl.col("label") == ruled)
        newest = chosen.sort("at", descending=True).head(MOST_MISTAKES)
        texts = dict(
            item_frames.texts_of(connection, newest["item_id"].to_list()).select("item_id", "text").iter_rows()
        )
        titled = {entry.code: entry for entry in get_classes(connection, project.id, retired=True)}
        guide = get_guideline(connection, project.id)
    if newest.is_empty():
        raise LabelingError("no_mistakes")
    hidden = masker.mask_many([texts[item_id] for item_id in newest["item_id"]])
    rationales = masker.mask_many(newest["rationale"].to_list())
    request = wording(
        [Mistake(text.text, why.text) for text, why in zip(hidden, rationales, strict=True)],
        given=_title(titled, given, language),
        ruled=_title(titled, ruled, language),
        guide=getattr(guide, f"body_{language}") if guide else "",
        language=language,
        model=model,
    )
    masked: dict[str, int] = {}
    for part in (*hidden, *rationales):
        for kind, n in part.counts.items():
            masked[kind] = masked.get(kind, 0) + n
    budget = RunBudget(database, project, model, prompt_id=None, clock=clock)

    async def ask() -> str:
        writing = asyncio.create_task(budget.keep())
        try:
            async with client_of(project) as junior:
                return (await junior.complete(request, budget.for_item(None, masked), CallPurpose.DRAFT.value)).content
        finally:
            budget.close()
            await writing

    return read_wording(asyncio.run(ask()))


def _put_right(rulings: pl.DataFrame) -> pl.DataFrame:
    return rulings.filter(
        pl.col("verdict") == Verdict.LABEL.value, pl.col("given").is_not_null(), pl.col("given") != pl.col("label")
    )


def _title(titled: dict[str, LabelClass], code: str, language: str) -> str:
    return str(getattr(titled[code], f"title_{language}")) if code in titled else code
