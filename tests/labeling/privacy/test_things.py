"""What a person has and is kept under, beside numbers that only look like it."""

from __future__ import annotations

import pytest

from labeling.privacy import Masker

MASKER = Masker()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("договор № 2023-774512-КР", "договор № [CONTRACT_1]"),
        ("дог. 12/3456-К", "дог. [CONTRACT_1]"),
        ("contract no. AB-2023/118", "contract no. [CONTRACT_1]"),
        ("Договор от 03.06.2022 № 45-К", "Договор от 03.06.2022 № [CONTRACT_1]"),
        ("договор потребительского займа № 5512", "договор потребительского займа № [CONTRACT_1]"),
        ("договоры № 17547354 и № 2015-733688-КР", "договоры № [CONTRACT_1] и № [CONTRACT_2]"),
        ("полис ОСАГО серия ХХХ № 0123456789", "полис ОСАГО серия [CONTRACT_1]"),
        ("заявка № 00123456", "заявка № [CASE_1]"),
        ("обращение 1-2345678901", "обращение [CASE_1]"),
        ("завяки 65-2022/003471", "завяки [CASE_1]"),
        ("клиент ID 8841223", "клиент ID [CLIENT_1]"),
        ("мой id 8841223", "мой id [CLIENT_1]"),
        ("лицевой счёт 550012349", "лицевой счёт [ACCOUNT_1]"),
        ("вход с 95.24.17.3", "вход с [IP_1]"),
        ("Ваш IP: 95.24.17.3:8080", "Ваш IP: [IP_1]"),
        ("[2001:db8::1]:443 не отвечает", "[IP_1] не отвечает"),
        ("MAC 3c:22:fb:10:9a:0e", "MAC [DEVICE_1]"),
        ("IMEI телефона: 35 693803 564380 9", "IMEI телефона: [DEVICE_1]"),
        ("VIN XTA210990Y2712345", "VIN [CAR_1]"),
        ("такси А123ВС77 уехало", "такси [CAR_1] уехало"),
        ("госномер а 123 вс 77", "госномер [CAR_1]"),
        ("https://a.ru/pay?user_id=88123&lang=ru.", "https://a.ru/pay?[LINK_1]."),
        ("https://a.ru/users/881234/orders", "https://a.ru/users/[LINK_1]/orders"),
        ("https://t.me/ivan?start=abc123456", "[HANDLE_1]?[LINK_1]"),
        ("координаты 55.7512, 37.6184", "координаты [GEO_1]"),
        ("карта 2202 7223 4888 3023 10/32 123", "карта [CARD_1] [EXPIRY_1] [CVV_1]"),
        ("родился 3 мая 1990 года", "родился [BIRTH_1]"),
        ("день рождения 03.05.1990", "день рождения [BIRTH_1]"),
        ("1987 г.р.", "[BIRTH_1] г.р."),
        ("ВНЖ серия 82 № 1234567", "ВНЖ серия [DOCUMENT_1]"),
        ("паспорт AB 1234567", "паспорт [PASSPORT_1]"),
        ("мой телеграм ivan_petrov88", "мой телеграм [HANDLE_1]"),
    ],
)
def test_what_tells_a_person_apart_is_masked(text: str, masked: str) -> None:
    assert MASKER.mask(text).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "обновил до версии 1.2.3.4",
        "Версия 95.24.17.3 и сборка 10.2.0.1",
        "п. 3.1.2.4 договора",
        "договор на 500000 рублей, 24 месяца",
        "договор от 12.05.2023, договор 2023 года, договор 24/7",
        "по закону 152-ФЗ договор 223-ФЗ",
        "заявка 15 мая, 3 обращения за 45 дней",
        "заявка на 450000",
        "полис за 5600 вместо 4300, сезон 2023/24",
        # Things and events are numbered too.
        "заказ № 4512-0098-77, счёт-фактура 00БП-001893, накладная 7788/2",
        "invoice INV-2024-0098, order 114-2233445, transaction id 4829104857",
        "ID товара 5551234, App ID 123456",
        "с 500 на 70 и С 500 НА 70, в 100 км 20 минут",
        "с 10:15:30 до 10:20::",
        "https://shop.ru/catalog/phones?page=2&sort=price&utm_source=mail12345678",
        "курс 92.4512, 93.1077",
        "акция действует до 05/26",
        "драйвер 10.1.18.2",
        "ОКВЭД и ОКПО, роутер MAC",
    ],
)
def test_what_only_looks_so_stays(text: str) -> None:
    assert MASKER.mask(text).text == text
