"""How the bytes of a text file are to be read: UTF-8, UTF-16 with or without its mark, or one of the older code pages."""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

from labeling.errors import LabelingError

_BLOCK = 1 << 20
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    # Before UTF-16, whose mark its own begins with.
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 27}) + b"\x7f"
_CYRILLIC = ("cp1251", "koi8-r", "cp866")
CODE_PAGES = (*_CYRILLIC, "cp1252")
"""What a text that is no Unicode is taken for; nothing in it says that it is right."""
_WORD = re.compile(r"[^\W\d_]{2,}")
# A third of the letters, of which two thirds of a Russian text consist, and of no code page's misreading of one as much.
_FREQUENT = frozenset("оеаинтсрвлк")
_PUNCTUATION = frozenset("«»—–…„“”’№\xa0")
_LETTERS = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяё")
# Printable letters of the scripts that the app's readers write; a UTF-16 text read as one lies within.
_PLAIN_UTF16 = re.compile(r"[\t\r\n\x20-\x7e\xa0-\u024f\u0370-\u052f\u2000-\u20bf]")
_UTF16_SHARE, _MIXED_SHARE, _RUSSIAN_SHARE = 0.9, 0.3, 0.5


def encoding_of(content: BinaryIO, head: bytes, name: str) -> str:
    """The codec of a text, of which ``head`` is the beginning; reads all of ``content``.

    A text is UTF-8 if all of it is, or most of its letters beyond ASCII are: a damaged line must not turn the other million
    into nonsense. Raises LabelingError ``not_text``.

    >>> import io
    >>> [encoding_of(io.BytesIO(raw), raw, "a") for raw in ("Где карта".encode("cp1251"), "déjà".encode("cp1252"))]
    ['cp1251', 'cp1252']
    """
    for mark, codec in _MARKS.items():
        if head.startswith(mark):
            return codec
    for codec in ("utf-16-le", "utf-16-be"):
        if _is_utf16(head, codec):
            return codec
    damaged, beyond_ascii, speaking = _damage(content)
    utf8 = damaged == 0 or beyond_ascii > damaged
    control = len(head) - len(head.translate(None, _CONTROL))
    # A stray control character is one bad row; many of them, or some among bytes that are no text, are a picture.
    if control > 0.3 * len(head) or (not utf8 and control > 0.01 * len(head)):
        raise LabelingError("not_text", name=name)
    return "utf-8-sig" if utf8 else _code_page(speaking)


def named_codec(encoding: str, head: bytes) -> str:
    """The codec that somebody named. Raises LabelingError ``unknown_encoding``.

    >>> named_codec("windows-1252", b""), named_codec("UTF-16", b"a\\x00")
    ('cp1252', 'utf-16-le')
    """
    try:
        codec = codecs.lookup(encoding).name
        "".encode(codec)
    except LookupError as error:
        raise LabelingError("unknown_encoding", encoding=encoding) from error
    if codec == "utf-8":
        return "utf-8-sig"
    marked = any(head.startswith(mark) for mark in _MARKS)
    return f"{codec}-le" if codec in ("utf-16", "utf-32") and not marked else codec


def _is_utf16(head: bytes, codec: str) -> bool:
    """Whether a beginning without a mark is UTF-16 all the same: half of its bytes say nothing."""
    even = head[: len(head) // 2 * 2]
    high = even[1::2] if codec.endswith("le") else even[::2]
    # Letters of one script share their high byte; in an 8-bit text neither half of the bytes is so monotonous.
    if len(high) < 4 or sum(high.count(byte) for byte in (0, 4)) < _UTF16_SHARE * len(high):
        return False
    text = even.decode(codec, errors="replace")
    return len(_PLAIN_UTF16.findall(text)) >= _UTF16_SHARE * len(text)


def _damage(content: BinaryIO) -> tuple[int, int, bytes]:
    """Over the whole file: bytes that are no UTF-8, continuation bytes of good multi-byte characters, and its first block
    that is not all ASCII. What is packed can be read only once."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    damaged = beyond_ascii = 0
    last, speaking = False, b""
    while not last:
        block = content.read(_BLOCK)
        last = not block
        if not speaking and not block.isascii():
            speaking = block
        text = decoder.decode(block, final=last)
        try:
            written = len(text.encode())
        except UnicodeEncodeError:
            clean = text.encode(errors="ignore")
            escaped = len(text) - len(clean.decode())
            damaged += escaped
            written = len(clean) + escaped
        beyond_ascii += written - len(text)
    return damaged, beyond_ascii, speaking


def _code_page(sample: bytes) -> str:
    """An 8-bit code page: of Cyrillic where whole words come out in Russian, else that of Western Europe."""
    shares = {page: _russian(sample.decode(page, errors="replace")) for page in _CYRILLIC}
    best = max(shares, key=lambda page: shares[page])
    return best if shares[best] >= _RUSSIAN_SHARE else "cp1252"


def _russian(text: str) -> float:
    """How far what is beyond ASCII is Russian, from 0 to 1; 0 where it stands among Latin letters within words."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    mixed = sum(any(sign.isascii() for sign in word) for word in words)
    if not words or mixed > _MIXED_SHARE * len(words):
        return 0.0
    # Large letters amid small ones are small letters of another code page.
    oriented = [word for word in words if word.islower() or word.isupper() or word[1:].islower()]
    letters = "".join(oriented).lower()
    beyond = sum(not sign.isascii() and sign not in _PUNCTUATION for sign in text)
    known = sum(sign in _LETTERS for sign in letters)
    frequent = sum(sign in _FREQUENT for sign in letters)
    return min(known / beyond, 2 * frequent / known) if known else 0.0
