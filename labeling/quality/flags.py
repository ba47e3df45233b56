"""How good each kind of flag is, and how far assessors are from the expert: shares of the audited items, weighted."""

from __future__ import annotations

import narwhals as nw
import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.errors import LabelingError
from labeling.quality.frames import read_columns
from labeling.quality.intervals import Floats, beta_bounds, column
from labeling.quality.weighting import domain_share

Bools = npt.NDArray[np.bool_]


def flag_quality(sample: IntoDataFrame, flags: list[str] | None = None) -> pl.DataFrame:
    """FLAGS(flag, precision, precision_low, precision_high, precision_n, recall, recall_low, recall_high, recall_n, flagged).

    SAMPLE(item, weight, wrong) are the audited items, with a boolean column for each of ``flags`` (default: all further
    boolean columns; null is not flagged). ``weight`` is how many items each stands for: those of its stratum over those
    audited of it. ``precision`` is the share of flagged labels that are wrong, with n audited flagged ones; ``recall`` the
    share of wrong labels that are flagged, with n audited wrong ones; ``flagged`` the share of all items. Shares without
    anything to rest on are null. Intervals: Jeffreys's at the effective sample size (see ``domain_share``).

    Raises LabelingError ``column_missing``, ``column_null``, ``column_type`` or ``counts_out_of_range`` (a weight of 0).

    >>> sample = pl.DataFrame({"item": range(4), "weight": [10.0] * 4, "wrong": [True, True, False, False]})
    >>> found = flag_quality(sample.with_columns(junior=pl.Series([True, False, True, False])))
    >>> found.select("flag", "precision", "precision_n", "recall", "recall_n", "flagged").row(0)
    ('junior', 0.5, 2, 0.5, 2, 0.5)
    """
    frame = read_columns(sample, "sample", ["item", "weight", "wrong"], ["item", "weight", "wrong"])
    weight, wrong = _weights(frame), frame["wrong"].cast(pl.Boolean).to_numpy()
    names, marks = _flags(sample, flags)
    rows = []
    for name, flagged in zip(names, marks, strict=True):
        precision = domain_share(weight, flagged, wrong)
        recall = domain_share(weight, wrong, flagged)
        rows.append((name, *precision, int(flagged.sum()), *recall, int(wrong.sum()), flagged @ weight))
    table = np.array([row[1:] for row in rows], dtype=np.float64).reshape(len(rows), 7)
    total = max(float(weight.sum()), 1e-300)
    columns = [pl.Series("flag", names, dtype=pl.String)]
    for at, name in ((0, "precision"), (3, "recall")):
        columns += _interval(name, table[:, at], table[:, at + 1], table[:, at + 2])
    return pl.DataFrame([*columns, column("flagged", table[:, 6] / total)])


def divergence(rulings: IntoDataFrame, every: str = "1w") -> pl.DataFrame:
    """DIVERGENCE(at, value, low, high, n, running, running_low, running_high, running_n), a row a period with rulings.

    RULINGS(item, given, label, at, weight) of audited items: the label they had, the expert's, when, and how many items each
    stands for (null: as many as any other). ``value`` is the share of a period's items whose labels differ, ``running`` that
    of all rulings up to its end; of an item ruled twice the last ruling counts. ``every`` is one of Polars' durations: 1d, 1w,
    1mo. Intervals as in ``flag_quality``. Raises LabelingError ``column_missing``, ``column_null`` or ``column_type``.

    >>> from datetime import date
    >>> days = [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 9), date(2026, 3, 10)]
    >>> frame = pl.DataFrame({"item": range(4), "given": list("xxxx"), "label": list("xyxx"), "at": days, "weight": [1.0] * 4})
    >>> divergence(frame).select("at", "value", "n", "running", "running_n").rows()
    [(datetime.date(2026, 3, 2), 0.5, 2, 0.5, 2), (datetime.date(2026, 3, 9), 0.0, 2, 0.25, 4)]
    """
    frame = read_columns(
        rulings, "rulings", ["item", "given", "label", "at", "weight"], ["item", "given", "label", "at"]
    )
    if frame["at"].dtype != pl.Date and not isinstance(frame["at"].dtype, pl.Datetime):
        raise LabelingError("column_type", where="rulings", column="at", dtype=str(frame["at"].dtype))
    frame = frame.sort("at", maintain_order=True).unique("item", keep="last", maintain_order=True)
    frame = frame.with_columns(pl.col("weight").cast(pl.Float64).fill_null(1.0), pl.col("at").dt.truncate(every))
    weight = _weights(frame)
    differ = (frame["given"].cast(pl.String) != frame["label"].cast(pl.String)).to_numpy()
    starts = frame["at"].unique().sort()
    period = frame["at"].rank("dense").to_numpy().astype(np.int64) - 1
    columns = [starts]
    for name, reached in (("value", np.equal), ("running", np.less_equal)):
        inside = [reached(period, at) for at in range(len(starts))]
        figures = np.array([(*domain_share(weight, domain, differ), domain.sum()) for domain in inside]).reshape(
            len(starts), 3
        )
        prefix = "" if name == "value" else "running_"
        columns += _interval(name, figures[:, 0], figures[:, 1], figures[:, 2], prefix)
    return pl.DataFrame(columns)


def _interval(name: str, share: Floats, effective: Floats, n: Floats, prefix: str | None = None) -> list[pl.Series]:
    prefix = f"{name}_" if prefix is None else prefix
    low, high = beta_bounds(np.where(n > 0, share, 0.0) * effective, effective)
    return [
        column(name, share),
        column(f"{prefix}low", low),
        column(f"{prefix}high", high),
        pl.Series(f"{prefix}n", n, dtype=pl.Int64),
    ]


def _weights(frame: pl.DataFrame) -> Floats:
    weight = frame["weight"].cast(pl.Float64).to_numpy()
    if not (weight > 0).all():
        raise LabelingError("counts_out_of_range", right=float(weight.min()), n=1)
    return weight


def _flags(sample: IntoDataFrame, flags: list[str] | None) -> tuple[list[str], list[Bools]]:
    """Names and masks of the flags."""
    if flags is None:
        schema = nw.from_native(sample, eager_only=True).schema
        flags = [name for name, kind in schema.items() if name != "wrong" and kind in (nw.Boolean, nw.Object)]
    frame = read_columns(sample, "sample", flags, [])
    for name in flags:
        if frame[name].dtype not in (pl.Boolean, pl.Null):
            raise LabelingError("column_type", where="sample", column=name, dtype=str(frame[name].dtype))
    return flags, [frame[name].cast(pl.Boolean).fill_null(False).to_numpy() for name in flags]
