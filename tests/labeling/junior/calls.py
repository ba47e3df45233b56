"""Calls, letters, forms and chats: lines that begin anew, signatures, keys with values, surnames that are words too."""

from __future__ import annotations

from tests.labeling.privacy.people import Pool

POOL: Pool = {
    "men": (
        "Вадим Вадима Вадиму Вадима Вадимом Вадиме",
        "Родион Родиона Родиону Родиона Родионом Родионе",
        "Шамиль Шамиля Шамилю Шамиля Шамилем Шамиле",
        "Ильдар Ильдара Ильдару Ильдара Ильдаром Ильдаре",
        "Армен Армена Армену Армена Арменом Армене",
        "Богдан Богдана Богдану Богдана Богданом Богдане",
        "Матвей Матвея Матвею Матвея Матвеем Матвее",
        "Герман Германа Герману Германа Германом Германе",
    ),
    "women": (
        "Зарема Заремы Зареме Зарему Заремой Зареме",
        "Динара Динары Динаре Динару Динарой Динаре",
        "Ульяна Ульяны Ульяне Ульяну Ульяной Ульяне",
        "Оксана Оксаны Оксане Оксану Оксаной Оксане",
        "Регина Регины Регине Регину Региной Регине",
        "Алиса Алисы Алисе Алису Алисой Алисе",
        "Лидия Лидии Лидии Лидию Лидией Лидии",
        "Патимат Патимат Патимат Патимат Патимат Патимат",
    ),
    "fathers": ("Тагиров", "Гургенов", "Степанов", "Вадимов", "Магомедов", "Ильдаров", "Тимофеев", "Юрьев"),
    "surnames": (
        "Абакумов",
        "Дьяков",
        "Тихомиров",
        "Вишневский",
        "Гриценко",
        "Савчук",
        "Шайхутдинов",
        "Нуриев",
        "Алиханов",
        "Багдасарян",
        "Мамардашвили",
        "Чавчавадзе",
        "Терентьев",
        "Мазурин",
        "Плиев",
        "Юсупов",
    ),
    "english_first": (
        "Eleanor",
        "Gerald",
        "Ifeoma",
        "Vikram",
        "Lucía",
        "Tobias",
        "Aigul",
        "Deborah",
        "Hiroshi",
        "Callum",
        "Agnieszka",
    ),
    "english_last": ("Whitfield", "Finch", "Okafor", "Krishnan", "Fernández", "Larsen", "O'Dwyer", "Novak", "Hughes"),
    "fond_name": ("Настенька", "Витёк", "Юлечка", "Олежка", "Лёха", "Танюша", "Андрюха", "Машенька"),
    "word_surname": ("Пак Сергей", "Андрей Коваль", "Гайдук Ольга", "Инна Заяц", "Коваль Г. В.", "Р.К. Долгих"),
    "latin_name": ("DARYA KOVALENKO", "MARCUS BENNETT", "PETR ILYIN", "OLGA SIDOROVA"),
    "address": (
        "Ростовская обл., Азовский р-н, х. Победа, ул. Степная, д. 9",
        "г. Грозный, ул. Х. Исаева, д. 44",
        "деревня Большие Вязёмы, дом 7",
        "г. Москва, Зеленоград, корп. 1432, кв. 76",
        "шоссе Энтузиастов, 31с38",
        "екатеринбург, ул. малышева 51, офис 305",
        "Ижевск, ул. 10 лет Октября, д. 23, кв. 6",
        "Одинцово г, Маршала Бирюзова ул, д 24, кв 5",
        "Б. Ордынка, 40, стр. 4, оф. 12",
        "ст. Полтавская, ул. Красная, д. 100",
    ),
    "english_address": (
        "1600 Pennsylvania Ave NW, Washington, DC 20500",
        "4th Floor, 20 King Street, Manchester, M2 6AG",
        "PO Box 445, Reno, NV 89501",
        "2300 S Michigan Ave #402, Chicago IL 60616",
        "6 Rosewood Close, Reading, RG4 7QT",
    ),
}

RUSSIAN = """
Оператор: назовите телефон.~Клиент: {phone}
- Представьтесь, пожалуйста~- {SN}
[00:12] клиент: я {SNP}, не могу войти
меня переключили на {N:accs}, потом сбросили
мошенник представился сотрудником банка {NS:ablt}, звонил с {landline}
говорит {NP}, соседка заёмщика
спасибо {N:datv} из чата
Фамилия: {S}~Имя: {N}
ФИО - {SNP}; паспорт - {passport}; инн - {inn}
Получатель: {SII}~Счёт получателя: {account}~БИК: {bic}
р/сч {account}, к/сч {account}, бик {bic}
снилс №{snils}, инн № {inn}
ИНН/КПП {inn}
Серия и номер паспорта: {passport}
у меня в паспорте {passport}, а в приложении старый паспорт {passport}
вбил карту {card} 1500 рублей не ушли
списали с {card} 990 рублей
карта/счёт: {card} / {account}
{email},{phone},{card}
код не приходит ни на {phone}, ни на почту {email}
чек на {phone} не пришёл
Прошу выписку по счёту {account}.~С уважением,~{NS}~{phone}
Всего доброго,~{SI}
Уважаемый {NP}! Ваша заявка рассмотрена.
Ответственный {word_surname}
перевод оформил {word_surname}
{fond_name} скинула мне 5000
дочка {N} просит детскую карту
друзья {fond_name} и {fond_name} уже получили карты
Привезите карту на {address}, домофон сломан
Адрес регистрации: {address}
имя на карте {latin_name}
Счёт в Казахстане {iban}, свифт {swift}
загран потерял, а паспорт {passport} цел
в роуминге, мой номер {foreign}
Договор: {contract}, срок 36 мес.
IP {ip}, вход с Windows 10
""".strip().splitlines()

ENGLISH = """
Ticket: customer {FL} reports a duplicate charge on {card}
Your colleague {F} promised a callback on {foreign}
The beneficiary's name is {FL}
He signed as {FIL}
Cardholder: {latin_name}~Expiry: {expiry}
Please close my account.~Best regards,~{FL}
Warm wishes, and thanks,~{F}
They put me through to {FL}, then hung up
My landlord {FL} was paid twice
Send it to {english_address} please
Our new address: {english_address}
SWIFT: {swift}~Beneficiary: {FL}
Name: {FL}~Email: {email}~Mobile: {foreign}
IBAN: {iban}~BIC/SWIFT: {swift}
""".strip().splitlines()

NEGATIVES = """
Оператор: слушаю вас~Клиент: какая ставка по вкладу?
Сумма: 12 000 руб.~Дата: 05.03.2024~Статус: в обработке
Господа, верните деньги за март и апрель
Лев на логотипе мне нравится
Получатель по номеру договора не найден
Код авторизации 123456, сумма 4 590,00
Купил в Леруа Мерлен на 4590
Роман в двух томах читал в очереди 40 минут
на Пушкина закрыли банкомат
менеджер Сбера и оператор Тинькофф говорят разное
квартира 54,3 кв. м, ипотека на 20 лет
Paid at Marks & Spencer and Trader Joe's
Customer Support and Agent Services are closed on Monday
SWIFT: overseas customer transfers are slow
Merry Christmas and a Happy New Year to the team
Order ID: 99817263544~Total: $84.99
""".strip().splitlines()

TEMPLATES = [line.replace("~", "\n") for line in (*RUSSIAN, *ENGLISH, *NEGATIVES)]
