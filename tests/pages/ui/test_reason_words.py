"""Each reason why a label is suspected has its sentence and its name, in each language."""

from __future__ import annotations

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
    assert "0%" in reason_sentence(reason("label_issue", 0.0), {}, "en")
    # e to the power of one.
    assert "2,7" in reason_sentence(reason("rulings_class", 1.0), {}, "ru")
