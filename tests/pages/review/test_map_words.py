"""What the data map opens with, in words."""

from __future__ import annotations

from pages.review.map_controls import map_answer


def test_the_wrong_share_is_of_the_unchecked_hard_ones_and_says_so() -> None:
    counted = {"hard": (150, 35, 0.13), "ambiguous": (100, 0, 0.0), "easy": (225, 90, 0.02)}
    assert map_answer(counted) == (
        "Трудны для классификатора 150 из 475 меток (32%). Не проверено трудных 35, из них неверны, вероятно, 13%; "
        "лёгких 90, из них неверны 2%. Начните с трудных."
    )
    no_easy = map_answer(counted | {"easy": (225, 0, 0.0)})
    assert "Не проверено из них 35, неверны, вероятно, 13" in no_easy
