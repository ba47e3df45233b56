"""Names in Latin letters: by title, by what introduces them, by first names of the census and of the world."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from labeling.privacy.lexicon import alternatives, words
from labeling.privacy.words import latin_names

_W = r"[^\W\d_]"
_SMALL = "[a-zß-öø-ÿ]"
_SMALL_WORD = rf"{_SMALL}(?:{_SMALL}|['’-])+"
_CAP = r"(?-i:(?:[ae]l-)?[A-ZÀ-Ý][a-zß-ÿ]*(?:['’-]?[A-ZÀ-Ýa-zß-ÿ][a-zß-ÿ]*)*|[A-ZÀ-Ý]{2,}(?:['’-][A-ZÀ-Ý]+)?)"
_INITIAL = r"(?-i:[A-Z]\.?(?![^\W\d_]))"
_PARTICLES = "van von de der den la da del al bin ibn el st mc".split()
_PARTICLE = rf"(?:(?:{'|'.join(_PARTICLES)})\b\.?)"
_NAMES = rf"{_CAP}(?:[ ](?:{_INITIAL}[ ])?(?:{_PARTICLE}[ ]){{0,2}}{_CAP}){{0,2}}"
_TITLED = re.compile(
    rf"(?<!{_W})(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|lady|lord)\b\.?\s(?P<it>(?:{_INITIAL}[ ]?){{0,2}}{_NAMES})",
    re.IGNORECASE,
)
_TITLED_SMALL = re.compile(
    rf"(?<!{_W})(?:mr|mrs|ms|miss)\b\.?\s(?P<it>{_SMALL}{{3,}}(?:[-']{_SMALL}+)?(?:\s{_SMALL}{{3,}})?)"
)
_SURE, _LIKELY, _ROLES = (alternatives("english", name) for name in ("sure", "likely", "roles"))
_AFTER_SURE = re.compile(
    rf"(?<!{_W})(?:{_SURE}|{_ROLES})\s{{0,2}}(?P<it>(?:{_INITIAL}[ ]?){{0,2}}{_CAP}(?:[ ](?:{_INITIAL}[ ])?{_CAP}){{0,3}})",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    rf"(?<!{_W})(?:regards|wishes|best|thanks|thank\syou|cheers|sincerely|yours|faithfully|love|с\sуважением|спасибо)[,.!]{{0,2}}\s?\n\s*"
    rf"(?P<it>(?:{_INITIAL}[ ]?){{0,2}}{_NAMES})",
    re.IGNORECASE,
)
_TITLE = r"(?-i:[A-ZÀ-Ý][a-zß-ÿ'’-]+)"
_KNOWN = re.compile(
    rf"(?<!{_W})(?:{alternatives('english', 'people')}),?\s(?P<it>{_TITLE}(?:[ ]{_TITLE})?)(?![\w&])", re.IGNORECASE
)
_WORKING = re.compile(rf"(?<!{_W})(?:{alternatives('english', 'working')})\s(?P<it>{_CAP})", re.IGNORECASE)
_AFTER_SURE_SMALL = re.compile(
    rf"(?<!{_W})(?:{_SURE})\s{{1,2}}(?P<it>{_SMALL_WORD}(?:[ ][a-z]\.)?(?:[ ]{_SMALL_WORD}){{0,3}})", re.IGNORECASE
)
# A look ahead: "hi i'm mike" is introduced twice.
_BEFORE_LIKELY = re.compile(rf"(?<![\w'’-])(?P<it>{_SMALL}{{3,}})\s(?:from|here|speaking|calling)\b", re.IGNORECASE)
_AFTER_LIKELY = re.compile(
    rf"(?<!{_W})(?:{_LIKELY}|{_ROLES})\s?,?\s{{1,2}}"
    rf"(?=(?P<it>{_SMALL_WORD}(?:[ ][a-z]\.)?(?:[ ]{_PARTICLE})*(?:[ ]{_SMALL_WORD})?))",
    re.IGNORECASE,
)
_PAIR = re.compile(rf"(?<![\w@.]){_CAP}(?:[ ](?:{_INITIAL}[ ])?(?:{_PARTICLE}[ ]){{0,2}}{_CAP})+(?![\w@])")
_INITIALED = re.compile(
    r"(?<![\w.])(?P<it>(?!(?:U\.\s?S|U\.\s?K|P\.\s?O|E\.\s?U|U\.\s?A)\.)(?:[A-Z]\.\s?){1,2}[A-Z][a-z]{2,}(?:-[A-Z][a-z]+)?|[A-Z][a-z]{2,}\s(?:[A-Z]\.\s?){1,2})(?!\w)"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SLAVIC = re.compile(
    r"[a-z]{2,}(?:ov|ova|ev|eva|yov|in|ina|sky|skiy|skaya|enko|chuk|yan|dze|shvili|vich|vna)", re.IGNORECASE
)
_MIDDLE = re.compile(r"[a-z]{3,}(?:ovich|evich|ovna|evna|ichna)", re.IGNORECASE)

_FIRMS = re.compile(rf"\b(?:{alternatives('english', 'firms')})\b", re.IGNORECASE)
_PLAIN = words("english", "plain")
_AMBIGUOUS = words("english", "ambiguous")


def find(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each name in Latin letters, in no order and some twice.

    >>> set(find("thanks, emma")), set(find("I will chase the bill"))
    ({(8, 12)}, set())
    """
    if not re.search("[A-Za-z]{2}", text):
        return
    text = _FIRMS.sub(lambda match: "." * len(match[0]), text)
    for start, end in _candidates(text, cased=not text.isupper()):
        yield start, end - 2 if text[end - 2 : end].lower() in ("'s", "’s") else end


