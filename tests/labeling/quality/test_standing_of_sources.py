"""How sources stand: by chances, against statsmodels and a fit written out anew; who leads, and when that is sure."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from scipy.special import expit

from labeling.quality.frames import votes_frame
from labeling.quality.intervals import wilson
from labeling.quality.kinds.consensus import pair_consensus
from labeling.quality.kinds.pair import coded_preferences
from labeling.quality.preferences.chosen import preferences, verdicts_of
from labeling.quality.preferences.davidson import CHANCES, PRIOR_SD, Ahead, rank_sources
from labeling.quality.preferences.shortcuts import favourite
from labeling.quality.preferences.standing import lead_of, lengths, meetings, rank_preferences
from tests.labeling.quality.test_preferences import ANSWERS, PAIRS, compared, made, voted


def test_chances_count_by_how_sure_they_are_as_an_independent_fit_of_them_has_it() -> None:
    rng = np.random.default_rng(7)
    rows = made(rng, np.array([0.8, 0.0, -0.8]), 60, 1)
    chances = rng.dirichlet(np.full(4, 0.5), len(rows))
    told = rows.with_columns(pl.Series(name, chances[:, at]) for at, name in enumerate(CHANCES))
    found = rank_sources(told)
    names = found.frame["source"].sort().to_list()

    def surprise(x: np.ndarray) -> float:
        total = (x**2).sum() / (2 * PRIOR_SD**2)
        for (_, first, second, _), (win, loss, tie, bad) in zip(rows.iter_rows(), chances, strict=True):
            a, b = x[names.index(first)], x[names.index(second)]
            total += np.log(np.exp(a) + np.exp(b) + np.exp(x[-1] + (a + b) / 2))
            total -= win * a + loss * b + (tie + bad) * (x[-1] + (a + b) / 2)
        return float(total)

    other = minimize(surprise, np.zeros(4), method="BFGS", options={"gtol": 1e-6}).x
    assert found.frame.sort("source")["strength"].to_list() == pytest.approx(other[:3] - other[:3].mean(), abs=1e-4)
    sure = rank_sources(rows.with_columns((pl.col("label") == name[2:]).cast(float).alias(name) for name in CHANCES))
    plain = rank_sources(rows)
    assert sure.frame.drop("source").to_numpy() == pytest.approx(plain.frame.drop("source").to_numpy())
    assert sure.half == pytest.approx(plain.half)


def test_two_sources_that_never_tie_are_a_logit_of_one_share() -> None:
    """A binomial proportion by statsmodels: where the prior says next to nothing both must say the same."""
    rows = [(at, "x", "y", "first" if at % 5 else "second") for at in range(1_000)]
    fit = sm.Logit(np.array([at % 5 > 0 for at in range(1_000)], dtype=float), np.ones(1_000)).fit(disp=0)
    ahead = rank_sources(compared(rows)).ahead("x", "y")
    low, high = (expit(end) for end in fit.conf_int()[0])
    assert ahead.share.value == pytest.approx(0.8, abs=1e-3)
    assert (ahead.share.low, ahead.share.high) == pytest.approx((low, high), abs=2e-3)
    assert ahead.is_sure and ahead.more is None and ahead.share.n == 1_000


def test_so_many_more_pairs_would_be_enough_were_it_to_stay_so() -> None:
    def answered(times: int) -> Ahead:
        rows = [(at, "x", "y", "first" if at % 20 < 11 else "second") for at in range(20 * times)]
        return rank_sources(compared(rows)).ahead("x", "y")

    few = answered(2)
    assert not few.is_sure and few.more is not None
    enough = (40 + few.more) / 20
    # Student's quantile is a little wider for few pairs.
    assert not answered(int(0.9 * enough)).is_sure
    assert answered(int(1.05 * enough)).is_sure


def test_the_better_of_two_is_named_first_and_equals_need_no_number_of_pairs() -> None:
    rows = [(at, "x", "y", "first" if at % 2 else "second") for at in range(40)]
    ahead = rank_sources(compared(rows)).ahead("y", "x")
    assert (ahead.first, ahead.share.value, ahead.is_sure, ahead.more) == ("y", pytest.approx(0.5), False, None)


def test_the_lead_is_of_the_group_that_most_pairs_are_of() -> None:
    rows = [(at, "x", "y", "first") for at in range(3)] + [(9, "u", "v", "first")]
    found = rank_sources(compared(rows))
    lead = lead_of(found)
    assert lead is not None and (lead.first, lead.second, lead.share.n) == ("x", "y", 3)
    assert sorted(found.items.values()) == [1, 3]
    assert lead_of(rank_sources(compared([(1, None, "x", "first")]))) is None


def test_meetings_lengths_and_the_favourite_by_hand() -> None:
    sources = [("x", "y"), ("y", "x"), ("y", "z"), ("x", "y"), ("x", None), ("x", "x"), ("x", "y"), ("x", "y")]
    both = pl.DataFrame(sources, schema=["first_source", "second_source"], orient="row")
    votes = coded_preferences(votes_frame(voted(ANSWERS)))
    agreed = verdicts_of(pair_consensus(votes, method="majority"))
    found = preferences(agreed, pl.concat([PAIRS, both], how="horizontal"))
    names = ("source", "other", "n", "wins", "losses", "ties", "both_bad", "share")
    rows = {row[:2]: row[2:] for row in meetings(found).select(names).rows()}
    # Items 1 and 2 go to x, 4 is both bad, 7 was said of two texts that are the same, 3 is a tie, 8 has no vote.
    assert rows[("x", "y")] == (4, 3, 0, 0, 1, 1.0) and rows[("y", "x")] == (4, 0, 3, 0, 1, 0.0)
    assert rows[("y", "z")] == (1, 0, 0, 1, 0, None)
    assert favourite(found) == ("x", wilson(2, 2))
    assert dict(lengths(found).select("source", "n").iter_rows()) == {"x": 8, "y": 6, "z": 1}
    ranked = rank_preferences(found)
    assert (ranked.unsourced, ranked.own) == (1, 1)
