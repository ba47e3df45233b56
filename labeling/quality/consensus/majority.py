"""Majority: every assessor is worth the same, an item's posterior is its vote shares; one vote alone is worth its giver."""

from __future__ import annotations

from labeling.quality.consensus.hierarchical import FIRST_STRENGTH, m_step
from labeling.quality.consensus.incidence import Fit, Incidence
from labeling.quality.consensus.single_votes import as_sure_as_annotators


def fit(incidence: Incidence) -> Fit:
    """Vote shares, a tie split equally and golden items clamped; confusions are counted against the shares."""
    shares = as_sure_as_annotators(incidence, incidence.shares())
    prior, channel, _ = m_step(incidence, shares, FIRST_STRENGTH)
    return Fit(shares, channel, prior)
