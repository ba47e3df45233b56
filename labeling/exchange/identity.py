"""Which item a row is about: the id that it gives, or the fingerprint of its text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from labeling.exchange.tally import Tally

_NO_TEXT = bytes(8)


def fingerprints(texts: Sequence[str | None]) -> list[int]:
    """Signed 64-bit hashes that texts share when they differ in case, white space or Unicode form only; 0 for None.

    BLAKE2b (RFC 7693) of the text in NFKC, case-folded, white space squeezed.

    >>> one, other = fingerprints(["Где  моя\\u00a0КАРТА?", "где моя карта?"])
    >>> one == other
    True
    """
    digests = b"".join([blake2b(_plain(text), digest_size=8).digest() if text else _NO_TEXT for text in texts])
    prints: list[int] = np.frombuffer(digests, dtype=">i8").tolist()
    return prints


def _plain(text: str) -> bytes:
    folded = (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()
    # No white space but single spaces within: nothing to squeeze, at a third of the price of looking for it.
    if not folded.isprintable() or "  " in folded or folded[0] == " " or folded[-1] == " ":
        folded = " ".join(folded.split())
    return folded.encode("utf-8", "surrogatepass")


def ids_of(given: list[str | None], prints: list[int], text_counts: Tally, *, repeated: bool) -> list[str]:
    """The given ids; where there is none the text's fingerprint, and for its 2nd and 3rd row "-2" and "-3".

    ``text_counts`` says how often each text has come so far. Also rows that will be refused are counted: they may be taken
    the next time, and the ids of the others must not move. In a file with an annotator column (``repeated`` false) the same
    text again is the same item.
    """
    blank = [at for at, external_id in enumerate(given) if external_id is None]
    ids: list[str] = [external_id or "" for external_id in given]
    numbers = [1] * len(blank)
    if repeated:
        numbers = text_counts.number(np.array([prints[at] for at in blank], dtype=np.int64)).tolist()
    for at, number in zip(blank, numbers, strict=True):
        ids[at] = format(prints[at] & 0xFFFF_FFFF_FFFF_FFFF, "016x") + (f"-{number}" if number > 1 else "")
    return ids
