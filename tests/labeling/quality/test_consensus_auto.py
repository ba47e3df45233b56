"""How auto weighs the models: the arithmetic by hand, and worlds in which one model or another misleads."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from labeling.quality.consensus import METHODS, Choice, consensus
from labeling.quality.consensus.auto import model
from labeling.quality.consensus.foretelling import TEMPERATURES, best_temperature, foretell
from labeling.quality.consensus.hierarchical import fit as hierarchical
from labeling.quality.consensus.incidence import Incidence, soften
from labeling.quality.consensus.weighing import last_temperature, lost_class, stack, weigh
from labeling.quality.frames import votes_frame
from tests.labeling.quality.crowds import accuracy, crowd, even


def chosen(votes: pl.DataFrame, golden: pl.DataFrame | None = None) -> tuple[pl.DataFrame, Choice]:
    found = consensus(votes, golden=golden)
    assert found.choice is not None
    return found.frame, found.choice


def golden_of(truth: pl.DataFrame, n: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """``n`` golden items, and the rest to score on."""
    return truth.head(n), truth.tail(len(truth) - n)


def test_weights_of_models_that_are_never_both_right_are_their_shares_of_cases_and_prior() -> None:
    chances = np.array([[1.0, 0.0]] * 6 + [[0.0, 1.0]] * 3)
    np.testing.assert_allclose(stack(chances, np.array([0.5, 0.5]), 1.0), [6.5 / 10, 3.5 / 10])
    np.testing.assert_allclose(stack(chances, np.array([0.1, 0.9]), 18.0), [7.8 / 27, 19.2 / 27], rtol=1e-4)


def test_models_that_foretell_alike_keep_their_prior_weights() -> None:
    chances = np.full((50, 3), 0.7)
    np.testing.assert_allclose(stack(chances, np.array([0.2, 0.5, 0.3]), 1.0), [0.2, 0.5, 0.3])


def test_the_last_temperature_is_one_without_evidence_and_above_it_for_sure_and_wrong() -> None:
    assert last_temperature(np.empty((0, 2)), np.empty(0, dtype=np.int32)) == pytest.approx(1.0)
    posterior = np.tile([0.99, 0.01], (1000, 1))
    truth = np.array([0] * 800 + [1] * 200, dtype=np.int32)
    # Eight in ten right: odds of 99 are to become odds of about 4.
    assert last_temperature(posterior, truth) == pytest.approx(np.log(99) / np.log(4), rel=0.1)
    few = last_temperature(posterior[:5], truth[[0, 0, 0, 0, 999]])
    assert 1 < few < 2.5


def test_copied_votes_call_for_a_higher_temperature_than_independent_ones() -> None:
    votes, _ = crowd(even([0.75] * 5, 2), items=400, overlap=5, seed=1)
    copies = [votes.with_columns(annotator=pl.col("annotator") + 10 * each) for each in range(4)]

    def temperature(frame: pl.DataFrame) -> float:
        gate = votes_frame(frame)
        found = foretell(gate, {"model": hierarchical}, np.random.default_rng(0))["model"]
        assert found.shape == (len(gate), len(TEMPERATURES))
        return best_temperature(found)

    assert temperature(votes) < 1.6
    assert temperature(pl.concat(copies)) > 2


def test_every_vote_is_hidden_once_from_a_model_that_has_not_seen_it() -> None:
    votes = votes_frame(crowd(even([0.8] * 4, 2), items=30, overlap=4, seed=5)[0])
    seen = np.arange(len(votes)) % 3 > 0
    hide = votes.item < 10
    fits: list[int] = []
    found = foretell(
        votes,
        {"model": hierarchical},
        np.random.default_rng(0),
        visible=seen,
        hide=hide,
        watch=lambda name, fitted, incidence: fits.append(incidence.votes),
    )["model"]
    hidden = int((seen & hide).sum())
    assert found.shape == (hidden, len(TEMPERATURES))
    assert sum(int(seen.sum()) - each for each in fits) == hidden
    assert ((found > 0) & (found < 1)).all()


def test_a_class_is_lost_when_clear_votes_for_it_count_for_nothing() -> None:
    counts = np.array([[3.0, 0.0]] * 90 + [[0.0, 3.0]] * 10)
    shares = counts / 3
    gone = np.tile([1.0, 0.0], (100, 1))
    assert lost_class(gone, counts)
    assert lost_class(np.tile([0.6, 0.4], (100, 1)), counts)
    # A rare class may well be outweighed everywhere and yet be likelier where it is named.
    assert not lost_class(np.array([[0.99, 0.01]] * 90 + [[0.75, 0.25]] * 10), counts)
    assert not lost_class(shares, counts)
    assert not lost_class(gone, np.array([[3.0, 0.0]] * 97 + [[0.0, 3.0]] * 3))
    assert not lost_class(gone, np.array([[3.0, 0.0]] * 90 + [[2.0, 2.0]] * 10))


def one_sided(seed: int = 0) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Voters who only ever name one class, each on the items they know: to EM their votes carry no news."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 2, 300)
    rows = []
    for item, true in enumerate(truth):
        for who in range(8):
            side = who % 2
            if random.random() < (0.6 if side == true else 0.12):
                rows.append((item, who, "ab"[side]))
    votes = pl.DataFrame(rows, schema=["item", "annotator", "label"], orient="row")
    return votes, pl.DataFrame({"item": np.arange(300), "label": np.array(["a", "b"])[truth]}).filter(
        pl.col("item").is_in(votes["item"].unique().to_list())
    )


def test_collapsed_models_are_left_out_and_said_so() -> None:
    votes, truth = one_sided()
    frame, choice = chosen(votes)
    heads = accuracy(consensus(votes, method="majority").frame, truth)
    assert heads > 0.85
    assert accuracy(consensus(votes, method="dawid_skene").frame, truth) < 0.7
    assert accuracy(frame, truth) == pytest.approx(heads, abs=0.01)
    assert choice.models["dawid_skene"].excluded == "collapsed"
    assert choice.models["dawid_skene"].weight == 0
    assert choice.models["majority"].excluded is None


def worlds() -> dict[str, tuple[npt.NDArray[np.float64], int, list[float] | None]]:
    """Confusions, overlap and class shares: kinds of crowds that some model is wrong about."""
    random = np.random.default_rng(11)
    lenient = np.array([[[0.9, 0.1], [0.55, 0.45]]] * 6 + [[[0.95, 0.05], [0.1, 0.9]]] * 3)
    spam = np.concatenate([even([0.85] * 5, 3), np.tile([[0.2, 0.5, 0.3]], (6, 3, 1))])
    return {
        "even": (even(list(random.uniform(0.65, 0.95, 10)), 2), 5, None),
        "few votes": (even(list(random.uniform(0.7, 0.95, 12)), 4), 3, None),
        "spammers": (spam, 6, None),
        "adversaries": (even([0.85] * 8 + [0.1] * 4, 2), 7, None),
        "rare class": (even(list(random.uniform(0.75, 0.95, 10)), 2), 5, [0.92, 0.08]),
        "one class hard for all": (lenient, 6, None),
        "many classes": (even(list(random.uniform(0.6, 0.9, 15)), 20), 4, None),
    }


@pytest.mark.parametrize("name", worlds())
def test_auto_stays_near_the_best_model_and_above_majority(name: str) -> None:
    confusions, overlap, prior = worlds()[name]
    votes, truth = crowd(confusions, items=200, overlap=overlap, seed=3, prior=prior)
    golden, rest = golden_of(truth, 30)
    scores = {method: accuracy(consensus(votes, golden=golden, method=method).frame, rest) for method in METHODS}
    auto = scores.pop("auto")
    assert auto >= max(scores.values()) - 0.02
    assert auto >= scores["majority"] - 0.01


def test_golden_items_outvote_the_votes() -> None:
    """Half of the pool shares a mistake that votes can't show; who is right is settled by golden items."""
    random = np.random.default_rng(2)
    truth = random.integers(0, 2, 400)
    mistaken = np.where(random.random(400) < 0.45, 1 - truth, truth)
    rows = []
    for item in range(400):
        for who in range(9):
            belief = truth if who < 4 else mistaken
            said = belief[item] if random.random() < 0.93 else 1 - belief[item]
            rows.append((item, who, "ab"[said]))
    votes = pl.DataFrame(rows, schema=["item", "annotator", "label"], orient="row")
    answers = pl.DataFrame({"item": np.arange(400), "label": np.array(["a", "b"])[truth]})
    golden, rest = golden_of(answers, 120)
    without, _ = chosen(votes)
    within, choice = chosen(votes, golden)
    assert accuracy(without, rest) < 0.75
    assert choice.reason == "golden_items"
    assert accuracy(within, rest) > accuracy(without, rest) + 0.05


