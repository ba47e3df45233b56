"""Sentences that the patterns were written against. They tell of mistakes; how good the masker is, judge.py tells."""

from __future__ import annotations

from tests.labeling.privacy.people import Pool

POOL: Pool = {
    "men": (
        "Иван Ивана Ивану Ивана Иваном Иване",
        "Пётр Петра Петру Петра Петром Петре",
        "Сергей Сергея Сергею Сергея Сергеем Сергее",
        "Дмитрий Дмитрия Дмитрию Дмитрия Дмитрием Дмитрии",
        "Никита Никиты Никите Никиту Никитой Никите",
        "Артём Артёма Артёму Артёма Артёмом Артёме",
        "Рустам Рустама Рустаму Рустама Рустамом Рустаме",
        "Олег Олега Олегу Олега Олегом Олеге",
        "Фёдор Фёдора Фёдору Фёдора Фёдором Фёдоре",
    ),
    "women": (
        "Анна Анны Анне Анну Анной Анне",
        "Мария Марии Марии Марию Марией Марии",
        "Ольга Ольги Ольге Ольгу Ольгой Ольге",
        "Екатерина Екатерины Екатерине Екатерину Екатериной Екатерине",
        "Наталья Натальи Наталье Наталью Натальей Наталье",
        "Светлана Светланы Светлане Светлану Светланой Светлане",
        "Гульнара Гульнары Гульнаре Гульнару Гульнарой Гульнаре",
        "Юлия Юлии Юлии Юлию Юлией Юлии",
    ),
    "fathers": ("Иванов", "Петров", "Сергеев", "Александров", "Владимиров", "Рашидов", "Николаев", "Игорев", "Борисов"),
    "surnames": (
        "Иванов",
        "Смирнов",
        "Кузнецов",
        "Попов",
        "Соловьёв",
        "Козлов",
        "Никитин",
        "Синицын",
        "Достоевский",
        "Ковальский",
        "Шевченко",
        "Ткачук",
        "Гайнутдинов",
        "Мухаметов",
        "Петросян",
        "Белых",
        "Беридзе",
    ),
    "english_first": (
        "John",
        "Sarah",
        "Michael",
        "Emily",
        "David",
        "Olivia",
        "James",
        "Priya",
        "Mohammed",
        "Anna",
        "Liam",
        "Susan",
    ),
    "english_last": (
        "Smith",
        "Connor",
        "Johnson",
        "O'Brien",
        "Patel",
        "Williams",
        "Clark",
        "Kowalski",
        "Ivanova",
        "Nguyen",
        "McDonald",
    ),
    "small_name": ("вася", "катя", "саша", "лена", "настя", "дима"),
    "latin_name": ("IVAN PETROV", "ANNA SMIRNOVA", "DMITRY KUZNETSOV", "OLGA IVANOVA"),
    "address": (
        "г. Москва, ул. Ленина, д. 5, кв. 12",
        "101000, г. Москва, Тверская ул., д. 10, корп. 2, кв. 5",
        "Санкт-Петербург, Невский проспект, 25, кв. 3",
        "ул. Академика Королёва, дом 12",
        "Московская обл., г. Химки, ул. Мира, д. 3а, кв. 44",
        "г. Казань, пр-т Победы, д. 100, кв. 7",
        "улица Гагарина 15, квартира 8",
        "пер. Садовый, д. 7",
        "620014, Свердловская область, г. Екатеринбург, ул. Малышева, д. 51, оф. 10",
        "ул. 8 Марта, д. 4/1, кв. 19",
    ),
    "english_address": (
        "221B Baker Street, London NW1 6XE",
        "12 Oak Drive, Springfield, IL 62704",
        "742 Evergreen Terrace",
        "Flat 4, 18 King's Road, London SW3 4RP",
        "1600 Pennsylvania Ave, Washington, DC 20500",
        "5 Church Lane, Cambridge",
    ),
}

