"""Evidence on labels that are any number of classes: each class is a question of yes or no, asked of every item.

What is known of one label out of several is known of each question: votes, what the next assessor would say, what the text says.
A set is wrong where any of its answers is, so its chance to stand is the product of theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy.special import expit, logit

from labeling.errors import LabelingError
from labeling.quality.frames import Codes, Votes
from labeling.quality.kinds import Kind
from labeling.quality.kinds.several_consensus import several_consensus
from labeling.review.agreed import Agreed, consensus_given
from labeling.review.classifier import Progress, Trained, features
from labeling.review.data_map import data_map
from labeling.review.gathered import Evidence, Parts, prior_score
from labeling.review.issues import set_issues
from labeling.review.misreading import PRIOR, at_least, at_level
from labeling.review.neighbours import Neighbours, lsa, nearest
from labeling.review.next_vote import next_vote
from labeling.review.questions import Book, questions_of
from labeling.review.scheme import Scheme
from labeling.review.slips import slips
from labeling.review.teaching import Members
from labeling.review.texts import Floats, group_codes, labels_of, texts_frame
from labeling.review.voted import have_company, probabilities_of, rows_of, votes_of
from labeling.review.worth import Worth
from labeling.review.worth_by_kind import worth_of_sets

Bools = npt.NDArray[np.bool_]
# By how much a junior that nobody has checked moves the odds: it is right four times in five.
_JUNIOR = float(np.log(4))
_EDGE = 1e-4


@dataclass(frozen=True, eq=False, slots=True)
class _Heard:
    """What the texts say of each question: log-odds of yes (n, classes, sources), by sources that are told to be worth it.

    ``told`` bool (classes,): of which classes they say anything. ``near`` (n,) is what the neighbours give to the least sure
    class of the given set, NaN where they don't speak.
    """

    signals: Floats
    told: Bools
    near: Floats


class _Doubts(NamedTuple):
    """``next_wrong``, ``misread`` and ``score`` (n,) as Evidence has them; ``wrong`` (n, classes) of each answer."""

    next_wrong: Floats
    misread: Floats
    score: Floats
    wrong: Floats


# Long: the steps of an analysis in their order, as those of ``gather``, each a call.
def gather_sets(
    items: IntoDataFrame,
    votes: IntoDataFrame,
    *,
    scheme: Scheme,
    settled: IntoDataFrame | None,
    labels: IntoDataFrame | None,
    agreed: Agreed | None,
    suggestions: IntoDataFrame | None,
    probabilities: IntoDataFrame | None,
    method: str,
    seed: int,
    progress: Progress | None,
    step: Callable[[str], None] | None,
    fit: Callable[..., Trained],
) -> Evidence:
    """As :func:`labeling.review.evidence.gather`, of labels that are sets' codes; ``probabilities`` have a column for each of
    the classes that sets are made of, each by itself within 0 and 1."""
    begin = step or (lambda name: None)
    texts = texts_frame(items)
    coded = votes_of(votes, texts.items, settled, suggestions, labels, scheme)
    if not len(coded):
        raise LabelingError("no_voted_items")
    own = [texts.texts[at] for at in rows_of(coded.items, texts.items)]
    begin("consensus")
    book = Book(scheme.members_of(coded.classes), list(coded.classes))
    questions = questions_of(coded, book)
    posterior, _ = consensus_given(questions, Kind.SINGLE, method, seed)
    yes = posterior[:, 1].reshape(len(own), len(book.classes))
    if agreed is None and labels is None:
        made = several_consensus(coded, classes=book.classes, method=method, seed=seed)
        agreed = Agreed(made.frame, made.frame)
    given = _given(coded, book, yes, labels, agreed)
    taught = np.where((coded.golden >= 0) & (given >= 0), coded.golden, given).astype(np.int32)
    begin("features")
    matrix = features(own)
    begin("classifier")
    if probabilities is None:
        how: dict[str, Any] = {"matrix": matrix, "watched": given, "seed": seed, "progress": progress}
        trained = fit(own, taught, len(book.names), teaching=Members(book.sets()), **how)
    else:
        trained = _trained(probabilities, coded, book.classes)
    group, sets, labeled = group_codes(own), book.sets(), given >= 0
    inside = sets[np.maximum(given, 0)] & labeled[:, None]
    learned = sets[taught[labeled]]
    found = worth_of_sets(learned, trained.probabilities[labeled], book.classes, group[labeled])
    begin("neighbours")
    vectors = lsa(matrix, seed=seed)
    around = nearest(vectors, seed=seed)
    near = _near(around, np.where((coded.golden >= 0)[:, None], sets[np.maximum(coded.golden, 0)], yes))
    by_near = worth_of_sets(learned, near[labeled], book.classes, group[labeled])
    heard = _heard(((trained.probabilities, found), (near, by_near)), inside, book.classes)
    begin("next_vote")
    suggested = labels_of(suggestions, coded.items, coded.classes, "suggestions")
    junior = np.where((suggested >= 0)[:, None], np.where(sets[np.maximum(suggested, 0)], _JUNIOR, -_JUNIOR), 0.0)
    truth, slipped = _by_text(heard, junior, inside, labeled, trained.unseen)
    alone = not have_company(coded) and heard.told.any()
    doubts = _doubts(questions, posterior, truth, slipped, inside, alone=bool(alone), seed=seed)
    begin("misreading")
    begin("issues")
    silent = trained.unseen | np.bool_(not found.speaks)
    trained = trained if found.speaks else replace(trained, unseen=silent, heldout=None, training=None)
    foretold, other = book.codes(truth > 0.5), book.codes(_mended(inside, doubts.wrong))
    issues = set_issues(
        inside,
        trained.probabilities,
        coded.items,
        book.classes,
        (given, foretold, tuple(book.names)),
        usable=labeled & ~silent,
    )
    names = tuple(book.names)
    confidence, variability = np.full((2, len(own)), np.nan)
    if trained.heldout is not None:
        mapped = data_map(trained.heldout, given, coded.items, names).frame
        confidence[labeled], variability[labeled] = mapped["confidence"].to_numpy(), mapped["variability"].to_numpy()
    against = np.bincount(coded.item, coded.label != given[coded.item], minlength=len(own))
    known = np.array([found.speaks and name in found.apart for name in book.classes])
    return Evidence(
        items=coded.items,
        classes=names,
        votes=replace(coded, classes=names),
        given=given,
        probability=np.where(inside, yes, 1 - yes).prod(axis=1),
        disagree=against / np.maximum(np.bincount(coded.item, minlength=len(own)), 1),
        next_wrong=doubts.next_wrong,
        misread=doubts.misread,
        self_confidence=issues.frame["self_confidence"].cast(pl.Float64).fill_null(float("nan")).to_numpy(),
        neighbours=heard.near,
        issues=issues,
        confidence=confidence,
        variability=variability,
        foretold=foretold,
        other=other,
        prior=doubts.score,
        suggestion=suggested,
        vectors=vectors,
        near=around,
        trained=trained,
        worth=found,
        parts=Parts(book.classes, inside, np.where(known, _side(inside, trained.probabilities), np.nan), doubts.wrong),
    )


def _given(votes: Votes, book: Book, yes: Floats, labels: IntoDataFrame | None, agreed: Agreed | None) -> Codes:
    """The label under suspicion (n,): the one that is named, or of each class what its votes say; -1 without votes."""
    if labels is not None:
        return labels_of(labels, votes.items, votes.classes, "labels")
    voted = book.codes(yes > 0.5)
    voted[np.bincount(votes.item, minlength=len(voted)) == 0] = -1
    if agreed is None:
        return voted
    for name in agreed.frame["label"].cast(pl.String).drop_nulls().unique(maintain_order=True):
        book.add(name)
    label = labels_of(agreed.frame, votes.items, book.names, "agreed")
    return np.where(votes.golden >= 0, voted, label).astype(np.int32)


def _trained(probabilities: IntoDataFrame, votes: Votes, classes: Sequence[str]) -> Trained:
    """Probabilities that were given. Raises LabelingError ``probabilities_range``."""
    rows = probabilities_of(probabilities, votes.items, classes)
    odd = ~((rows >= 0) & (rows <= 1)).all(axis=1)
    if odd.any():
        raise LabelingError("probabilities_range", rows=int(odd.sum()), first_row=int(odd.argmax()) + 1)
    return Trained(rows, np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.bool_), None, None)


def _near(around: Neighbours, yes: Floats) -> Floats:
    """What the neighbours' answers say of each question, (n, classes)."""
    columns = [around.shares(np.column_stack([1 - column, column]))[:, 1] for column in yes.T]
    return np.column_stack(columns) if columns else np.empty(yes.shape)


