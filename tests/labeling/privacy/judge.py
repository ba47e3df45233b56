"""Sentences to judge the masker by: written after the patterns, with names, streets and turns of phrase of their own."""

from __future__ import annotations

from tests.labeling.privacy.people import Pool

POOL: Pool = {
    "men": (
        "Алексей Алексея Алексею Алексея Алексеем Алексее",
        "Михаил Михаила Михаилу Михаила Михаилом Михаиле",
        "Андрей Андрея Андрею Андрея Андреем Андрее",
        "Максим Максима Максиму Максима Максимом Максиме",
        "Илья Ильи Илье Илью Ильёй Илье",
        "Тимур Тимура Тимуру Тимура Тимуром Тимуре",
        "Семён Семёна Семёну Семёна Семёном Семёне",
        "Григорий Григория Григорию Григория Григорием Григории",
        "Роман Романа Роману Романа Романом Романе",
        "Владислав Владислава Владиславу Владислава Владиславом Владиславе",
    ),
    "women": (
        "Елена Елены Елене Елену Еленой Елене",
        "Татьяна Татьяны Татьяне Татьяну Татьяной Татьяне",
        "Дарья Дарьи Дарье Дарью Дарьей Дарье",
        "Людмила Людмилы Людмиле Людмилу Людмилой Людмиле",
        "Вера Веры Вере Веру Верой Вере",
        "Алсу Алсу Алсу Алсу Алсу Алсу",
        "Ксения Ксении Ксении Ксению Ксенией Ксении",
        "Марина Марины Марине Марину Мариной Марине",
        "Полина Полины Полине Полину Полиной Полине",
    ),
    "fathers": (
        "Михайлов",
        "Андреев",
        "Викторов",
        "Дмитриев",
        "Алексеев",
        "Геннадьев",
        "Ринатов",
        "Львов",
        "Олегов",
        "Юрьев",
        "Анатольев",
    ),
    "surnames": (
        "Морозов",
        "Волков",
        "Зайцев",
        "Павлов",
        "Семёнов",
        "Голубев",
        "Виноградов",
        "Фомин",
        "Ильин",
        "Калинин",
        "Чайковский",
        "Бондаренко",
        "Мельничук",
        "Хабибуллин",
        "Магомедов",
        "Саркисян",
        "Черных",
        "Гогиберидзе",
        "Кравец",
        "Ершов",
        "Щукин",
        "Рублёв",
    ),
    "english_first": (
        "Robert",
        "Jennifer",
        "William",
        "Charlotte",
        "Thomas",
        "Aisha",
        "Ravi",
        "Hannah",
        "George",
        "Grace",
        "Dmitry",
        "Siobhan",
        "Kevin",
    ),
    "english_last": (
        "Taylor",
        "Brown",
        "MacLeod",
        "Evans",
        "Khan",
        "Sharma",
        "Wilson",
        "Petrov",
        "O'Neill",
        "Garcia",
        "Lee",
        "Schmidt",
    ),
    "small_name": ("оля", "миша", "таня", "серёжа", "вика", "женя", "рома"),
    "latin_name": ("ELENA MOROZOVA", "MAKSIM VOLKOV", "TIMUR KHABIBULLIN", "DARIA PAVLOVA"),
    "address": (
        "г. Нижний Новгород, ул. Большая Покровская, д. 18, кв. 4",
        "Самара, ул. Полевая, 9-21",
        "ул. Профсоюзная, д. 65, к. 1, кв. 302",
        "Краснодарский край, г. Сочи, Курортный проспект, д. 92/5, кв. 14",
        "344002, г. Ростов-на-Дону, пер. Газетный, д. 8",
        "Ленинградский проспект, дом 37, корпус 9, квартира 118",
        "г Уфа, ул Ленина, д 28, кв 63",
        "наб. реки Фонтанки, д. 76, кв. 2",
        "пос. Рассвет, ул. Садовая, д. 14",
        "Москва, Кутузовский пр-т, д. 12, стр. 3",
    ),
    "english_address": (
        "48 Elm Street, Boston, MA 02115",
        "Apt 7, 33 Queens Road, Bristol BS8 1QE",
        "10 Downing Street",
        "905 N Lincoln Avenue, Apt 12, Chicago, IL 60614",
        "27 Park Lane, Manchester M14 5SX",
        "PO Box 1873",
    ),
}