RUSSIAN = """
Здравствуйте, мой номер {phone}, перезвоните пожалуйста
Не приходит смс на {phone}
тел{phone} звоните после 18:00
Привязал карту к номеру {phone}, а деньги не пришли
Перевёл 5000 рублей по номеру {phone} не тому человеку
Звонили с {landline}, представились банком
Мой телефон в Минске {foreign}
Почта {email}, выписку туда
Поменяйте e-mail на {email}!
Пишите мне в телеграм {handle}
Карта {card} заблокирована
Перевод на карту {card} завис
карта{card} не работает в банкомате
Не могу перевести с {hidden} на вклад
Оплата картой {card}, сумма 1 500 руб.
Мой счёт {account}, БИК {bic}
Закройте счет {account} и переведите остаток
р/с {account} не проходит платёж
БИК банка {bic}, SWIFT {swift}
Прошу указать SWIFT {swift} для перевода из-за границы
ИНН {inn}
мой инн {inn}, проверьте задолженность
ИНН{inn} не находится в приложении
СНИЛС {snils}
Мой снилс {snils}, хочу через госуслуги
Паспорт {passport}
Паспорт серия и номер: {passport}, выдан 12.05.2010
Поменял паспорт, новый {passport}
ОГРН {ogrn}, откройте расчётный счёт
Получил SWIFT на IBAN {iban}
перевод в Германию, iban {iban}
Дата рождения {birth}
Я родился {birth}, почему не одобрили?
Меня зовут {N}
Меня зовут {NP}, у меня вопрос по ипотеке
меня зовут {small_name} и я потеряла карту
Я, {SNP}, прошу закрыть вклад
{SNP}, {birth} г.р., паспорт {passport}
Перевёл деньги {SN:datv}, а они не дошли
Карта оформлена на {SNP:accs}
Получатель {SII}, сумма 150 000 рублей
Общался с {NP:ablt}, она обещала перезвонить
Менеджер {NS} нагрубила мне
Спасибо {N:datv} из отделения на Тверской!
Передайте {NP:datv} мою благодарность
Мой муж {SNP} не может войти в приложение
Пришёл перевод от {SN:gent}
Доверенность на {SNP:accs} уже оформлена
Начальник отделения {SII} отказал
Перевод {II} {S:datv}
Оформили кредит на маму, {SNP:accs}, без её ведома
Держатель карты {latin_name}
Заявление от {SNP:gent}
По словам {N:gent}, карта готова
{N}, добрый день! Почему списали комиссию?
Адрес: {address}
Живу по адресу {address}, доставьте карту
Прописка: {address}
Карту привезите на {address}, после 19:00
{SNP}, {phone}, {email}
ФИО: {SNP}, ИНН {inn}, СНИЛС {snils}, счёт {account}
Договор {contract} от 01.02.2023 на сумму 1 250 000,50 руб.
Номер обращения {case}, ответа нет 5 дней
Заявка {case} в работе уже неделю
""".strip().splitlines()

ENGLISH = """
My name is {FL} and I lost my card
Hi, I'm {F}, my card was stolen
Dear Mr. {FL}, please call me at {foreign}
This is {FL} speaking
Please transfer 500 dollars to {FL}
I spoke to {F} yesterday about my mortgage
Account holder: {FIL}
Thanks, {F}
Best regards, {FL}
My wife {FL} can't log in
The payee is {FL}, IBAN {iban}
{FL} charged me twice
Call me at {foreign} please
My phone number is {foreign}
You can reach me on {foreign} after 6pm
email me at {email}
My card number is {card}
Card {hidden} was declined
I have an Amex {amex} and it was declined
My account number is {gb_account} and sort code {sort_code}
IBAN {iban}, SWIFT {swift}
Please send it to {iban} today
My SSN is {ssn}
Passport number {gb_passport}
Date of birth: {birth}
I was born on {birth}
I live at {english_address}
Send the new card to {english_address}
Follow me at {handle}
""".strip().splitlines()

NEGATIVES = """
Почему с карты списали 150 000 рублей?
Заказ № 1234567890123 от 12.05.2024 не оплачен
Ставка 16,5% годовых на 24 месяца, платёж 45 320 руб.
Операция 987654321012 отклонена в 10:30
Код из смс 4821 не подходит
Тариф Премиум 2024 подорожал с 199 до 299 рублей
Курс доллара 92,45, евро 100,12
Хочу кредит 3000000 рублей на 60 месяцев
Банкомат № 12345 на станции метро Пушкинская не выдал 5 000
В Сбербанке отказали, в Тинькофф одобрили, в Альфа-Банке думают
Как оформить карту Мир или Халва?
Живу в Москве, переезжаю в Казань, отделения во Владимире нет
Отделение на улице Ленина работает с 9:00 до 19:00?
Кэшбэк 5% на АЗС и 10% в кафе до 31.12.2024
Стоял в очереди 45 минут, окна 1-3 закрыты
Вера в банк потеряна, надежды больше нет
Любовь к вашему банку прошла после 3 отказов
Минимальный платёж 7 500, долг 123 456,78
Приложение версии 12.34.5 вылетает на Android 13
Перевод 100 000 000 сум в Ташкент
Пенсия приходит 15 числа, в мае пришла 18
Рефинансирование ипотеки под 9,9 процентов
Номер талона А123, окно 7
8 марта банк работает?
Роман с вашим банком окончен
У вас 24/7 поддержка или нет?
Лимит 300000 в день, 1500000 в месяц
Сколько стоит обслуживание карты МИР Продвинутая?
Почему вклад «Надёжный» закрыли 30.06.2024?
Why was I charged 25.00 dollars on 12/05/2024?
My order number 1234567890 was declined
What is the exchange rate between GBP and EUR?
I topped up 1,500,000.00 yesterday at 10:45
Can I use Apple Pay with a Visa Platinum card?
I will pay the bill in May, may I?
Mark the transaction as fraud, please
I waited 45 minutes on hold, 3 times in 2 weeks
The ATM at Oxford Street ate my card
Transaction id 4829104857 is pending since 2024-01-15
Is there a branch in London or New York?
What are the fees for 30 year mortgage at 6.5%?
Does Chase or Wells Fargo charge 35 dollars?
PIN 4 digits or 6 digits?
Your reference 202405120045 is unknown
Grant me an overdraft of 2000 pounds
""".strip().splitlines()

TEMPLATES = [*RUSSIAN, *ENGLISH, *NEGATIVES]