def _heard(sources: Sequence[tuple[Floats, Worth]], inside: Bools, classes: tuple[str, ...]) -> _Heard:
    """Of each source the log-odds of the classes that it tells apart; a class that none does has no say."""
    speaking = [(yes, np.array([name in found.apart for name in classes])) for yes, found in sources if found.speaks]
    signals = [np.where(told, logit(np.clip(yes, _EDGE, 1 - _EDGE)), 0.0) for yes, told in speaking]
    told = np.any([told for _, told in speaking], axis=0) if speaking else np.zeros(len(classes), dtype=np.bool_)
    near, found = sources[-1]
    apart = np.array([found.speaks and name in found.apart for name in classes], dtype=np.bool_)
    least = np.full(len(inside), np.nan)
    if apart.any():
        least = _side(inside, near)[:, apart].min(axis=1)
    return _Heard(np.stack(signals, axis=2) if signals else np.empty((*inside.shape, 0)), told, least)


def _by_text(heard: _Heard, junior: Floats, inside: Bools, labeled: Bools, unseen: Bools) -> tuple[Floats, Floats]:
    """Of each question how probable a yes is by the text, and how probably the given answer has slipped, (n, classes)."""
    if not heard.told.any():
        return expit(junior), np.zeros(inside.shape)
    found = slips(heard.signals[labeled], inside[labeled])
    truth, wrong = np.zeros(inside.shape), np.zeros(inside.shape)
    truth[labeled], wrong[labeled] = found.truth, np.where(heard.told, found.wrong, 0.0)
    # Nothing is known against a class that has no example but here.
    wrong[unseen] = 0
    against = np.where(inside, -junior, junior)
    moved = expit(logit(np.clip(wrong, 1e-9, 1 - 1e-9)) + against)
    return expit(logit(np.clip(truth, 1e-9, 1 - 1e-9)) + junior), np.where(wrong > 0, moved, 0.0)