RUSSIAN = """
Добрый день! Перезвоните мне на {phone} как можно скорее
Сменила номер: был {phone}, стал {phone}
СБП не видит телефон {phone}
Мошенники звонят с {phone} и {landline}
Отвяжите {phone} от моей карты
Ватсап {phone}
Родственник живёт в Лондоне, его номер {foreign}
Чек пришлите на {email} пожалуйста
Логин {email} не подходит
Мой ник {handle}, пишите туда
Почему на {card} не приходит зарплата?
Перекинул деньги с {card} на {card}
Потеряла карту {hidden}, перевыпустите
Номер карты {card}, срок {expiry}
Дебетовая {card} просрочена
Зачислите возврат на расчётный счёт {account}
Реквизиты: {account}, БИК {bic}, ИНН {inn}
Деньги ушли на чужой счёт {account}, что делать?
Лицевой счет {account} закрыт
В платёжке неверный БИК {bic}
Валютный перевод, свифт {swift}
Самозанятый, ИНН {inn}, как получить справку?
Исправьте ИНН на {inn} в анкете
Указал в анкете неверный СНИЛС, правильный {snils}
СНИЛС ребёнка {snils}
Паспортные данные: {passport}
Сменился паспорт, серия/номер {passport}
По паспорту {passport} оформили чужой кредит
ОГРНИП {ogrn} зарегистрирован вчера
Перевод за границу на {iban} вернулся
Номер IBAN получателя: {iban}
Дата рождения {birth} указана неверно
Мама, {birth} года рождения, хочет открыть вклад
Это {N}, я вам уже писала
Здравствуйте, я {NS}, клиент банка с 2015 года
привет, это {small_name}, верните деньги
{SNP} не является вашим должником
Сотрудник {SII} обещал решить за 3 дня
Прошу перевести средства {SNP:datv}
Меня обслуживала {NP} в офисе на Мира
Договорился с {SN:ablt} о рассрочке
По доверенности от {SNP:gent}
Не хочу больше говорить с {NP:ablt}!
Уважаемая {NP}, прошу разобраться
С уважением, {SN}
Моя жена {N} не может снять наличные
Сын {N} потерял карту в лагере
Оператор {N} бросила трубку
Зарплату {SN:datv} перечислили дважды
Счёт открыт на имя {SNP:gent}
Спасибо огромное {N:datv} за помощь
Бабушку зовут {NP}, ей 80 лет
Вклад наследуется от {SNP:gent}
на карте написано {latin_name}
Проживаю: {address}
Курьер приехал не туда, правильно {address}
Мой адрес {address}
Зарегистрирован по адресу: {address}
{SNP}, паспорт {passport}, адрес {address}
Данные: {SN}, {birth}, {phone}
Клиент {SNP}, карта {card}, сумма 15 000 руб.
Продавец {N} попросил перевести на {phone}
Отправила {NS:datv} 3000, дошло 2900
{NP}, когда будет ответ по заявке {case}?
Заявление № {case} рассмотрено
Кредитный договор № {contract} закрыт досрочно 15.06.2023
Обращение {case} закрыто без ответа
""".strip().splitlines()

ENGLISH = """
Hello, {FL} here, I can't access my account
I am {FL} and I want to close my account
my name's {F}, please help
Could you tell {FL} that the payment failed?
Mrs {L} asked me to call you
Kind regards, {FIL}
My husband {F} was charged twice
I sent money to {FL} by mistake
The cheque was signed by {FL}
The card is in the name of {FL}
Your agent {F} was very rude
{F} from your support team hung up on me
Text me on {foreign}
My new mobile is {foreign}, update it
Someone called me from {foreign} pretending to be the bank
Statements should go to {email}
Why is card {card} blocked?
I lost {card} yesterday in Paris
It shows {hidden} instead of my new card
Amex {amex} is not accepted
Sort code {sort_code}, account number {gb_account}
Wire it to IBAN {iban}, BIC {swift}
He gave me {iban} as his account
Social security number {ssn}
My passport no. {gb_passport} has expired
DOB {birth}, can you verify me?
Moved to {english_address}, update my address
Deliver it to {english_address} please
My Instagram is {handle}
""".strip().splitlines()

NEGATIVES = """
Сумма 2 345 678 рублей поступила 03.04.2024 в 12:45
Трек 80082912345678 посылка с картой не движется
Чек 00012345 на 4 999,00 руб.
Терминал 21345678 не принимает карты
Лимит по кредитке подняли с 50000 до 250000 р
Платёж 12 345,67 руб. прошёл дважды: 10.01 и 11.01
Почему ключевая ставка 21%, а вклад под 14,5?
Вернули 1,5 млн из 3 млн
Окно оплаты с 1 по 20 число каждого месяца
Приложение ВТБ лучше, чем Райффайзен
Газпромбанк, Росбанк и Совкомбанк предлагают 18 процентов
Карта «Совесть» больше не работает
Переехал из Самары в Нижний Новгород, где ближайший банкомат?
Филиал на проспекте Мира закрыли
Остановка метро Тургеневская, терминал сломан
Надежда умирает последней, жду ответа 2 недели
Слава богу, деньги вернули
Мир праху вашего сервиса
В марте и мае кэшбэк был 7%
Тариф «Ультра» 1990 рублей в год
Комиссия 390 ₽ + 1,9 %
Обновил iOS до 17.4.1, не открывается
Ошибка 500 и код E1023 при входе
Пакет услуг Привилегия от 2000000 остатка
Стаж 12 лет 7 месяцев, доход 85 000
Талон B045, ждал 1 ч 20 мин
До какого числа действует акция 3 в 1?
Минимальный баланс 30 000, максимальный 10 000 000
Ипотека 5,9 на 30 лет, взнос 20
Вклад Лучший процент на 367 дней
Какой кешбэк у карты Альфа-Смарт?
Банк закрыт 1, 2 и 9 мая
Я гражданин России, мне 45 лет
My transfer of 12,500.00 EUR is pending since 05/06/2024
Invoice 2024-00123 was paid twice
The rate moved from 1.0845 to 1.0921
Reference number 88412009934 does not work
I tried 3 ATMs between 10:15 and 11:30
Order #100234987 was refunded 49.99
Is Santander better than Barclays for students?
How long will a transfer to Australia take?
I hope to pay off the balance by June
Can you raise my limit from 1000 to 5000?
Version 4.12.0 crashes on Android 14
Why was 1,234,567.89 converted at 92.5?
Do you have a branch on Main Street?
What does error code 10045 mean?
The Gold card costs 120 a year
May I have a refund for July and August?
""".strip().splitlines()

TEMPLATES = [*RUSSIAN, *ENGLISH, *NEGATIVES]
