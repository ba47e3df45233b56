"""Runs under crowd-kit's interpreter, not ours: jobs as JSON on standard input, seconds as JSON on standard output."""

from __future__ import annotations

import json
import sys
import time

import pandas as pd
from crowdkit.aggregation import DawidSkene, MajorityVote, OneCoinDawidSkene

# Iterations as in crowd-kit's own documentation.
MODELS = {
    "majority": MajorityVote,
    "dawid_skene": lambda: DawidSkene(n_iter=100),
    "one_coin": lambda: OneCoinDawidSkene(n_iter=100),
}


def main() -> None:
    """Label the items of every job and time the aggregation alone."""
    seconds = []
    for job in json.load(sys.stdin):
        votes = pd.read_parquet(job["votes"])[["item", "annotator", "label"]]
        votes.columns = ["task", "worker", "label"]
        arguments = [votes]
        if job["golden"] and job["method"] == "dawid_skene":
            arguments.append(pd.read_parquet(job["golden"]).set_index("item")["label"])
        began = time.perf_counter()
        labels = MODELS[job["method"]]().fit_predict(*arguments)
        seconds.append(time.perf_counter() - began)
        labels.rename("label").rename_axis("item").reset_index().to_parquet(job["out"])
    json.dump(seconds, sys.stdout)


if __name__ == "__main__":
    main()
