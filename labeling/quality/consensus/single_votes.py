"""How sure one vote makes: as sure as its annotator was right where that could be seen.

A share of one vote is 1, whoever gave it. How right annotators are shows on golden items and, less sharply, where several of
them voted. Where there is neither, nothing in the votes tells: then everybody is taken to be right two times of three, the
prior of the one-coin model, and the consensus says that it is no more than that.
"""

from __future__ import annotations

import numpy as np

from labeling.quality.consensus.incidence import Floats, Incidence
from labeling.quality.consensus.one_coin import RIGHT, WRONG

# An annotator's own accuracy starts from this many votes at everybody's.
_OWN_VOTES = 4.0
# The label of the vote leads, however bad its annotator.
_LEAD = 1e-6


def as_sure_as_annotators(incidence: Incidence, shares: Floats) -> Floats:
    """Vote shares (items, classes), those of items with one vote and no golden label put at its annotator's accuracy, in place.

    What is left is spread evenly over the other classes. The accuracy is shrunk to everybody's, and that to the prior.
    """
    classes = incidence.classes
    single = incidence.single()
    if classes == 1 or not single.any():
        return shares
    votes = incidence.by_item.tocoo()
    annotator, label = np.divmod(votes.col, classes)
    of_single = single[votes.row]
    seen = ~of_single
    people = {"minlength": incidence.annotators}
    right = np.bincount(annotator[seen], shares[votes.row[seen], label[seen]], **people)
    total = np.bincount(annotator[seen], **people)
    everyone = (right.sum() + RIGHT) / (total.sum() + RIGHT + WRONG)
    accuracy = np.maximum((right + _OWN_VOTES * everyone) / (total + _OWN_VOTES), 1 / classes + _LEAD)
    own = accuracy[annotator[of_single]]
    item = votes.row[of_single]
    shares[item] = ((1 - own) / (classes - 1))[:, None]
    shares[item, label[of_single]] = own
    return shares
