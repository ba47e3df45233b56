"""One way to run a benchmark: two options, a table on screen, a flat file of numbers."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Target:
    """A bound that a figure is to keep."""

    limit: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        """Whether the figure keeps it; a figure that isn't a number doesn't."""
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {number(self.limit)}"


def at_most(limit: float) -> Target:
    """A figure that may not be larger."""
    return Target(limit)


def at_least(limit: float) -> Target:
    """A figure that may not be smaller.

    >>> at_least(60_000).met(61_234.6), at_most(8).met(8.1), str(at_least(60_000))
    (True, False, '>= 60,000')
    """
    return Target(limit, at_least=True)


def main(title: str, measure: Callable[[bool], Mapping[str, float]], targets: Mapping[str, Target]) -> None:
    """Run ``measure(quick)``, print what it found, metric by metric, and write it to the file of ``--json``.

    A target that was missed is said, not raised: what follows in ``make bench`` is still worth knowing.
    """
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and rows; ends within 50 s")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one flat object")
    options = parser.parse_args()
    began = time.perf_counter()
    figures = {name: float(value) for name, value in measure(options.quick).items()}
    print(f"{title} · {platform.system()} {platform.machine()}, Python {platform.python_version()}")
    print(table(figures, targets))
    print(f"{time.perf_counter() - began:.0f} s in all")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def table(figures: Mapping[str, float], targets: Mapping[str, Target]) -> str:
    """Metric, figure, target and verdict in aligned columns; a target without its figure is named too.

    >>> print(table({"ratio": 3.25, "rows_per_s": 61234.6}, {"ratio": at_most(8), "memory_mb": at_most(1000)}))
    ratio         3.25  <= 8      met
    rows_per_s  61,235
    memory_mb        -  <= 1,000  not measured
    """
    rows = []
    for name in [*figures, *(name for name in targets if name not in figures)]:
        target, value = targets.get(name), figures.get(name)
        rows.append((name, "-" if value is None else number(value), str(target or ""), _verdict(value, target)))
    widths = [max((len(row[at]) for row in rows), default=0) for at in range(3)]
    return "\n".join(
        f"{name:{widths[0]}}  {value:>{widths[1]}}  {target:{widths[2]}}  {verdict}".rstrip()
        for name, value, target, verdict in rows
    )


def _verdict(value: float | None, target: Target | None) -> str:
    if value is None:
        return "not measured"
    if target is None:
        return ""
    return "met" if target.met(value) else "MISSED"


def p95(times: list[float]) -> float:
    """The time that one in twenty exceeds."""
    return statistics.quantiles(times, n=20)[-1]


def number(value: float) -> str:
    """A figure as a reader wants it: three digits that matter, or all of a large one.

    >>> [number(value) for value in (0.01234, 3.25, 61.25, 61_234.6, 8)]
    ['0.0123', '3.25', '61.2', '61,235', '8']
    """
    if value == round(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"
