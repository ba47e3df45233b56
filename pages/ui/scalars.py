"""What Polars makes of a column of numbers, as a number."""

from __future__ import annotations


def scalar(found: object) -> float | None:
    """The least, the largest or the mean of a column of numbers; None of an empty column. Raises TypeError for anything else.

    To Polars' types it might as well be a date or a text.
    """
    if found is None:
        return None
    if not isinstance(found, int | float):
        raise TypeError(f"{found!r} is not a number")
    return float(found)
