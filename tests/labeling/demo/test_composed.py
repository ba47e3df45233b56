"""The composed dialogues: as many as are told, all different, without anybody's data."""

from __future__ import annotations

from collections import Counter

from labeling.demo.compose import compose_items
from tests.labeling.demo.loaded import CODES, ITEMS, MISREADINGS, SPEAKERS
from tests.labeling.demo.test_items import TELLING

COMPOSED = compose_items()


def test_they_are_the_same_each_time_and_none_is_there_twice() -> None:
    assert compose_items() == COMPOSED
    assert len({item.text for item in [*ITEMS, *COMPOSED]}) == len(ITEMS) + len(COMPOSED) == 660
    assert not {item.id for item in COMPOSED} & {item.id for item in ITEMS}


def test_each_is_a_client_a_reply_and_a_client_without_a_gap_left_open() -> None:
    for item in COMPOSED:
        lines = item.text.splitlines()
        speakers = [next(one for one in SPEAKERS["ru"] if line.startswith(one)) for line in lines]
        assert speakers == [SPEAKERS["ru"][0], SPEAKERS["ru"][1], SPEAKERS["ru"][0]]
        assert not set("{}") & set(item.text)
        assert not TELLING.search(item.text)


def test_classes_are_known_none_is_the_majority_and_only_the_shared_misreading_misleads() -> None:
    counts = Counter(item.label for item in COMPOSED)
    assert set(counts) == set(CODES)
    assert max(counts.values()) < 0.4 * len(COMPOSED)
    assert {(item.label, item.misread_as) for item in COMPOSED if item.misread_as} <= MISREADINGS
    assert not any(item.golden for item in COMPOSED)
