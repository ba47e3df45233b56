"""The same work on a file of votes in three ways: by our commands, eagerly by Polars, and by pandas.

``python -m benchmarks.lazy_ways WAY TASK FILE OUT`` carries one out in a process of its own and prints as JSON the seconds,
the processor time of it and its children, and the figures. Imports are made before the clock runs.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from labeling.cli.main import main as command
from labeling.exchange.names import plain_labels
from labeling.exchange.writing import write_csv
from labeling.quality.agreement import agreement_report
from labeling.quality.consensus import consensus_of
from labeling.quality.consensus.dawid_skene import MAX_ITERATIONS, TOLERANCE
from labeling.quality.consensus.incidence import TINY
from labeling.quality.frames import votes_frame

FIGURES = ("by_items", "by_pairs", "kappa", "fleiss", "ac1", "alpha")
Figures = dict[str, float]


def lazy(task: str, file: str, out: str) -> Figures:
    """The command as it is, its guarded reader and all."""
    commands = {
        "agreement": ["agreement", file, "--draws", "0"],
        "intervals": ["agreement", file],
        "majority": ["consensus", file, "--method", "majority", "-o", out],
        "dawid_skene": ["consensus", file, "--method", "dawid_skene", "-o", out],
    }
    with redirect_stdout(io.StringIO()) as said:
        if command([*commands[task], "--json"]):
            raise RuntimeError(f"{commands[task]} was refused")
    facts = json.loads(said.getvalue())
    return {name: figure["value"] for name, figure in facts.get("figures", {}).items() if name in FIGURES}


def eager(task: str, file: str, out: str) -> Figures:
    """What the commands did before: all of the file as strings at once, and the same arithmetic; no guarded reader."""
    frame = pl.read_parquet(file)
    frame = frame.with_columns(plain_labels(frame[name]) for name in frame.columns)
    if frame.select("item", "annotator").n_unique() != len(frame):
        raise RuntimeError("repeated votes")
    votes = votes_frame(frame)
    if task == "agreement":
        overall = agreement_report(votes, draws=0).overall
        return {name: getattr(overall, name).value for name in FIGURES}
    found = consensus_of(votes, method=task).frame
    with Path(out).open("wb") as target:
        write_csv([found], found.schema, target)
    return {}


def by_pandas(task: str, file: str, out: str) -> Figures:
    """Data frames of pandas and NumPy between them, as one would write it; names are made plain one by one, each once."""
    frame = pd.read_parquet(file).drop_duplicates(["item", "annotator"], keep="last")
    codes, names = {}, {}
    for column in frame.columns:
        codes[column], found = pd.factorize(frame[column], sort=column == "label")
        names[column] = pd.Series(found).str.normalize("NFC").str.strip()
    votes = pd.DataFrame(codes)
    del frame
    counts = votes.groupby(["item", "label"]).size().unstack(fill_value=0).to_numpy(np.float64)
    if task == "agreement":
        return _coefficients(counts)
    shares = counts / counts.sum(axis=1, keepdims=True)
    posterior = shares if task == "majority" else _dawid_skene(votes, shares)
    labels = pd.DataFrame(
        {
            "item": names["item"],
            "label": names["label"].take(posterior.argmax(axis=1)).to_numpy(),
            "probability": posterior.max(axis=1),
            "n": counts.sum(axis=1).astype(int),
        }
    )
    labels.to_csv(out, index=False)
    return {}


def _coefficients(counts: np.ndarray[Any, Any]) -> Figures:
    counts = counts[counts.sum(axis=1) >= 2]
    n = counts.sum(axis=1)
    agreeing = (counts * (counts - 1)).sum(axis=1)
    observed = (agreeing / (n * (n - 1))).mean()
    share = (counts / n[:, None]).mean(axis=0)
    votes = counts.sum(axis=0)
    expected = (votes * (votes - 1)).sum() / (votes.sum() * (votes.sum() - 1))
    chance = (share**2).sum()
    return {
        "by_items": float(observed),
        "fleiss": float((observed - chance) / (1 - chance)),
        "alpha": float(((agreeing / (n - 1)).sum() / n.sum() - expected) / (1 - expected)),
    }


def _dawid_skene(votes: pd.DataFrame, posterior: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    classes, item = posterior.shape[1], votes["item"].to_numpy()
    given = (votes["annotator"] * classes + votes["label"]).to_numpy()
    reached = -np.inf
    for _ in range(MAX_ITERATIONS):
        channel = (
            pd.DataFrame(posterior[item])
            .groupby(given)
            .sum()
            .reindex(range(given.max() // classes * classes + classes))
        )
        tally = np.maximum(channel.fillna(0).to_numpy().reshape(-1, classes, classes), TINY)
        prior = np.maximum(posterior.sum(axis=0), TINY)
        logs = np.log(tally / tally.sum(axis=1, keepdims=True)).reshape(-1, classes)
        joint = pd.DataFrame(logs[given]).groupby(item).sum().to_numpy() + np.log(prior / prior.sum())
        top = joint.max(axis=1, keepdims=True)
        weights = np.exp(joint - top)
        total = weights.sum(axis=1, keepdims=True)
        posterior, likelihood = weights / total, float((np.log(total) + top).sum())
        if likelihood - reached <= TOLERANCE * len(votes):
            break
        reached = likelihood
    return posterior


WAYS: dict[str, Callable[[str, str, str], Figures]] = {"lazy": lazy, "eager": eager, "pandas": by_pandas}


def _processor_time() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    way, task, file, out = sys.argv[1:]
    began, used = time.perf_counter(), _processor_time()
    figures = WAYS[way](task, file, out)
    print(json.dumps([time.perf_counter() - began, _processor_time() - used, figures]))
