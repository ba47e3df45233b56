"""What is masked ends before white space, whoever found it: lines, cells and words stay apart as they were."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.privacy import KINDS, Masked, Masker
from tests.labeling.privacy.sentences import ALL

MASKER = Masker()
TEXTS = [sentence.text for sentences in ALL.values() for sentence in sentences]
SPACES = ("\n", "\r\n", "\t", "  ", "\u00a0", " ", "\u2028")


def check(text: str, masked: Masked) -> None:
    at, kept = 0, ""
    for span in masked.spans:
        found = text[span.start : span.end]
        assert found == found.strip(), f"{found!r} of {span.kind} has white space at its ends"
        assert len(found.splitlines()) == 1 and "\t" not in found, f"{found!r} of {span.kind} runs on to another line"
        assert not re.match(r"\w", text[span.end : span.end + 1]), f"{found!r} of {span.kind} ends inside a word"
        kept += text[at : span.start]
        at = span.end
    kept += text[at:]
    assert re.findall(r"\s", masked.text) == re.findall(r"\s", kept)
    assert len(masked.text.splitlines()) == len(text.splitlines())
    assert [line.count("\t") for line in masked.text.splitlines()] == [line.count("\t") for line in text.splitlines()]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(SPACES)), min_size=1, max_size=5))
def test_sentences_stay_apart(parts: list[tuple[str, str]]) -> None:
    text = "".join(sentence + space for sentence, space in parts)
    check(text, MASKER.mask(text))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(TEXTS), st.randoms(use_true_random=False), st.sampled_from(SPACES))
def test_wherever_a_line_is_broken(text: str, random: object, space: str) -> None:
    """Also in the middle of a name, a number or an address."""
    chance = random.random
    broken = re.sub(" ", lambda _: space if chance() < 0.3 else " ", text)
    check(broken, MASKER.mask(broken))


def test_every_kind_is_checked() -> None:
    found = MASKER.mask_many([f"{text}\nда\r\n\tнет" for text in TEXTS])
    assert {span.kind for masked in found for span in masked.spans} == set(KINDS)
    for text, masked in zip(TEXTS, found, strict=True):
        check(f"{text}\nда\r\n\tнет", masked)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("адрес: ул. Мира 5, кв. 7\nответ да", "адрес: [ADDRESS_1]\nответ да"),
        ("ул. Мира 5\nа я жду", "[ADDRESS_1]\nа я жду"),
        ("живу на ул. Ленина\n20 минут ждал", "живу на [ADDRESS_1]\n20 минут ждал"),
        ("12 Baker Street\nLondon", "[ADDRESS_1]\nLondon"),
        # Parts of one value that a line or a cell ends in bear one placeholder.
        ("тел. 8 912 345\n67 89", "тел. [PHONE_1]\n[PHONE_1]"),
        ("ул. Мира, д. 5,\r\nкв. 7, код", "[ADDRESS_1],\r\n[ADDRESS_1], код"),
        ("Иванов\tПётр\t15000", "[NAME_1]\t[NAME_1]\t15000"),
        # A column of numbers is no phone.
        ("8\n450\n120\n35\n20\n15\n7", "8\n450\n120\n35\n20\n15\n7"),
        ("ФИО: Кудрявцев Виталий Васильевич\nДата рождения: 17.8.94", "ФИО: [NAME_1]\nДата рождения: [BIRTH_1]"),
    ],
)
def test_lines(text: str, masked: str) -> None:
    assert MASKER.mask(text).text == masked
