"""What agreement is besides sameness, where labels are more than one class out of a set: by the kind of a project's labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from labeling.projects.classes import LabelClass, paths
from labeling.quality.agreement import agreement_report
from labeling.quality.figures import Figure
from labeling.quality.frames import Votes
from labeling.quality.kinds import Kind
from labeling.quality.kinds.ordered import ordered_agreement
from labeling.quality.kinds.pair import pair_agreement
from labeling.quality.kinds.paths import STEP
from labeling.quality.kinds.renaming import renamed
from labeling.quality.kinds.sets import members
from labeling.quality.kinds.several import coded_sets, several_agreement
from labeling.quality.kinds.tree import tree_agreement

# Levels of a tree are "level_1", "level_2" and so on.
FIGURES = (
    "alpha_jaccard", "alpha_masi", "f1", "alpha_ordinal", "kappa_linear", "kappa_quadratic", "distance", "alpha_path", "level",
    "alpha_decided", "with_ties", "decided", "place",
)  # fmt: skip


# Means over pairs of annotators: their n counts those, not items.
OF_PAIRS = frozenset(("f1", "kappa_linear", "kappa_quadratic"))


@dataclass(frozen=True, eq=False)
class KindAgreement:
    """``leading`` names the one of ``figures`` that says how far people agree; ``classes`` is as
    :func:`labeling.quality.agreement.class_agreement` has it, where a class is a question of its own, else None.
    """

    leading: str
    figures: Mapping[str, Figure]
    classes: pl.DataFrame | None = None


def kind_agreement(
    kind: Kind, votes: Votes, classes: Sequence[LabelClass], *, swapped: pl.Series | None = None, draws: int = 1000
) -> KindAgreement | None:
    """The figures of ``kind``; None where a label is one class of a set and nothing more is to be told.

    ``classes`` are all of the project in their order, ``swapped`` as for :func:`labeling.quality.kinds.pair.pair_agreement`.
    """
    if kind is Kind.SEVERAL:
        codes = [entry.code for entry in classes]
        several = several_agreement(
            coded_sets(votes, [members(code) for code in votes.classes], classes=codes), draws=draws
        )
        named = {"alpha_jaccard": several.alpha_jaccard, "alpha_masi": several.alpha_masi, "f1": several.f1}
        return KindAgreement("alpha_jaccard", named, several.classes)
    if kind is Kind.ORDERED:
        coded = renamed(votes, votes.classes, [entry.code for entry in classes])
        steps = ordered_agreement(coded, draws=draws)
        alpha = agreement_report(coded, ordered=True, draws=draws).overall.alpha_ordinal
        weighted = {"kappa_linear": steps.kappa_linear, "kappa_quadratic": steps.kappa_quadratic}
        return KindAgreement("alpha_ordinal", {"alpha_ordinal": alpha, **weighted, "distance": steps.distance})
    if kind is Kind.TREE:
        tree = tree_agreement(_as_paths(votes, classes), draws=draws)
        levels = {f"level_{depth}": each.by_items for depth, each in enumerate(tree.levels, 1)}
        return KindAgreement("alpha_path", {"alpha_path": tree.alpha_path, **levels})
    if kind is Kind.PAIR:
        pair = pair_agreement(votes, swapped=swapped, draws=draws)
        both = {"with_ties": pair.with_ties.by_items, "decided": pair.decided.by_items}
        return KindAgreement("alpha_decided", {"alpha_decided": pair.decided.alpha, **both, "place": pair.bias.first})
    return None


def _as_paths(votes: Votes, classes: Sequence[LabelClass]) -> Votes:
    """The votes with numbers of classes for their paths: a code may have the separator's sign.

    The paths stand in the order that the codes have: in one order the same draws fall on the same votes, here and by command.
    """
    codes = sorted(entry.code for entry in classes)
    number = {code: f"{at:0{len(str(len(codes)))}}" for at, code in enumerate(codes)}
    path = {code: STEP.join(number[step] for step in steps) for code, steps in paths(classes).items()}
    return replace(votes, classes=tuple(path[code] for code in votes.classes))
