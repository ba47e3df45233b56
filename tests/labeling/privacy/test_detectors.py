"""Detectors are asked only where they can find something: the gates let through whatever is to be found."""

from __future__ import annotations

import re
import time

import pytest

from labeling.privacy import Masker, addresses, masking
from labeling.privacy.detectors import Detector, candidates
from labeling.privacy.view import View, sign
from tests.labeling.privacy.corpus import Sentence
from tests.labeling.privacy.sentences import ALL

DETECTORS = (*masking._SIGNS, *addresses.DETECTORS)
# What the corpora have no sentence for.
RARE = [
    ("55°45'21\"N 37°37'04\"E, жду у входа", "GEO"),
    ("идентификатор рекламы 9b1deb4d3b7d4bad", "DEVICE"),
    ("с номера 8 912 *** ** 67 звонят", "PHONE"),
    ("the card ending in 4417", "CARD"),
    ("карта заканчивается на 4417", "CARD"),
    ("бик 044 525 225", "BIC"),
    ("номер 123456 серия 4509 паспорта", "PASSPORT"),
    ("паспорт № 123456", "PASSPORT"),
    ("код подразделения 770-045", "PASSPORT"),
    ("{NAME}, 12.03.1975, открывает вклад", "BIRTH"),
    ("id клиента {CLIENT} и 7712093", "CLIENT"),
    ("договоры {CONTRACT} и 7712093", "CONTRACT"),
    ("заявки {CASE}, 7712093", "CASE"),
    ("карта {CARD} 08/27", "EXPIRY"),
    ("карта {CARD} {EXPIRY} 123", "CVV"),
    ("с. Петровское, д. 21", "ADDRESS"),
    ("Ленина 5, домофон 12", "ADDRESS"),
    ("почтовый индекс 410012", "ADDRESS"),
    ("my zip code is 90026", "ADDRESS"),
]


def views(sentence: Sentence) -> list[str]:
    """The sentence as it is, and with each value but one masked already."""
    texts = [View.of(sentence.text).text]
    for left in range(len(sentence.gold)):
        text, at = "", 0
        for number, (start, end, kind) in enumerate(sentence.gold):
            text += View.of(sentence.text[at:start]).text
            text += View.of(sentence.text[start:end]).text if number == left else sign(kind)
            at = end
        texts.append(text + View.of(sentence.text[at:]).text)
    return texts


@pytest.mark.parametrize(("text", "kind"), RARE)
def test_rare_forms(text: str, kind: str) -> None:
    found = candidates(re.sub(r"\{([A-Z]+)\}", lambda match: sign(match[1]), text), DETECTORS)
    assert kind in {each[2] for each in found}


@pytest.mark.parametrize("name", ALL)
def test_the_gates_shut_nothing_out(name: str) -> None:
    for sentence in ALL[name]:
        for text in views(sentence):
            found = [each for detector in DETECTORS for each in detector.find(text)]
            assert candidates(text, DETECTORS) == found, text


def test_every_detector_finds_something_somewhere() -> None:
    texts = [re.sub(r"\{([A-Z]+)\}", lambda match: sign(match[1]), text) for text, _ in RARE]
    texts += [text for sentences in ALL.values() for sentence in sentences for text in views(sentence)]
    idle = set(range(len(DETECTORS)))
    for text in texts:
        idle -= {at for at in idle if next(DETECTORS[at].find(text), None)}
    assert not idle, [DETECTORS[at].words for at in idle]


@pytest.mark.parametrize(
    "piece",
    [
        "а",
        "абвгд-1",
        "1 ",
        "a1:",
        "1.",
        "http://a/",
        "a=1&",
        "договор займа на ",
        "id клиента ",
        "(8) ",
        "8\n9",
        "55.12345 ",
        "до 05/27 ",
        "_1",
    ],
)
def test_no_text_takes_for_ever(piece: str) -> None:
    """Also none that repeats what forms begin with: a form tried anew at every word to the end would take minutes."""
    text = f"https://a.ru/?{piece * (20_000 // len(piece))} № 1234567"
    began = time.process_time()
    Masker(names=False).mask(text)
    assert time.process_time() - began < 5


def test_a_gate_wants_all_its_digits_and_one_of_its_words() -> None:
    detector = Detector(lambda text: iter([(0, len(text), "CARD")]), ("карт", "card"), 4)
    assert candidates("КАРТА 1234", [detector]) == [(0, 10, "CARD")]
    assert candidates("КАРТА 123", [detector]) == candidates("счёт 1234", [detector]) == []
