"""Personal data: how much is found and how much too much, places, placeholders, and that no value stays anywhere."""

from __future__ import annotations

import dataclasses
import json
import pickle
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling import privacy as pii
from labeling.privacy import Masker, Span, mask
from tests.labeling.privacy import support
from tests.labeling.privacy.corpus import CONTACTS_AND_NUMBERS, Sentence, fill, scores, together
from tests.labeling.privacy.sentences import ALL, JUDGED, SUPPORTED

MASKER = Masker()


@pytest.mark.parametrize("name", ALL)
def test_recall_and_precision_reach_their_targets(name: str) -> None:
    sentences = ALL[name]
    found = MASKER.mask_many([sentence.text for sentence in sentences])
    by_kind = scores(sentences, [masked.spans for masked in found])
    numbers, everything = together(by_kind, CONTACTS_AND_NUMBERS), together(by_kind)
    assert numbers.there >= 150
    assert numbers.recall >= 0.98
    assert by_kind["NAME"].there >= 40
    assert by_kind["NAME"].recall >= 0.9
    assert by_kind["ADDRESS"].recall >= 0.9
    assert everything.precision >= 0.95
    assert everything.named >= 0.95 * everything.there
    assert {kind: score.precision for kind, score in by_kind.items() if score.finds and score.precision < 0.9} == {}


def test_the_corpus_is_large_in_both_languages_and_holds_every_kind() -> None:
    assert len(JUDGED) >= 400
    assert sum(sentence.text.isascii() for sentence in JUDGED) >= 100
    assert sum(not sentence.gold for sentence in JUDGED) >= 100
    assert len(set(support.TEMPLATES)) >= 250
    assert sum(not sentence.gold for sentence in SUPPORTED) >= 400
    kinds = {kind for sentence in (*JUDGED, *SUPPORTED) for _, _, kind in sentence.gold}
    assert kinds == set(pii.KINDS)


def test_a_value_that_stands_as_it_is() -> None:
    sentence = fill("IP {=IP:10.0.0.1:80}, да", support.POOL, random.Random(1))
    assert sentence == Sentence("IP 10.0.0.1:80, да", ((3, 14, "IP"),))


def test_scores_by_hand() -> None:
    sentence = Sentence("Анна, 123 45", ((0, 4, "NAME"), (6, 12, "PHONE")))
    # The name in half; the phone whole, as another kind; a comma's worth too much does no harm.
    found = [Span(0, 2, "NAME"), Span(4, 12, "CARD")]
    by_kind = scores([sentence], [found])
    assert (by_kind["NAME"].recall, by_kind["NAME"].precision, by_kind["NAME"].named) == (0, 1, 1)
    assert (by_kind["PHONE"].recall, by_kind["PHONE"].named, by_kind["CARD"].precision) == (1, 0, 1)
    assert scores([Sentence("5 рублей", ())], [[Span(0, 8, "NAME")]])["NAME"].precision == 0
    assert scores([sentence], [[]])["PHONE"].recall == 0


def test_masking_twice_changes_nothing() -> None:
    once = [masked.text for masked in MASKER.mask_many([sentence.text for sentence in JUDGED])]
    assert [masked.text for masked in MASKER.mask_many(once)] == once
    assert not any(masked.spans for masked in MASKER.mask_many(once))


PIECES = st.sampled_from(
    [
        "89991234567",
        "Анна",
        "иванов",
        "Пётр",
        " ",
        " ",
        ",",
        "ул. Ленина",
        "д. 5",
        "[NAME_1]",
        "[",
        "]",
        "_1",
        "карта",
        "4276",
        "mail",
        "@",
        ".ru",
        "\u200b",
        "🙏",
        "меня зовут",
        "Smith",
        "Dr",
        "ИНН",
        "\ue003",
        "и\u0306",
        "٣٤",
        "договор",
        "№",
        "2023-774512-КР",
        "IP",
        "10.2.3.4",
        "https://a.ru/?id=",
        "08/27",
        "А123ВС77",
        "\n",
        "\t",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=14).map("".join))
