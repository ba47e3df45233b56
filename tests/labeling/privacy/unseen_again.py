"""A second set that the rules had not seen: written after they were mended by the first, run once before any look."""

from __future__ import annotations

from tests.labeling.privacy.people import Pool
from tests.labeling.privacy.unseen import POOL as _FIRST

POOL: Pool = _FIRST | {
    "men": (
        "Вячеслав Вячеслава Вячеславу Вячеслава Вячеславом Вячеславе",
        "Марат Марата Марату Марата Маратом Марате",
        "Леонид Леонида Леониду Леонида Леонидом Леониде",
        "Аркадий Аркадия Аркадию Аркадия Аркадием Аркадии",
    ),
    "women": (
        "Антонина Антонины Антонине Антонину Антониной Антонине",
        "Диана Дианы Диане Диану Дианой Диане",
        "Виктория Виктории Виктории Викторию Викторией Виктории",
        "Эмма Эммы Эмме Эмму Эммой Эмме",
    ),
    "surnames": ("Крылов", "Маслов", "Исаев", "Тихонов", "Данилов", "Жданов", "Салихов", "Коломиец", "Захарян"),
    "english_first": ("Walter", "Naomi", "Douglas", "Fatima", "Leonard", "Irina"),
    "english_last": ("Sutton", "Chandler", "Malik", "Gallagher", "Orlova", "Jensen"),
}

RUSSIAN = """
кредитка не активна номер контракта {=CONTRACT:К-77/1203-19}
мой договор об ипотеке {=CONTRACT:0045-ИП/21}
оплатил по договору электроснабжения № {=CONTRACT:77300-123-45} а долг висит
вопрос по полису ОСАГО {=CONTRACT:ЕЕЕ 1029384756}
страховой полис № {=CONTRACT:0012345678-09} от ноября
договор с вами {=CONTRACT:5519023} прошу прекратить
обр. № {=CASE:77-120934}
Ответьте по обращению {=CASE:ОБ-2024-19283}
по жалобе № {=CASE:Ж-00912} отписка
открыл тикет №{=CASE:5567120}
номер претензии {=CASE:90012}
Заявку {=CASE:W-1209384} отменили без звонка
клиентский номер {=CLIENT:190-345-221}
мой клиентский код {=CLIENT:AB55102}
id абонента {=CLIENT:900182736}
табельный {=CLIENT:00481}, бухгалтерия молчит
взлом, IP атакующего {=IP:46.17.44.2}, порт открыт
зашёл кто-то через {=IP:188.32.100.54:55012}
IP-адреса {=IP:95.165.1.20} и {=IP:95.165.1.21} из чёрного списка
у приставки мак {=DEVICE:BC:60:A7:11:22:3D}
IMEI телефона: {=DEVICE:353918051234567}
серийник ноутбука {=DEVICE:PF2XK9T1}
симка {=DEVICE:8970102300011223344} не ловит
угнали машину {=CAR:В777АМ99}
на стоянке {=CAR:О045ТТ 777} третий день
ДТП с {=CAR:х500ху150} вчера
VIN-номер: {=CAR:Z94CB41AAGR323020}
ПТС {=CAR:78 ОК 123456} на руках
права серия {=DOCUMENT:99 03 номер 112233}
номер ВУ {=DOCUMENT:7725 998877}
ОМС № {=DOCUMENT:5098 7654 3210 9876}
паспорт РФ {=PASSPORT:4620 998877} выдан в 2021
загран {=PASSPORT:530112233}
РВП № {=DOCUMENT:781/2023 1234567}
СНИЛС супруги {=SNILS:07812345678}
карта мир {=CARD:2204 1234 5678 9010} действует до {=EXPIRY:05/30}
{=CARD:4890 4947 1111 2222} {=EXPIRY:12/28} три цифры {=CVV:123}
код с обратной стороны {=CVV:781}
рожд. {=BIRTH:22.11.1968}
мама {=BIRTH:1951} года рождения
мне 15 мая исполнится 30, родился в {=BIRTH:1994} году
https://example.ru/unsubscribe?{=LINK:email=kot@mail.ru&h=ab12cd34ef56ab78}
https://lk.example.ru/client/{=LINK:90817263}/bills
точка доставки {=GEO:43.11550, 131.88550}
телега {=HANDLE:kot.basilio77}
вк: {=HANDLE:https://vk.com/kotik_88}
найдёте по нику {=HANDLE:super_mario64}
Это {SNP}, звоню третий раз
Менеджер {N} сказала ждать
оплатила {SN} по номеру {phone}
{N}, мой адрес {address}
Представитель {SII} подпись поставил
муж {N} на связи {phone}
посылку получит {SNP}
""".strip().splitlines()

ENGLISH = """
contract ref {=CONTRACT:TX-5512-09} ends in June
policy no: {=CONTRACT:88-771-2210}
my agreement number {=CONTRACT:AGR0099123}
claim ref {=CASE:88123-A} still open
I filed complaint no {=CASE:20481}
request {=CASE:REQ-11823} was closed
account id {=CLIENT:A7781200}
student number {=CLIENT:19044512}
IP was {=IP:89.160.20.112} at the time
the phone's IMEI: {=DEVICE:01 234567 890123 4}
serial no. {=DEVICE:SN-4401X9}
plate {=CAR:LB07 SEO} left a dent
driver licence {=DOCUMENT:MORGA753116SM9IJ}
green card {=DOCUMENT:A123456789} copy attached
card {card}, expires {=EXPIRY:07/29}, code {=CVV:902}
born {=BIRTH:12/04/1966}
{=GEO:40.712776, -74.005974} is where I wait
add me on skype {=HANDLE:naomi.s_1}
Regards,~{FL}
ask for {FL} at the desk
my son {F} used the card
""".strip().splitlines()

PLAIN = """
заявка 3-й день в обработке
договор на 1000 минут и 50 Гб
обращался 12.04 и 15.04
полис стоит 12000 в год
ip телефония за 300 рублей
версия прошивки 5.2.1.14
обновление 23.1.0.12 зависает
пункты 1.1.2.3 и 1.1.2.4 правил
карта 2 уровня, кэшбэк 3
с 200 до 300 за месяц
о 100 процентах речи нет
МОДЕЛЬ А52 И А53 В НАЛИЧИИ
кабель 5 метров, 220 вольт, 16 ампер
https://example.ru/news/2024/05/12/tarify
id фильма не нашёл, серия 12345 пропала
2 серия 4 сезона, 1080 точек
дом 5 этажей 9 лифт не едет
выиграл 1000000 и не поверил
поезд 123Щ, вагон 12
order no. 5512-88 is late
version 9.8.1.2 build 4410
contract of 12 months
born to be wild in 12 songs
valid for 30 days
""".strip().splitlines()

TEMPLATES = [line.replace("~", "\n") for line in (*RUSSIAN, *ENGLISH, *PLAIN)]
