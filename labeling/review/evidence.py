"""Everything that is known of every labeled item, gathered once; scores before and after rulings are made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy import sparse

from labeling.errors import LabelingError
from labeling.quality.consensus import Choice, consensus_of
from labeling.quality.consensus.ties import leading
from labeling.quality.frames import Codes, Votes, read_columns, votes_frame
from labeling.review.classifier import Progress, Trained, checked_probabilities, cross_validate, features
from labeling.review.data_map import data_map
from labeling.review.issues import Issues, label_issues
from labeling.review.misreading import misreading
from labeling.review.neighbours import Neighbours, lsa, nearest
from labeling.review.next_vote import next_vote
from labeling.review.texts import Floats, Small, group_codes, labels_of, texts_frame
from labeling.review.worth import Worth, heard, worth

STEPS = ("consensus", "features", "classifier", "neighbours", "next_vote", "misreading", "issues")
# Of a junior nobody has checked yet.
_JUNIOR = 0.6
_TEMPERATURES = np.geomspace(0.3, 3.0, 21)


@dataclass(frozen=True, eq=False)
class Agreed:
    """A consensus that is known already: CONSENSUS(item, label, and ``p_`` with its code for each class), what ``auto``
    weighed, and the golden labels that it was anchored on."""

    frame: pl.DataFrame
    golden: pl.DataFrame
    choice: Choice | None = None


@dataclass(frozen=True, eq=False)
class Evidence:
    """By item, in the order of ``items``; arrays are (n,) or (n, classes).

    ``given`` is the label under suspicion (-1 for none): the one of the votes, also where a golden label or ruling is known.
    ``probability`` is its consensus probability; ``disagree`` the share of votes against it; ``next_wrong`` the chance that
    one more assessor wouldn't give it, ``misread`` that all misread alike; ``self_confidence`` and ``neighbours`` what
    classifier and neighbours give it; ``confidence`` and ``variability`` are the data map's (NaN without epochs).
    ``chances`` (n, classes) are those of the true class; ``suggestion`` the junior's label, -1 for none. ``issues`` is all
    that CleanLab says, ``near`` the nearest texts by ``vectors``. ``worth`` is the classifier's: where it doesn't speak, nothing
    here rests on it, and ``neighbours`` are NaN where the neighbours' labels foretell no better than the most frequent one.
    """

    items: pl.Series
    classes: tuple[str, ...]
    votes: Votes
    given: Codes
    probability: Floats
    disagree: Floats
    next_wrong: Floats
    misread: Floats
    self_confidence: Floats
    neighbours: Floats
    issues: Issues
    confidence: Floats
    variability: Floats
    chances: Floats
    suggestion: Codes
    vectors: Small
    near: Neighbours
    trained: Trained
    worth: Worth

    @property
    def is_issue(self) -> npt.NDArray[np.bool_]:
        """Whether confident learning flags the label, (n,)."""
        return self.issues.frame["is_issue"].to_numpy()


# Long: the steps of an analysis in their order, each a call.
def gather(
    items: IntoDataFrame,
    votes: IntoDataFrame,
    *,
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

    ``settled`` (item, label) are golden labels and rulings: assessors are measured by them and the classifier learns from
    them. ``labels`` (item, label) are the labels under suspicion, by default consensus by ``method``, or the one that is
    ``agreed`` already. ``suggestions`` (item, label) are the junior's. ``probabilities`` (item, and a column for each class)
    replace the classifier; they must not have seen the item's own label. ``step`` is called with the name of each of STEPS
    as it begins, ``progress`` with the classifier's fits done and fits in all; ``fit`` is called as ``cross_validate``.
    Raises LabelingError of the doors, and ``no_voted_items`` where no item has a text and a vote that names a label.
    """
    begin = step or (lambda name: None)
    texts = texts_frame(items)
    coded = _votes(votes, texts.items, settled, suggestions, labels)
    if not len(coded):
        raise LabelingError("no_voted_items")
    row = _rows(coded.items, texts.items)
    own = [texts.texts[at] for at in row]
    begin("consensus")
    posterior, voted = _consensus(coded, method, seed) if agreed is None else _placed(agreed, coded, method, seed)
    given = voted if labels is None else labels_of(labels, coded.items, coded.classes, "labels")
    classes = len(coded.classes)
    taught = np.where((coded.golden >= 0) & (given >= 0), coded.golden, given).astype(np.int32)
    begin("features")
    matrix = features(own)
    begin("classifier")
    if probabilities is None:
        trained = fit(own, taught, classes, matrix=matrix, watched=given, seed=seed, progress=progress)
    else:
        checked = _probabilities(probabilities, coded)
        trained = Trained(checked, np.zeros(len(row), dtype=np.int64), np.zeros(len(row), dtype=bool), None, None)
    group = group_codes(own)
    trained, worthy = heard(trained, taught, coded.classes, group, watched=given)
    begin("neighbours")
    vectors = lsa(matrix, seed=seed)
    around = nearest(vectors, seed=seed)
    near = around.shares(_clamped(posterior, coded.golden))
    near_speak = worth(taught, near, coded.classes, group).speaks
    if not near_speak:
        near = np.full_like(near, 1 / classes)
    begin("next_vote")
    foretold = _known_only(trained)
    junior = labels_of(suggestions, coded.items, coded.classes, "suggestions")
    by_junior = _junior(junior, classes)
    sources = [foretold, near] if suggestions is None else [foretold, near, by_junior]
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
    return Evidence(
        items=coded.items,
        classes=coded.classes,
        votes=coded,
        given=given,
        probability=posterior[at],
        disagree=1 - counts[at] / np.maximum(counts.sum(axis=1), 1),
        next_wrong=1 - answers[at],
        misread=misread,
        self_confidence=np.where(trained.unseen, np.nan, trained.probabilities[at]),
        neighbours=near[at] if near_speak else np.full(len(given), np.nan),
        issues=issues,
        confidence=confidence,
        variability=variability,
        chances=(1 - misread[:, None]) * answers + misread[:, None] * truth,
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


def _votes(
    votes: IntoDataFrame,
    items: pl.Series,
    settled: IntoDataFrame | None,
    suggestions: IntoDataFrame | None,
    labels: IntoDataFrame | None,
) -> Votes:
    """The votes on items that have a text; the classes are all labels that anybody named."""
    frame = read_columns(votes, "votes", ["item", "annotator", "label"], ["item"])
    key = items.cast(pl.String)
    frame = frame.filter(pl.col("item").cast(pl.String).is_in(key.implode()))
    named = [frame["label"].cast(pl.String)]
    for labeled, where in ((settled, "golden"), (suggestions, "suggestions"), (labels, "labels")):
        if labeled is not None:
            named.append(read_columns(labeled, where, ["item", "label"], ["item"])["label"].cast(pl.String))
    classes = sorted(pl.concat([column.rename("label") for column in named]).drop_nulls().unique().to_list())
    return votes_frame(frame, golden=settled, classes=classes)


def _rows(voted: pl.Series, items: pl.Series) -> npt.NDArray[np.int64]:
    places = pl.DataFrame({"item": items.cast(pl.String), "row": np.arange(len(items))})
    keys = pl.DataFrame({"item": voted.cast(pl.String)})
    return keys.join(places, on="item", how="left", maintain_order="left")["row"].to_numpy()


def _probabilities(probabilities: IntoDataFrame, votes: Votes) -> Floats:
    frame = read_columns(probabilities, "probabilities", ["item", *votes.classes], ["item"])
    keyed = frame.with_columns(pl.col("item").cast(pl.String), pl.col(*votes.classes).cast(pl.Float64, strict=False))
    keys = pl.DataFrame({"item": votes.items.cast(pl.String)})
    met = keys.join(keyed.unique("item", keep="last"), on="item", how="left", maintain_order="left")
    shares = met.select(votes.classes).fill_null(float("nan")).to_numpy()
    return checked_probabilities(shares, len(votes.items), len(votes.classes))


def _consensus(votes: Votes, method: str, seed: int) -> tuple[Floats, Codes]:
    """Posterior and label of the votes; settled labels teach who errs, but an item's own is kept from it."""
    aggregate = consensus_of(votes, method=method, seed=seed)
    posterior = aggregate.posterior.copy()
    anchored = votes.golden >= 0
    if anchored.any():
        blind = consensus_of(votes.without_golden(), method=method, seed=seed, choice=aggregate.choice)
        posterior[anchored] = blind.posterior[anchored]
    label, _ = leading(posterior, votes.items, votes.classes, seed=seed)
    label[np.bincount(votes.item, minlength=len(label)) == 0] = -1
    return posterior, label


def _placed(agreed: Agreed, votes: Votes, method: str, seed: int) -> tuple[Floats, Codes]:
    """The posterior and label of a consensus that is known; where it only repeats a golden label, those of the votes."""
    columns = {name.removeprefix("p_"): name for name in agreed.frame.columns if name.startswith("p_")}
    keyed = agreed.frame.with_columns(pl.col("item").cast(pl.String))
    joined = pl.DataFrame({"item": votes.items.cast(pl.String)}).join(
        keyed, on="item", how="left", maintain_order="left"
    )
    none = pl.lit(0.0)
    placed = [joined[columns[code]] if code in columns else none.alias(code) for code in votes.classes]
    posterior = joined.select(placed).fill_null(0.0).to_numpy().copy()
    label = labels_of(agreed.frame, votes.items, votes.classes, "agreed")
    anchored = labels_of(agreed.golden, votes.items, votes.classes, "golden") >= 0
    if anchored.any():
        blind = consensus_of(votes.without_golden(), method=method, seed=seed, choice=agreed.choice)
        posterior[anchored] = blind.posterior[anchored]
        label[anchored], _ = leading(
            posterior[anchored], votes.items.filter(pl.Series(anchored)), votes.classes, seed=seed
        )
        label[np.bincount(votes.item, minlength=len(label)) == 0] = -1
    return posterior, label


def _clamped(posterior: Floats, settled: Codes) -> Floats:
    clamped = posterior.copy()
    anchored = np.flatnonzero(settled >= 0)
    clamped[anchored] = 0
    clamped[anchored, settled[anchored]] = 1
    return clamped


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
