"""What is said of an assessor whom no signal names: what was tested, and how their pace stands to the others'."""

from __future__ import annotations

import polars as pl

from pages.quality.assessor_table import no_signal_sentence
from pages.ui.words import say


def signals(*rows: tuple[str, str, float, float | None]) -> pl.DataFrame:
    names = {"annotator": pl.String, "signal": pl.String, "value": pl.Float64, "threshold": pl.Float64}
    return pl.DataFrame(rows, schema=names, orient="row")


def test_a_pace_far_below_the_others_is_told_with_its_threshold() -> None:
    found = signals(
        ("assessor:1", "unread", 3.6, 0.7),
        ("assessor:1", "too_fast", 3.6, 2.1),
        ("assessor:1", "drift", 0.4, None),
        ("assessor:2", "too_fast", 9.2, 2.1),
        ("assessor:3", "too_fast", 19.0, 2.1),
    )
    assert no_signal_sentence(found, "assessor:1") == (
        "Сигналов нет. Проверено: не читает, слишком быстро — ничто не вышло за свой порог. "
        "Медиана — 3,6 с на объект; сигналом была бы медиана ниже 2,1 с, у честного асессора такая бывает раз на тысячу "
        "проверок. Это быстрее всех: у следующего 9,2 с. Посмотрите на точность по контрольным заданиям."
    )
    slower = no_signal_sentence(found, "assessor:2")
    assert "9,2 с на объект" in slower and "быстрее всех" not in slower


def test_what_could_not_be_tested_is_not_told_as_tested() -> None:
    found = signals(("assessor:1", "unread", 3.6, 0.7), ("assessor:1", "too_fast", 3.6, None))
    assert no_signal_sentence(found, "assessor:1") == say("ru", "assessors.no_signals", tested="не читает")
    assert no_signal_sentence(found, "assessor:2") == say("ru", "assessors.not_tested")
