"""The cards of agreement by kind say of what their n is."""

from __future__ import annotations

import polars as pl

from labeling.facts.kind_agreement import kind_agreement
from labeling.projects.classes import named_by_code
from labeling.quality.frames import votes_frame
from labeling.quality.kinds import Kind
from pages.quality import agreement_parts
from pages.ui.words import say


def test_means_over_pairs_of_people_count_pairs() -> None:
    rows = [(item, who, str((item + at) % 3)) for item in range(6) for at, who in enumerate("abc")]
    votes = votes_frame(pl.DataFrame(rows, schema=["item", "annotator", "label"], orient="row"))
    kinded = kind_agreement(Kind.ORDERED, votes, named_by_code(["0", "1", "2"]), draws=0)
    assert kinded is not None
    told = {title: value for title, value, _ in agreement_parts.kind_cards(kinded)}
    for name in ("kappa_linear", "kappa_quadratic"):
        assert told[say("ru", f"agreement.kind.{name}")].endswith("3\u00a0пары")
    assert told[say("ru", "agreement.kind.distance")].endswith("n\u00a0=\u00a06")
