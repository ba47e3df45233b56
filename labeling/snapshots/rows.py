"""The rows of a snapshot: how they are written for the hash, and how they are packed to be kept."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator

import polars as pl

from labeling.facts.aggregate import DIGITS

ROWS = {
    "item": pl.String,
    "text_sha256": pl.Binary,
    "label": pl.String,
    "source": pl.String,
    "method": pl.String,
    "probability": pl.Float64,
    "n": pl.Int64,
    "state": pl.String,
}
# Rows of a part: read for one item in some milliseconds, and a hundred thousand items are five of them.
PART = 20_000
_AT_ONCE = 10_000


def digest_of(rows: pl.DataFrame) -> str:
    """The SHA-256 of the canonical lines of ROWS, in hexadecimal; docs/decisions/snapshots.md says how they are written.

    >>> row = {"item": ["1"], "text_sha256": [b"\\x0a"], "label": ["x"], "source": ["golden"], "n": [2], "state": ["golden"]}
    >>> rows = pl.DataFrame(row).with_columns(method=pl.lit(None, pl.String), probability=pl.lit(None, pl.Float64))
    >>> print("".join(part.decode() for part in canonical(rows)), end="")
    {"item":"1","text_sha256":"0a","label":"x","source":"golden","method":null,"probability":null,"n":2,"state":"golden"}
    """
    digest = hashlib.sha256()
    for lines in canonical(rows):
        digest.update(lines)
    return digest.hexdigest()


def canonical(rows: pl.DataFrame) -> Iterator[bytes]:
    """The lines, some thousands at a time: compact JSON in UTF-8, in the order of the items' code points."""
    # UTF-8 keeps that order.
    for part in rows.sort("item").iter_slices(_AT_ONCE):
        digest = pl.col("text_sha256").bin.encode("hex")
        cells = part.select("item", digest, "label", "source", "method", written(pl.col("probability")), "n", "state")
        lines = io.BytesIO()
        # As json.dumps does it: a test compares them on every character there is.
        cells.write_ndjson(lines)
        yield lines.getvalue()


def written(probability: pl.Expr) -> pl.Expr:
    """A probability with all its digits, as text: a number would read 1e-05 here and 0.00001 there.

    >>> pl.DataFrame({"probability": [1.0, 1e-05, None]}).select(written(pl.col("probability"))).to_series().to_list()
    ['1.000000', '0.000010', None]
    """
    millionths = (probability * 10**DIGITS).round().cast(pl.Int64)
    whole, part = millionths // 10**DIGITS, millionths % 10**DIGITS
    return pl.format("{}.{}", whole, part.cast(pl.String).str.zfill(DIGITS)).alias("probability")


def text_digests(texts: pl.Series) -> pl.Series:
    """The SHA-256 of each text in UTF-8."""
    found = [None if text is None else hashlib.sha256(text.encode()).digest() for text in texts]
    return pl.Series("text_sha256", found, dtype=pl.Binary)


def pack(rows: pl.DataFrame) -> list[tuple[str, bytes]]:
    """ROWS in parts, in the order of items, each with its first item; :func:`unpack` reads one."""
    parts = []
    for part in rows.sort("item").iter_slices(PART):
        packed = io.BytesIO()
        part.write_parquet(packed, compression="zstd")
        parts.append((str(part["item"][0]), packed.getvalue()))
    return parts


def unpack(body: bytes) -> pl.DataFrame:
    """The ROWS of a part. Raises ValueError for what is none: it was changed after it was written."""
    try:
        return pl.read_parquet(io.BytesIO(body)).select(pl.col(name).cast(dtype) for name, dtype in ROWS.items())
    # Whatever a reader of damaged bytes comes upon, in Python or in Rust.
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        raise ValueError("not a part of a snapshot") from error
