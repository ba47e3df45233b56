"""Everything that is known of every labeled item, gathered once; scores before and after rulings are made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy import sparse

from labeling.errors import LabelingError
from labeling.quality.figures import Figure
from labeling.quality.frames import Codes, Votes
from labeling.quality.kinds import Kind
from labeling.quality.preferences.shortcuts import longer
from labeling.review.agreed import Agreed, clamped, consensus_given, placed
from labeling.review.classifier import Progress, Trained, checked_probabilities, cross_validate, features
from labeling.review.data_map import data_map
from labeling.review.gathered import Evidence, by_distance, most_probable, other_label, prior_score
from labeling.review.issues import label_issues
from labeling.review.misreading import PRIOR, at_least, misreading
from labeling.review.neighbours import lsa, nearest
from labeling.review.next_vote import next_vote
from labeling.review.pairs import pair_features, pairs_frame
from labeling.review.scheme import SINGLE, Scheme
from labeling.review.sets import gather_sets
from labeling.review.slips import class_slips
from labeling.review.texts import Floats, group_codes, labels_of, texts_frame
from labeling.review.voted import have_company, probabilities_of, rows_of, votes_of
from labeling.review.worth import heard
from labeling.review.worth_by_kind import weigher

__all__ = ["STEPS", "Agreed", "Evidence", "assessors", "gather", "sharpened"]

STEPS = ("consensus", "features", "classifier", "neighbours", "next_vote", "misreading", "issues")
# Of a junior nobody has checked yet.
_JUNIOR = 0.6
_TEMPERATURES = np.geomspace(0.3, 3.0, 21)


# Long: the steps of an analysis in their order, each a call.
def gather(
    items: IntoDataFrame,
    votes: IntoDataFrame,
    *,
    scheme: Scheme = SINGLE,
    settled: IntoDataFrame | None = None,
    labels: IntoDataFrame | None = None,
    agreed: Agreed | None = None,
    suggestions: IntoDataFrame | None = None,
    probabilities: IntoDataFrame | None = None,
    method: str = "auto",
    seed: int = 0,
    progress: Progress | None = None,
    step: Callable[[str], None] | None = None,
    fit: Callable[..., Trained] = cross_validate,
) -> Evidence:
    """Evidence on the items of ITEMS(item, text) that have VOTES(item, annotator, label).

    ``scheme`` says what kind of label they are; of preferences ITEMS(item, first, second), of sets see ``gather_sets``.
    ``settled`` (item, label) are golden labels and rulings: assessors are measured by them and the classifier learns from
    them. ``labels`` (item, label) are the labels under suspicion, by default consensus by ``method``, or the one that is
    ``agreed`` already. ``suggestions`` (item, label) are the junior's. ``probabilities`` (item, and a column for each class)
    replace the classifier; they must not have seen the item's own label. ``step`` is called with the name of each of STEPS
    as it begins, ``progress`` with the classifier's fits done and fits in all; ``fit`` is called as ``cross_validate``.
    Raises LabelingError of the doors, and ``no_voted_items`` where no item has a text and a vote that names a label.
    """
    if scheme.kind is Kind.SEVERAL:
        return gather_sets(
            items, votes, scheme=scheme, settled=settled, labels=labels, agreed=agreed, suggestions=suggestions,
            probabilities=probabilities, method=method, seed=seed, progress=progress, step=step, fit=fit,
        )  # fmt: skip
    begin = step or (lambda name: None)
    texts, pairs = pairs_frame(items) if scheme.kind is Kind.PAIR else (texts_frame(items), None)
    coded = votes_of(votes, texts.items, settled, suggestions, labels, scheme)
    if not len(coded):
        raise LabelingError("no_voted_items")
    row = rows_of(coded.items, texts.items)
    own = [texts.texts[at] for at in row]
    begin("consensus")
    if agreed is None:
        posterior, voted = consensus_given(coded, scheme.kind, method, seed)
    else:
        posterior, voted = placed(agreed, coded, scheme.kind, method, seed)
    given = voted if labels is None else labels_of(labels, coded.items, coded.classes, "labels")
    classes = len(coded.classes)
    taught = np.where((coded.golden >= 0) & (given >= 0), coded.golden, given).astype(np.int32)
    begin("features")
    matrix = features(own) if pairs is None else pair_features(pairs[row])
    begin("classifier")
    if probabilities is None:
        teaching = scheme.teaching(coded.classes, matrix.shape[1])
        how = {} if teaching is None else {"teaching": teaching}
        trained = fit(own, taught, classes, matrix=matrix, watched=given, seed=seed, progress=progress, **how)
    else:
        checked = checked_probabilities(probabilities_of(probabilities, coded.items, coded.classes), len(row), classes)
        trained = Trained(checked, np.zeros(len(row), dtype=np.int64), np.zeros(len(row), dtype=bool), None, None)
    group = group_codes(own)
    weigh = weigher(scheme, coded.classes)
    trained, worthy = heard(trained, taught, coded.classes, group, watched=given, weigh=weigh)
    if pairs is not None:
        worthy = replace(worthy, longer=_longer(taught, coded.classes, pairs[row]))
    begin("neighbours")
    vectors = lsa(matrix, seed=seed)
    around = nearest(vectors, seed=seed)
    near = around.shares(clamped(posterior, coded.golden))
    # Neighbours are no mirror: what they say of a pair depends on which candidate stands first.
    near_speak = pairs is None and weigh(taught, near, coded.classes, group).speaks
    if not near_speak:
        near = np.full_like(near, 1 / classes)
    begin("next_vote")
    foretold = _known_only(trained)
    junior = labels_of(suggestions, coded.items, coded.classes, "suggestions")
    by_junior = _junior(junior, classes)
    sources = [foretold, near] if suggestions is None else [foretold, near, by_junior]
    alone = scheme.kind is not Kind.SINGLE and not have_company(coded) and (worthy.speaks or near_speak)
    if alone:
        begin("misreading")
        # One vote an item tells nothing of the next: what the text says of the label is all there is.
        answers = truth = class_slips(sources, given)
        misread = np.zeros(len(given))
    else:
        answers = next_vote(coded, posterior, sources, seed=seed)
        begin("misreading")
        texts_say = (sharpened(foretold, taught) + near) * by_junior
        texts_say /= texts_say.sum(axis=1, keepdims=True)
        misread, truth = misreading(coded.without_golden(), posterior, texts_say, given)
    begin("issues")
    issues = label_issues(given, trained.probabilities, coded.items, coded.classes, unseen=trained.unseen)
    at = np.arange(len(given)), np.maximum(given, 0)
    confidence, variability = _map(trained, given, coded)
    counts = coded.counts()
    chances = (1 - misread[:, None]) * answers + misread[:, None] * truth
    distances = scheme.distances(coded.classes)
    next_wrong = 1 - answers[at]
    if alone:
        # Slips that the classifier has learned look like what is true: no fewer are expected than of votes and texts.
        next_wrong[given >= 0] = at_least(next_wrong[given >= 0], PRIOR)
    prior = prior_score(next_wrong, misread)
    return Evidence(
        items=coded.items,
        classes=coded.classes,
        votes=coded,
        given=given,
        probability=posterior[at],
        disagree=1 - counts[at] / np.maximum(counts.sum(axis=1), 1),
        next_wrong=next_wrong,
        misread=misread,
        self_confidence=np.where(trained.unseen, np.nan, trained.probabilities[at]),
        neighbours=near[at] if near_speak else np.full(len(given), np.nan),
        issues=issues,
        confidence=confidence,
        variability=variability,
        foretold=most_probable(trained.probabilities, distances),
        other=other_label(chances, given, distances),
        prior=prior if distances is None else by_distance(prior, chances, given, distances),
        suggestion=junior,
        vectors=vectors,
        near=around,
        trained=trained,
        worth=worthy,
    )


def sharpened(probabilities: Floats, label: Codes) -> Floats:
    """Probabilities at the temperature that foretells the labels (n,) best, -1 for none; the same order of classes.

    >>> sharpened(np.array([[0.6, 0.4]] * 9), np.zeros(9, dtype=np.int32))[0].round(2).tolist()
    [0.79, 0.21]
    """
    rows = np.flatnonzero(label >= 0)
    logs = np.log(np.maximum(probabilities, 1e-4))

    def at(temperature: float, part: Floats) -> Floats:
        raised = np.exp((part - part.max(axis=1, keepdims=True)) / temperature)
        shares: Floats = raised / raised.sum(axis=1, keepdims=True)
        return shares

    def likelihood(temperature: float) -> float:
        return float(np.log(at(temperature, logs[rows])[np.arange(len(rows)), label[rows]] + 1e-12).sum())

    return at(float(max(_TEMPERATURES, key=likelihood)) if len(rows) else 1.0, logs)


def assessors(votes: Votes) -> sparse.csr_matrix:
    """Each annotator's share of an item's votes: (items, annotators)."""
    shape = (len(votes.items), len(votes.annotators))
    share = 1 / np.bincount(votes.item, minlength=shape[0])[votes.item]
    return sparse.csr_matrix((share, (votes.item, votes.annotator)), shape=shape)


def _longer(label: Codes, classes: tuple[str, ...], pairs: pl.DataFrame) -> Figure:
    names = pl.Series("label", [*classes, None], dtype=pl.String)
    return longer(pairs.with_columns(names.gather(np.where(label < 0, len(classes), label))))


def _known_only(trained: Trained) -> Floats:
    """Where the classifier couldn't learn the given class, it has no say."""
    shares = trained.probabilities
    return np.where(trained.unseen[:, None], 1 / shares.shape[1], shares)


def _junior(suggestion: Codes, classes: int) -> Floats:
    shares = np.full((len(suggestion), classes), 1 / classes)
    suggested = np.flatnonzero(suggestion >= 0)
    shares[suggested] = (1 - _JUNIOR) / classes
    shares[suggested, suggestion[suggested]] += _JUNIOR
    return shares


def _map(trained: Trained, given: Codes, votes: Votes) -> tuple[Floats, Floats]:
    confidence, variability = np.full(len(given), np.nan), np.full(len(given), np.nan)
    if trained.heldout is not None:
        # What the model had learned by heart would speak for every label; held-out epochs don't.
        rows = given >= 0
        frame = data_map(trained.heldout, given, votes.items, votes.classes).frame
        confidence[rows], variability[rows] = frame["confidence"].to_numpy(), frame["variability"].to_numpy()
    return confidence, variability