def test_any_text_keeps_what_is_not_masked_and_is_masked_once(text: str) -> None:
    masked = MASKER.mask(text)
    assert MASKER.mask(masked.text).text == masked.text
    at, rest = 0, masked.text
    for span in masked.spans:
        assert at <= span.start < span.end <= len(text)
        kept = text[at : span.start]
        assert rest.startswith(f"{kept}[{span.kind}_")
        rest, at = rest[len(kept) :].split("]", 1)[1], span.end
    assert rest == text[at:]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Звоните ８９９９１２３４５６７!", "８９９９１２３４５６７"),
        ("тел 8️⃣9️⃣9️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣ ждём", "8️⃣9️⃣9️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣"),
        ("🙏🏽 карта 4276\u200b1234\u200b5678\u200b9012 ок", "4276\u200b1234\u200b5678\u200b9012"),
        ("тел.: 8\u00a0(999)\u00a0123‑45‑67, спасибо", "8\u00a0(999)\u00a0123‑45‑67"),
        ("Это и\u0306од, а Андреи\u0306 Петров ушёл", "Андреи\u0306 Петров"),
        ("пишет Ива\u0301н Петро\u0301в снова", "Ива\u0301н Петро\u0301в"),
        ("меня зовут Aннa, карта", "Aннa"),
    ],
)
def test_places_are_those_of_the_given_text(text: str, value: str) -> None:
    (span,) = MASKER.mask(text).spans
    assert text[span.start : span.end] == value


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Иванов Пётр звонил. Петру Иванову ответили", "[NAME_1] звонил. [NAME_1] ответили"),
        ("Анна и Мария. Анне хуже, Марии лучше", "[NAME_1] и [NAME_2]. [NAME_1] хуже, [NAME_2] лучше"),
        ("Смирнов И.П. = Смирнов Иван Павлович", "[NAME_1] = [NAME_1]"),
        ("8 (999) 123-45-67 или +79991234567, не 89991234568", "[PHONE_1] или [PHONE_1], не [PHONE_2]"),
        ("a@b.ru, A@B.RU", "[EMAIL_1], [EMAIL_1]"),
        ("[PHONE_2] занят, звоните 89991234567", "[PHONE_2] занят, звоните [PHONE_3]"),
        ("John Smith called, then Mr. Smith wrote", "[NAME_1] called, then Mr. [NAME_1] wrote"),
    ],
)
def test_a_value_has_one_placeholder_within_a_text(text: str, masked: str) -> None:
    assert MASKER.mask(text).text == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("карта 4276123456789012", "карта [CARD_1]"),
        ("инн 7707083894", "инн [INN_1]"),
        ("СНИЛС 112-233-445 96", "СНИЛС [SNILS_1]"),
        ("IBAN DE00 3704 0044 0532 0130 00", "IBAN [IBAN_1]"),
        ("в DE00370400440532013000 ушло", "в [IBAN_1] ушло"),
        ("паспорт 4509 123456", "паспорт [PASSPORT_1]"),
    ],
)
def test_wrong_check_digits_are_no_acquittal(text: str, masked: str) -> None:
    assert mask(text).text == masked


@pytest.mark.parametrize(
    "text",
    [
        # An INN's check digits hold by chance, and the words say what it is.
        "заказ 7707083893 не пришёл",
        "накладная № 500100732259",
        "перевёл 7707083893 рублей",
        "номер операции 1234567890123456",
        "УИН 18810177190000000000",
        "списали по карте 01.02.2024 - 01.03.2024 дважды",
        "паспорт нужен для 150000 рублей? принёс 12.05.2024",
        "SWIFT TRANSFER IS LATE",
        "Живу во Владимире, отделение на улице Пушкина, метро Чкаловская",
        "8 марта и 1 мая в Сбербанке, Тинькофф и Халва",
        "А. А. А. А. 5",
        "Вклад «Виктория» под 12%, Лада Веста в кредит",
        "SWIFT:\nBeneficiary",
        "Will Chase mark the bill in May?",
        "курс 92,4512, ставка 16.5%, 12.05.2024 в 10:30:45",
    ],
)
def test_numbers_of_other_things_stay(text: str) -> None:
    assert mask(text).text == text


def test_without_names_only_names_stay() -> None:
    found = Masker(names=False).mask("Анна Петрова, a@b.ru, ул. Мира, д. 5, кв. 1")
    assert found.text == "Анна Петрова, [EMAIL_1], [ADDRESS_1]"
    assert found.counts == {"ADDRESS": 1, "EMAIL": 1}


def test_what_comes_back_holds_no_value() -> None:
    text = "Гайнутдинова Алсу, 89991234567, alsu@mail.ru, ул. Баумана, д. 7"
    found = MASKER.mask(text)
    told = [repr(found), json.dumps(dataclasses.asdict(found), ensure_ascii=False), repr(vars(MASKER))]
    told += [pickle.dumps(found).decode("utf-8", "replace")]
    for value in ("Гайнутдинова", "Алсу", "9991234567", "alsu", "Баумана"):
        assert not [each for each in told if value.lower() in each.lower()]
    assert found.counts == {"ADDRESS": 1, "EMAIL": 1, "NAME": 1, "PHONE": 1}


def test_no_name_outlives_its_batch() -> None:
    from labeling.privacy import words

    MASKER.mask("Бубликова Эвелина и бубликова эвелина")
    assert not {word for word in words._plain_words if word.lower() in ("бубликова", "эвелина")}


def test_many_at_once_are_as_one_by_one_also_in_threads() -> None:
    texts = [sentence.text for sentence in JUDGED[:60]]
    at_once = MASKER.mask_many(texts)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(MASKER.mask, texts)) == at_once
    assert MASKER.mask_many([]) == []
