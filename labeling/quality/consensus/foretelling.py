"""Hidden votes: how well a model foretells them, and how sure of itself it may be.

Models of assessors take the votes on an item for independent. They aren't: assessors share guidelines, habits and
hard items, so posteriors run to 0 and 1 far too soon, and the sooner the more votes an item has. A posterior to the
power of 1 / temperature is softer and keeps its order of labels; the temperature that foretells hidden votes best is
the one that the votes themselves vouch for (C. Guo et al., On calibration of modern neural networks, ICML 2017,
with hidden votes in the place of known labels).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from labeling.quality.consensus.incidence import Fit, Floats, Incidence, soften
from labeling.quality.frames import Votes

FOLDS = 5
TEMPERATURES = np.geomspace(1.0, 12.0, 13)


def foretell(
    votes: Votes,
    models: Mapping[str, Callable[[Incidence], Fit]],
    random: np.random.Generator,
    *,
    visible: npt.NDArray[np.bool_] | None = None,
    hide: npt.NDArray[np.bool_] | None = None,
    watch: Callable[[str, Fit, Incidence], None] | None = None,
) -> dict[str, Floats]:
    """By model: probability given to each hidden vote at every temperature, (hidden votes, TEMPERATURES).

    Every vote under the mask ``hide`` (default: all) is hidden once, in one of FOLDS parts, from models fitted to the
    others under ``visible`` (default: all); rows keep the votes' order. ``watch`` is shown every fit.
    """
    visible = np.ones(len(votes), dtype=bool) if visible is None else visible
    hidden = np.flatnonzero(visible if hide is None else visible & hide)
    fold = random.permutation(len(hidden)) % FOLDS
    chances = {name: np.ones((len(hidden), len(TEMPERATURES))) for name in models}
    for turn in range(min(FOLDS, len(hidden))):
        part = hidden[fold == turn]
        learned = visible.copy()
        learned[part] = False
        incidence = Incidence.of(votes, learned)
        for name, fit in models.items():
            fitted = fit(incidence)
            chances[name][fold == turn] = _at_temperatures(fitted, votes, part)
            if watch is not None:
                watch(name, fitted, incidence)
    return chances


def best_temperature(chances: Floats) -> float:
    """The temperature with the largest mean log of ``chances`` (cases, TEMPERATURES); 1 without cases."""
    return float(TEMPERATURES[np.log(chances).sum(axis=0).argmax()])


def _at_temperatures(fitted: Fit, votes: Votes, part: npt.NDArray[np.int64]) -> Floats:
    item = votes.item[part]
    by_class = fitted.chances(item, votes.annotator[part], votes.label[part])
    posterior = fitted.posterior[item]
    softened = (soften(posterior, float(temperature)) for temperature in TEMPERATURES)
    return np.column_stack([np.einsum("vk,vk->v", shares, by_class) for shares in softened])
