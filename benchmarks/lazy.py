"""Ten million votes from a Parquet file, and one million: agreement, consensus, and its export, by the commands.

2 million items, 300 annotators, 5 classes, ids as strings, made once with a seed. Our commands read the file by the guarded
process into a table on disk and work on a plan of it. Beside them in the same run: the file read whole by Polars as strings
(the old way, without a guarded process), and pandas. Each is a process of its own; memory is the sum over it and its children,
looked at fifty times a second. ``intervals`` is the command ``agreement`` as it is, with its thousand draws.

Targets: under 3 GB at ten million; time a vote no more than at one million; files and figures equal to the eager ones to the
last digit, to those of pandas within 1e-9, labels wherever they aren't drawn by lot.
"""

from __future__ import annotations

import filecmp
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from benchmarks.report import at_least, at_most, main

ANNOTATORS, OVERLAP, CHUNK = 300, 5, 100_000
CLASSES, SHARES = ("жалоба", "question", "request", "thanks", "other"), (0.35, 0.25, 0.2, 0.15, 0.05)
TASKS, WAYS = ("agreement", "majority", "dawid_skene"), ("lazy", "eager", "pandas")
# What the others take of ten million votes, with room for whoever else is there.
_ROOM_GB = 8
TARGETS = {
    **{f"{task}.lazy.large.peak_mb": at_most(3_000) for task in (*TASKS, "intervals")},
    **{f"{task}.per_vote_large_to_small": at_most(1) for task in (*TASKS, "intervals")},
    **{f"{task}.equal_to_eager": at_least(1) for task in TASKS},
    "agreement.pandas_difference": at_most(1e-9),
    **{f"{task}.labels_equal_to_pandas": at_least(0.999_99) for task in TASKS[1:]},
}


class Run(NamedTuple):
    """One task by one way: seconds, processor seconds, the most memory at once in MB, its figures, and what it wrote."""

    seconds: float
    processor_s: float
    peak_mb: float
    figures: dict[str, float]
    out: Path


def measure(quick: bool) -> dict[str, float]:
    """Seconds, memory and ratios; a tenth of the votes when quick, and the other ways on the larger file alone."""
    sizes = {"small": 100_000 if quick else 1_000_000, "large": 1_000_000 if quick else 10_000_000}
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size, votes in sizes.items():
            write_votes(folder / f"{size}.parquet", votes // OVERLAP)
            figures[f"{size}.votes"] = float(votes)
        for task in (*TASKS, "intervals"):
            runs = {
                (way, size): _run(way, task, folder, size)
                for size in sizes
                for way in _ways(task, all_of_them=size == "large" or not quick)
            }
            for (way, size), run in runs.items():
                own = f"{task}.{way}.{size}"
                figures |= {
                    f"{own}.s": run.seconds,
                    f"{own}.processor_s": run.processor_s,
                    f"{own}.peak_mb": run.peak_mb,
                }
            growth = runs["lazy", "large"].seconds / runs["lazy", "small"].seconds
            figures[f"{task}.per_vote_large_to_small"] = growth * sizes["small"] / sizes["large"]
            figures |= _compared(task, {way: run for (way, size), run in runs.items() if size == "large"})
    return figures


def write_votes(path: Path, items: int) -> None:
    """Five random annotators an item, right in 84 of 100; memory holds a part of it."""
    random = np.random.default_rng(0)
    writer: pq.ParquetWriter | None = None
    for start in range(0, items, CHUNK):
        n = min(CHUNK, items - start)
        annotator = random.random((n, ANNOTATORS), dtype=np.float32).argpartition(OVERLAP, axis=1)[:, :OVERLAP]
        truth = random.choice(len(CLASSES), n, p=SHARES)
        drawn = random.integers(0, len(CLASSES), (n, OVERLAP))
        label = np.where(random.random((n, OVERLAP)) < 0.8, truth[:, None], drawn)
        part = pl.DataFrame({"item": np.repeat(np.arange(start, start + n), OVERLAP), "annotator": annotator.ravel()})
        names = part.select(
            pl.format("item-{}", "item").alias("item"), pl.format("assessor:{}", "annotator").alias("annotator")
        )
        table = names.with_columns(label=pl.Series(CLASSES).gather(label.ravel())).to_arrow(
            compat_level=pl.CompatLevel.oldest()
        )
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()


def _ways(task: str, *, all_of_them: bool) -> tuple[str, ...]:
    if task == "intervals" or not all_of_them:
        return WAYS[:1]
    free_gb = int(Path("/proc/meminfo").read_text().split("MemAvailable:")[1].split()[0]) / 1e6
    if free_gb < _ROOM_GB:
        print(f"Skipped: {task} by others, {free_gb:.0f} GB of memory are free and they may take {_ROOM_GB}.")
        return WAYS[:1]
    return WAYS


def _run(way: str, task: str, folder: Path, size: str) -> Run:
    out = folder / f"{task}.{way}.{size}.csv"
    command = [sys.executable, "-m", "benchmarks.lazy_ways", way, task, str(folder / f"{size}.parquet"), str(out)]
    environment = os.environ | {"SVERKA_FILE_ROWS": "20000000"}
    peak = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_resident, _tree(process.pid))))
            time.sleep(0.02)
        said = process.stdout.read() if process.stdout else b""
    if process.returncode:
        raise RuntimeError(f"{way} {task} ended with {process.returncode}")
    seconds, processor_s, figures = json.loads(said.splitlines()[-1])
    return Run(seconds, processor_s, peak / 1e6, figures, out)


def _tree(process: int) -> list[int]:
    """A process and all that it started."""
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [process, *(each for child in children for each in _tree(child))]


def _resident(process: int) -> int:
    """Bytes of memory that a process has, 0 if it is no more."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _compared(task: str, runs: dict[str, Run]) -> dict[str, float]:
    """How far the others come to the same."""
    if len(runs) < len(WAYS):
        return {}
    ours, eager, theirs = (runs[way] for way in WAYS)
    if task == "agreement":
        apart = max(abs(theirs.figures[name] - ours.figures[name]) for name in theirs.figures)
        return {"agreement.equal_to_eager": float(ours.figures == eager.figures), "agreement.pandas_difference": apart}
    labels = [pl.read_csv(run.out).select("item", "label", "probability") for run in (ours, theirs)]
    both = labels[0].join(labels[1], on="item", suffix="_theirs")
    same_label = pl.col("label") == pl.col("label_theirs")
    # Shares of five votes that lead with two of them are shared with another class: those labels are drawn by lot.
    drawn = pl.col("probability") < 0.5 if task == "majority" else pl.lit(value=False)
    equal = both.select((drawn | same_label).sum() / len(labels[0])).item()
    same_file = filecmp.cmp(ours.out, eager.out, shallow=False)
    return {f"{task}.equal_to_eager": float(same_file), f"{task}.labels_equal_to_pandas": float(equal)}


if __name__ == "__main__":
    main("Agreement and consensus of ten million votes out of a file", measure, TARGETS)