def test_the_choice_tells_its_reasons_and_figures() -> None:
    votes, truth = crowd(even([0.9, 0.8, 0.7, 0.85, 0.6], 3), items=120, overlap=4, seed=6)
    _, free = chosen(votes)
    assert (free.reason, free.votes, free.golden, free.temperature) == ("held_out_votes", 480, 0, 1.0)
    assert all(found.golden_score is None and found.golden_accuracy is None for found in free.models.values())
    _, anchored = chosen(votes, truth.head(20))
    assert (anchored.reason, anchored.golden) == ("golden_items", 20)
    for choice in (free, anchored):
        assert set(choice.models) == set(METHODS) - {"auto"}
        assert sum(found.weight for found in choice.models.values()) == pytest.approx(1)
        assert choice.models[choice.leading].weight == max(found.weight for found in choice.models.values())
        assert all(found.vote_score is not None and found.vote_score < 0 for found in choice.models.values())


def test_a_golden_label_is_hidden_from_the_model_that_foretells_it() -> None:
    """Majority needs no fitting: with its label hidden, a golden item is its vote shares, and three votes don't tie."""
    votes, truth = crowd(even([0.8, 0.7, 0.7, 0.65], 2), items=60, overlap=3, seed=6)
    golden = truth.head(25)
    _, choice = chosen(votes, golden)
    heads = accuracy(consensus(votes, method="majority").frame, golden)
    assert heads < 1
    assert choice.models["majority"].golden_accuracy == pytest.approx(heads)


