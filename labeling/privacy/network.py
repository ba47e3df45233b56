"""Traces on the net and on the map: IP addresses, what links carry along, coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv6Address

from labeling.privacy.detectors import Detector, Find
from labeling.privacy.rules import Clue, always, rule

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IP4 = rf"(?<![\w.])(?<!\d[,:/-])(?P<it>{_OCTET}(?:\.{_OCTET}){{3}}(?::\d{{2,5}}|/\d{{1,2}})?)(?![^\W_]|[.,]\d)"
# Four numbers with dots are an address, a version or a paragraph: the nearest word tells.
_OF_FOUR = re.compile(
    r"(?<![^\W\d_])(?:(?P<IP>i\.?p(?:v4)?|айпи|адрес\w{0,3}|address(?:es)?|вход\w*|вош[её]?л\w*|зашли|log(?:ged)?\s?in|login|host|хост\w?|сервер\w{0,2}"
    r"|server|proxy|прокси|vpn|подключ\w+|connect\w*|dns|шлюз\w?|gateway|ping|пинг\w*|маск\w|сет[ьи]|from)"
    r"|(?:верси|прошивк|сборк|релиз|обнов|драйвер|билд|патч|приложени|пункт|стать|раздел|глав|version|firmware|build|release|updat"
    r"|upgrad|driver|patch|app|section|clause|paragraph|chapter|article|гост|снип|ios|android|windows|chrome|firefox|safari)\w*"
    r"|v|ver|п|пп|ст|гл)(?![^\W\d_])",
    re.IGNORECASE,
)
_SIX = r"(?=[0-9a-f:]*::|(?:[0-9a-f]{1,4}:){7})(?=[a-f:]*\d)[0-9a-f:]{4,39}"
_IP6 = rf"(?<![\w:])(?P<it>\[{_SIX}\](?::\d{{1,5}})?|{_SIX})(?![\w:])"


def _ip4(clue: Clue) -> bool:
    named = list(_OF_FOUR.finditer(clue.match.string, max(0, clue.start - 40), clue.start))
    if named:
        return named[-1]["IP"] is not None
    # Nothing is said: versions are small, and have no port.
    numbers = [int(number) for number in re.findall(r"\d+", clue.written)]
    return len(numbers) > 4 or numbers[0] >= 32 or max(numbers) >= 100


def _ip6(clue: Clue) -> bool:
    written = clue.written.lstrip("[").split("]")[0]
    try:
        IPv6Address(written)
    except AddressValueError:
        return False
    # "10::20" is a time or a ratio to most.
    return len(re.findall("[0-9a-f]+", written, re.IGNORECASE)) > 2 or written[0] in "fF"


_URL = re.compile(
    r"(?:https?://|www\.)[^\s/?#<>«»\"]+(?P<path>/[^\s?#<>«»\"]*)?(?:[?#](?P<query>[^\s<>«»\"]+))?", re.IGNORECASE
)
_SIGN = re.compile("[\ue000-\uf8ff]")
_PARAMETER = re.compile(r"(?<![\w.\[\]-])(?P<name>[\w.\[\]-]{1,60})=(?P<value>[^&;#]+)")
_PERSONAL = re.compile(
    r"(?:^|[_.-])(?:id|u?uid|user|usr|client|customer|account|acc|member|token|auth|key|s?sid|session|sess|phone|tel|msisdn|e?mail|name|fio"
    r"|login|code|otp|hash|signature|order|ref|card|pan|pass|pwd|password|inn|snils|ticket|case|contract|lat|lon|lng|ip|device|imei)s?$",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"(?=\D*\d)(?=[^a-z]*[a-z])[\w.~%+-]{16,}|[\w.~%+-]*\d{6}[\w.~%+-]*", re.IGNORECASE)
_CAMPAIGN = re.compile(r"utm_|page|sort|lang|offset|limit|from$|source", re.IGNORECASE)
_ROOM = re.compile(
    r"/(?:users?|accounts?|profiles?|clients?|customers?|members?|persons?|people|cabinet|lk|my|orders?|tickets?|cases?|claims?|contracts?|invoices?"
    r"|pay(?:ments?)?|verify|confirm|reset|activate|invites?|sessions?|u|id)/?(?P<it>[\w.~%+-]*\d{4}[\w.~%+-]*)(?=/|$)",
    re.IGNORECASE,
)
_LONG = re.compile(
    r"(?<=/)(?=[^\d/]*\d)(?:[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{24,}|(?=[^/]*[a-z])(?=[^/]*[A-Z])[\w]{20,})(?=/|$)"
)
_TRAILING = ".,;:!?)]}'*"


def _links(text: str) -> Iterator[Find]:
    """What tells a person apart in the link they followed: the query with an id or a token in it, an id in the path."""
    for match in _URL.finditer(text):
        for part in ("path", "query"):
            if match[part] and (place := _personal_part(match, part)):
                yield *place, "LINK"


def _personal_part(match: re.Match[str], part: str) -> tuple[int, int] | None:
    start, value = match.start(part), match[part].rstrip(_TRAILING)
    if _SIGN.search(value):
        return None
    if part == "query":
        return (start, start + len(value)) if any(map(_tells, _PARAMETER.finditer(value))) else None
    personal = _ROOM.search(value) or _LONG.search(value)
    if personal is None:
        return None
    group = "it" if personal.re is _ROOM else 0
    return start + personal.start(group), start + personal.end(group)


def _tells(parameter: re.Match[str]) -> bool:
    """Whether a parameter of a query tells who followed the link."""
    name, value = parameter["name"], parameter["value"]
    if _CAMPAIGN.match(name):
        return False
    return bool(_TOKEN.fullmatch(value)) or (bool(_PERSONAL.search(name)) and (len(value) > 3 or "@" in value))


_DEGREES = r"[+-]?\d{1,3}\.\d{4,}°?"
_PAIR = rf"(?<![\w.])(?P<it>(?P<a>{_DEGREES})[ ]?[NSСЮ]?[ ]?[,;/ ][ ]?(?P<b>{_DEGREES})(?:[ ]?[EWВЗ](?![^\W_]))?)(?![\w]|\.\d)"
_MINUTES = r"\d{1,3}°[ ]?\d{1,2}['′’][ ]?(?:\d{1,2}(?:[.,]\d+)?(?:[\"″”]|['′’]{2})[ ]?)?(?:[NSEWСЮВЗ](?![^\W_]))?"
_GEO_NAMED = re.compile(
    r"координат|гео|локаци|локейш|location|coordinates|gps|широт|долгот|точк|метк|latitude|@|ll=", re.IGNORECASE
)


def _geo(clue: Clue) -> bool:
    """Rates have four decimals too; five in both, a degree or a word make it a place."""
    fine = all(len(clue.match[side].rstrip("°").split(".")[1]) >= 5 for side in "ab")
    on_earth = abs(float(clue.match["a"].rstrip("°"))) <= 90 and abs(float(clue.match["b"].rstrip("°"))) <= 180
    # Near by: to read the whole text at each pair would take the square of its length.
    near = max(0, clue.start - 200), clue.end + 100
    return on_earth and (fine or "°" in clue.written or bool(_GEO_NAMED.search(clue.match.string, *near)))


LINKS = (Detector(_links, ("http", "www")),)
DETECTORS: tuple[Detector, ...] = (
    rule("IP", _IP4, _ip4, digits=4, words=(".",)),
    rule("IP", _IP6, _ip6, digits=1, words=(":",)),
    rule("GEO", _PAIR, _geo, digits=10, words=(".",)),
    rule("GEO", rf"(?<!\w)(?P<it>{_MINUTES}(?:[,;]?[ ]?{_MINUTES})?)", always, digits=4, words=("°",)),
    rule(
        "GEO",
        r"(?:широт\w|долгот\w|\blat(?:itude)?|\blon(?:g(?:itude)?)?|\blng)\W{0,3}(?P<it>[+-]?\d{1,3}[.,]\d{3,})",
        always,
        digits=4,
        words=("широт", "долгот", "lat", "lon", "lng"),
    ),
)
