"""Each reason why a label is suspected has its sentence and its name, in each language."""

from __future__ import annotations

import math

import pytest

from labeling.review.triage import Reason
from pages.ui.locales import LOCALES
from pages.ui.reason_words import reason_name, reason_sentence
from tests.pages.review.reviewed import reason


@pytest.mark.parametrize("locale", LOCALES)
def test_every_reason_has_its_sentence_and_its_name(locale: str) -> None:
    sentences = {code: reason_sentence(reason(code, 0.4, "neutral"), {}, locale) for code in Reason}
    names = {code: reason_name(code, locale) for code in Reason}
    assert len(set(sentences.values())) == len(set(names.values())) == len(Reason)
    assert not any("{" in said for said in sentences.values())
    assert reason_sentence(reason("from_the_future", 0.4), {}, locale) == "from_the_future"


def test_a_share_is_never_rounded_to_nothing() -> None:
    assert "< 1%" in reason_sentence(reason("label_issue", 0.0004), {}, "en")
    assert "0% of the votes" in reason_sentence(reason("votes_disagree", 0.0), {}, "en").replace("\u00a0", "")
    # e to the power of one.
    assert reason_sentence(reason("rulings_class", 1.0), {}, "ru").endswith("шансы ошибки выше в 2,7 раза")


def test_no_probability_is_certain_and_no_odds_are_beyond_a_hundred() -> None:
    assert "probability of < 1%" in reason_sentence(reason("label_issue", 0.0), {}, "en")
    assert "probability of > 99%" in reason_sentence(reason("next_assessor", 1.0), {}, "en")
    assert "классификатор даёт ей вероятность 11" in reason_sentence(reason("label_issue", 0.11), {}, "ru")
    # All votes are counted: that is certain.
    assert "100% of the votes" in reason_sentence(reason("votes_disagree", 1.0), {}, "en")
    far = reason("rulings_level", math.log(253.8))
    assert reason_sentence(far, {}, "ru").endswith("шансы ошибки выше более чем в 100 раз")
    assert reason_sentence(far, {}, "en").endswith("the odds of an error are more than 100 times as high")
    assert "99.0 times as high" in reason_sentence(reason("rulings_level", math.log(99)), {}, "en")