def test_golden_labels_move_the_weights_that_votes_gave() -> None:
    right, wrong = np.tile([0.9, 0.1], (40, 1)), np.tile([0.1, 0.9], (40, 1))
    chances = {"majority": np.full((200, 13), 0.8), "ebcc": np.full((200, 13), 0.4)}
    truth = np.zeros(40, dtype=np.int32)
    by_votes, _ = weigh(["majority", "ebcc"], chances, {}, truth)
    assert by_votes["majority"] > 0.99
    by_golden, _ = weigh(["majority", "ebcc"], chances, {"majority": wrong, "ebcc": right}, truth)
    assert by_golden["ebcc"] > 0.75
    few, _ = weigh(["majority", "ebcc"], chances, {"majority": wrong[:1], "ebcc": right[:1]}, truth[:1])
    assert few["majority"] > 0.8


def test_probabilities_are_softened_to_what_votes_and_then_golden_items_vouch_for() -> None:
    """Everyone errs alike on the same third of items: models are certain there, votes and golden items know better."""
    random = np.random.default_rng(4)
    truth = random.integers(0, 2, 300)
    hard = random.random(300) < 0.35
    item, who = np.repeat(np.arange(300), 12), np.tile(np.arange(12), 300)
    chance = np.where(hard[item], 0.45, 0.95)
    given = np.where(random.random(len(item)) < chance, truth[item], 1 - truth[item])
    votes = pl.DataFrame({"item": item, "annotator": who, "label": given})
    answers = pl.DataFrame({"item": np.arange(300), "label": truth})
    golden, rest = golden_of(answers, 100)

    def too_sure(frame: pl.DataFrame) -> float:
        return float(frame.tail(200)["probability"].mean()) - accuracy(frame, rest)

    plain = too_sure(consensus(votes, method="hierarchical").frame)
    free, by_votes = chosen(votes)
    anchored, by_golden = chosen(votes, golden)
    assert plain > 0.15
    assert by_votes.models["hierarchical"].temperature > 1.4
    assert too_sure(free) < plain - 0.03
    assert by_golden.temperature > 1.2
    assert abs(too_sure(anchored)) < 0.05


def test_the_posterior_is_the_average_that_the_choice_tells() -> None:
    votes, _ = crowd(even([0.9, 0.8, 0.7, 0.6, 0.6, 0.6], 2), items=80, overlap=6, seed=12)
    found = consensus(pl.concat([votes, votes.with_columns(pl.col("annotator") + 10)]))
    assert found.choice is not None
    named, item, _ = found.votes.by_name()
    incidence = Incidence.of(named)
    expected = np.zeros_like(found.posterior)
    kept = {name: each for name, each in found.choice.models.items() if each.weight >= 0.01}
    for name, each in kept.items():
        expected += each.weight * soften(model(name, 0)(incidence).posterior, each.temperature)
    np.testing.assert_allclose(found.posterior, expected[item] / sum(each.weight for each in kept.values()))
    assert max(each.temperature for each in kept.values()) > 1.5


def test_the_same_seed_gives_the_same_answer() -> None:
    votes, truth = crowd(even([0.9, 0.8, 0.7, 0.6], 2), items=80, overlap=3, seed=9)
    first, second = (consensus(votes, golden=truth.head(8), seed=5) for _ in range(2))
    assert first.frame.equals(second.frame)
    assert first.choice == second.choice


def test_large_projects_are_weighed_on_whole_items_golden_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labeling.quality.consensus.auto.LEAST_SAMPLE", 100)
    monkeypatch.setattr("labeling.quality.consensus.auto.SAMPLE_VOTES", 202)
    votes, truth = crowd(even([0.9, 0.8, 0.7, 0.6], 2), items=150, overlap=4, seed=9)
    frame, choice = chosen(votes, truth.tail(30))
    assert choice.votes == 200
    assert choice.golden == 30
    assert frame["n"].sum() == 600
    assert accuracy(frame, truth) > 0.8


def test_a_channel_too_large_to_hold_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labeling.quality.consensus.auto._MOST_CELLS", 10)
    votes, _ = crowd(even([0.9, 0.8, 0.7], 2), items=30, overlap=3, seed=9)
    _, choice = chosen(votes)
    assert choice.models["ebcc"].excluded == "too_large"
    assert choice.models["ebcc"].vote_score is None
    assert choice.models["ebcc"].weight == 0