def _candidates(text: str, *, cased: bool) -> Iterator[tuple[int, int]]:
    for form in (_TITLED, _AFTER_SURE, _SIGNED):
        for match in form.finditer(text):
            yield from _trimmed(text, *match.span("it"))
    for match in (*_WORKING.finditer(text), *_KNOWN.finditer(text)) if cased else ():
        low = match["it"].split()[0].lower()
        if low not in _AMBIGUOUS and (match.re is _KNOWN or _surname(low)):
            yield from _trimmed(text, *match.span("it"))
    for form in (_TITLED_SMALL, _AFTER_SURE_SMALL):
        for match in form.finditer(text):
            yield from _small(match, least_first=False)
    for form in (_AFTER_LIKELY, _BEFORE_LIKELY):
        for match in form.finditer(text):
            yield from _small(match, least_first=True)
    for match in _PAIR.finditer(text):
        yield from _pair(text, *match.span(), cased)
    for match in _INITIALED.finditer(text):
        if not {_low(word) for word in _WORD.finditer(match["it"]) if len(word[0]) > 1} & _PLAIN:
            yield match.start("it"), match.start("it") + len(match["it"].rstrip())
    yield from _alone(text, cased)


def _low(word: re.Match[str]) -> str:
    """A word in small letters and without accents, Anna of Anna's."""
    low = re.sub("['’]s$", "", word[0].lower())
    return low if low.isascii() else re.sub(r"[\u0300-\u036f]", "", unicodedata.normalize("NFD", low))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Without the plain words at its end; nothing where it begins with one."""
    words = list(_WORD.finditer(text, start, end))
    trimmed = []
    for word in words:
        if _low(word) in _PLAIN and _low(word) not in _firsts():
            break
        trimmed.append(word)
    if trimmed and len(text[trimmed[0].start() : trimmed[-1].end()]) > 1:
        yield trimmed[0].start(), trimmed[-1].end()


def _small(match: re.Match[str], *, least_first: bool) -> Iterator[tuple[int, int]]:
    """A name in small letters: after a sure word any word that is no plain one, else a first name of the lists."""
    text = match.string
    words = list(_WORD.finditer(text, *match.span("it")))
    low = _low(words[0])
    if (
        low in _PLAIN
        or (least_first and not _first(low))
        or (least_first and low in _AMBIGUOUS and words[0][0].islower() and not _followed(words))
    ):
        return
    if not (least_first or _first(low) or _surname(low)):
        return
    end = words[0].end()
    for word in words[1:]:
        after = _low(word)
        if after in _PARTICLES:
            continue
        may_be_name = _surname(after) or _first(after) or _ends(text, word)
        if len(after) > 1 and (after in _PLAIN or not may_be_name):
            break
        end = word.end()
    yield words[0].start(), end


def _ends(text: str, word: re.Match[str]) -> bool:
    """Whether a long word ends its sentence, or a part of it: behind a first name it is a surname."""
    return word.end() - word.start() > 3 and not text[word.end() : word.end() + 1].strip(",.;:!?\n")


def _followed(words: list[re.Match[str]]) -> bool:
    """Whether a surname stands behind the first word."""
    after = _low(words[-1])
    return len(words) > 1 and _surname(after) and after not in _PLAIN and after not in _AMBIGUOUS


def _pair(text: str, start: int, end: int, cased: bool) -> Iterator[tuple[int, int]]:
    """A first name and the capitalised words behind it, or before it when it looks like a Russian surname."""
    words = list(_WORD.finditer(text, start, end))
    for at, word in enumerate(words[:-1]):
        low, after = _low(word), _low(words[at + 1])
        reverse = _SLAVIC.fullmatch(low) and after in _firsts() and after not in _AMBIGUOUS
        first = _first(low) and (low not in _AMBIGUOUS or _surname(after))
        if (
            not (first or reverse)
            or low in _PLAIN
            or after in _PLAIN
            or not (cased or reverse or _surname(after) or _ends(text, words[at + 1]))
        ):
            continue
        last = at + 1
        while last + 1 < len(words) and (len(words[last][0]) == 1 or _low(words[last]) in _PARTICLES):
            last += 1
        while last + 1 < len(words) and _continues(_low(words[last + 1])):
            last += 1
        yield word.start(), words[last].end()
        return


def _continues(word: str) -> bool:
    return (_surname(word) or bool(_MIDDLE.fullmatch(word))) and word not in _PLAIN


def _first(word: str) -> bool:
    """Whether a word in small letters is a first name of the lists, or Mary-Jane."""
    return word in _firsts() or (word.count("-") == 1 and word.split("-")[0] in _firsts())


def _surname(word: str) -> bool:
    """Whether a word in small letters may be a surname: of the census, which has no apostrophes, or a Russian one."""
    return re.sub(r"['’-]", "", word) in _lasts() or bool(_SLAVIC.fullmatch(word))


def _alone(text: str, cased: bool) -> Iterator[tuple[int, int]]:
    """A first name that is no word; in small letters only with a surname behind it."""
    words = list(_WORD.finditer(text))
    for at, word in enumerate(words):
        low = _low(word)
        if (
            len(low) < 3
            or not _first(low)
            or low in _AMBIGUOUS
            or low in _PLAIN
            or text[word.end() : word.end() + 1].isdigit()
            # MAC stands for other things than Mac does.
            or (len(low) == 3 and word[0].isupper() and cased)
        ):
            continue
        if word[0][0].isupper() and cased:
            yield word.start(), word.end()
        elif at + 1 < len(words) and text[word.end() : words[at + 1].start()] == " ":
            after = _low(words[at + 1])
            if after not in _PLAIN and _surname(after):
                yield word.start(), words[at + 1].end()


@cache
def _firsts() -> frozenset[str]:
    census = _census("dist.male.first", 0.003) | _census("dist.female.first", 0.003)
    return census | words("english", "more") | latin_names()


@cache
def _lasts() -> frozenset[str]:
    return _census("dist.all.last", 0.0005)


def _census(name: str, least: float) -> frozenset[str]:
    """Names of the census of the USA that at least this percentage bears."""
    import names

    lines = (Path(names.__file__).parent / name).read_text(encoding="ascii").splitlines()
    parted = (line.split() for line in lines)
    return frozenset(word.lower() for word, share, *_ in parted if float(share) >= least and len(word) > 1)