def _doubts(
    questions: Votes, posterior: Floats, truth: Floats, slipped: Floats, inside: Bools, *, alone: bool, seed: int
) -> _Doubts:
    if alone:
        # One vote an item tells nothing of the next: what the text says of the label is all there is.
        found = _any(slipped)
        score = at_least(found, PRIOR)
        return _Doubts(score, np.zeros(len(slipped)), score, slipped)
    says = np.column_stack([1 - truth.reshape(-1), truth.reshape(-1)])
    against = 1 - _side(inside, next_vote(questions, posterior, [says], seed=seed)[:, 1].reshape(truth.shape))
    next_wrong, misread = _any(against), _any(slipped)
    if misread.any():
        misread = at_level(misread, PRIOR)
    # Two who are right seldom give the same set of many classes: the next vote tells which are wrong, the consensus how many.
    expected = float(_any(1 - _side(inside, posterior[:, 1].reshape(truth.shape))).mean())
    levelled = at_level(next_wrong, float(np.clip(expected, 1e-6, 1 - 1e-6)))
    return _Doubts(next_wrong, misread, prior_score(levelled, misread), prior_score(against, slipped))


def _any(wrong: Floats) -> Floats:
    """The chance that any answer of a set is wrong, (n,)."""
    chance: Floats = 1 - (1 - wrong).prod(axis=1)
    return chance


def _mended(inside: Bools, wrong: Floats) -> Bools:
    """The most probable other set: every answer that is more probably wrong than right is turned, one at least."""
    turned = wrong > 0.5
    none = np.flatnonzero(~turned.any(axis=1))
    if wrong.shape[1]:
        turned[none, wrong[none].argmax(axis=1)] = True
    return inside ^ turned


def _side(inside: Bools, yes: Floats) -> Floats:
    """What is given to the answers as they are."""
    return np.where(inside, yes, 1 - yes)
