"""What is remembered of a review: scored again from bytes, without texts, as if it had been from the start."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from labeling.review.evidence import gather
from labeling.review.scoring import ReviewState, pack, scored, shared, taught, unpack
from labeling.review.suspicion import Suspicion, suspicion
from tests.labeling.review.worlds import films, votes

COUNT = 200
TEXTS, TRUTH = films(COUNT)
NAMES = np.array(["a", "b"])


@pytest.fixture(scope="module")
def reviewed() -> tuple[Suspicion, np.ndarray]:
    """Thirty rulings on a crowd of six, of which three label each item and sometimes err alike."""
    random = np.random.default_rng(0)
    who = np.argsort(random.random((COUNT, 6)), axis=1)[:, :3]
    said = np.repeat(TRUTH[:, None], 3, axis=1).astype(np.int64)
    said[::10] = 1 - said[::10]
    said[5::10, 0] = 1 - said[5::10, 0]
    items = pl.DataFrame({"item": range(COUNT), "text": TEXTS})
    evidence = gather(items, votes(who, said), method="majority")
    settled = np.full(COUNT, -1, dtype=np.int32)
    settled[:30] = TRUTH[:30]
    rulings = pl.DataFrame({"item": range(30), "label": NAMES[TRUTH[:30]]})
    return suspicion(evidence, rulings), settled


def rescored(state: ReviewState, settled: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    lesson = taught(state, settled)
    return scored(state, settled, lesson), lesson.terms


def test_scoring_again_from_bytes_equals_scoring_from_evidence(reviewed: tuple[Suspicion, np.ndarray]) -> None:
    found, settled = reviewed
    state = unpack(pack(found.state))
    scores, terms = rescored(state, settled)
    assert scores == pytest.approx(found.scores, abs=1e-3)
    assert terms == pytest.approx(found.lesson.terms, abs=5e-3)
    assert found.lesson.pull > 0
    assert scores[:30].tolist() == (settled[:30] != state.given[:30]).tolist()
    assert shared(state, settled) == found.shared


def test_what_was_packed_comes_back(reviewed: tuple[Suspicion, np.ndarray]) -> None:
    state = reviewed[0].state
    back = unpack(pack(state))
    assert back.items == tuple(str(each) for each in range(COUNT))
    assert (back.classes, back.names) == (state.classes, state.names)
    for name in ("given", "other", "prior", "disagree", "agreed"):
        assert np.array_equal(getattr(back, name), getattr(state, name)), name
    for name, was, now in zip(state.names, state.groups, back.groups, strict=True):
        assert now.dtype == np.float32
        assert np.abs((was - now).toarray()).max() <= (1e-3 if name == "text" else 0), name


def test_without_rulings_the_prior_stands(reviewed: tuple[Suspicion, np.ndarray]) -> None:
    state = reviewed[0].state
    scores, terms = rescored(state, np.full(COUNT, -1, dtype=np.int32))
    assert np.array_equal(scores, state.prior)
    assert not terms.any()


def test_a_ruling_may_name_a_class_that_nobody_voted_for(reviewed: tuple[Suspicion, np.ndarray]) -> None:
    state = reviewed[0].state
    settled = np.full(COUNT, -1, dtype=np.int32)
    settled[3] = len(state.classes)
    assert rescored(state, settled)[0][3] == 1


def test_bytes_that_are_something_else_are_refused(reviewed: tuple[Suspicion, np.ndarray]) -> None:
    for other in (b"", b"not an archive", pack(reviewed[0].state)[:200]):
        with pytest.raises(ValueError, match="state"):
            unpack(other)


def test_an_empty_state_packs() -> None:
    whole = ReviewState((), ("a",), *(np.empty(0, dtype=np.int32),) * 2, np.empty(0), *(np.empty(0),) * 2, (), ())
    whole = replace(whole, disagree=np.empty(0, dtype=np.float32), agreed=np.empty(0, dtype=bool))
    assert unpack(pack(whole)).items == ()
