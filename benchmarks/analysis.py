"""Analysis of 100,000 texts, beside the plain five-fold cross-validation of the same classifier.

The texts are made up: words of syllables, drawn by Zipf's law, six of ten from a common stock and four from their class's
own; 4 to 60 words each; one text in fifty is a near-copy of another. Twenty classes, and three. 30 assessors of 60 to 95 %
accuracy, three votes a text; errors go to the next class three times in four, and three assessors read class 0 as class 1.

Plain: features and five fits on the majority's labels, what anybody needs for out-of-fold probabilities. Analysis: all that
is known of every label (consensus, the same fits with epochs, one more on all texts, neighbours, next vote, shared misreading,
confident learning), data maps by training and held-out epochs, near-duplicates, outliers, and suspicion with its reasons
after 1,000 rulings; then the state is packed, unpacked and scored again with 1,000 rulings more. Each runs in a process of
its own, whose largest memory is printed; the ratio of processor times is less moved by neighbours on the machine.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.report import at_most, main
from labeling.review.classifier import cross_validate, features
from labeling.review.data_map import data_map
from labeling.review.evidence import gather
from labeling.review.issues import outliers
from labeling.review.neighbours import near_duplicates
from labeling.review.scoring import pack, scored, taught, unpack
from labeling.review.suspicion import suspicion

CLASSES, ASSESSORS, OVERLAP, RULINGS = (20, 3), 30, 3, 1000
STOCK, OWN = 20_000, 2_000
TARGETS = {
    f"{classes}.{name}": at_most(limit)
    for classes in CLASSES
    for name, limit in (("analysis_to_plain", 3), ("analysis_memory_mb", 4000), ("packed_mb", 60))
}

# Steps that are not the work compared.
BESIDE = ("world", "again")

Whole = npt.NDArray[np.int64]


class Steps:
    """Seconds by step, of the clock and of the processor; a step ends where the next begins."""

    def __init__(self) -> None:
        self.clock: dict[str, float] = {}
        self.processor: dict[str, float] = {}
        self._name, self._began = "", (0.0, 0.0)

    def begin(self, name: str) -> None:
        now = time.perf_counter(), time.process_time()
        if self._name:
            for table, began, ended in zip((self.clock, self.processor), self._began, now, strict=True):
                table[self._name] = table.get(self._name, 0.0) + ended - began
        self._name, self._began = name, now


def measure(quick: bool) -> dict[str, float]:
    """Seconds by step, their ratios, and megabytes, by number of classes."""
    count = 20_000 if quick else 100_000
    figures: dict[str, float] = {"texts": float(count)}
    for classes in CLASSES:
        by_step: dict[str, float] = {}
        for name, act in (("plain", plain), ("analysis", analysis)):
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:
                by_step |= {
                    f"{name}_{figure}": value
                    for figure, value in alone.submit(_run, act, count, classes).result().items()
                }
        by_step["packed_mb"] = by_step.pop("analysis_packed_mb")
        by_step["analysis_to_plain"] = by_step["analysis_s"] / by_step["plain_s"]
        by_step["analysis_to_plain_cpu"] = by_step["analysis_cpu_s"] / by_step["plain_cpu_s"]
        figures |= {f"{classes}.{figure}": value for figure, value in by_step.items()}
    return figures


def _run(act: Callable[[int, int, Steps], dict[str, float]], count: int, classes: int) -> dict[str, float]:
    steps = Steps()
    more = act(count, classes, steps)
    steps.begin("")
    beside = {f"{name}_s": steps.clock.pop(name) for name in BESIDE if name in steps.clock}
    cpu = sum(seconds for name, seconds in steps.processor.items() if name not in BESIDE)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    by_step = {f"{name}_s": seconds for name, seconds in steps.clock.items()}
    return beside | by_step | {"s": sum(steps.clock.values()), "cpu_s": cpu, "memory_mb": megabytes} | more


def plain(count: int, classes: int, steps: Steps) -> dict[str, float]:
    """Out-of-fold probabilities as anybody would make them."""
    steps.begin("world")
    items, votes, _ = world(count, classes)
    table = np.zeros((count, classes), dtype=np.int64)
    np.add.at(table, (votes["item"].to_numpy(), votes["label"].to_physical().to_numpy()), 1)
    label = table.argmax(axis=1).astype(np.int32)
    steps.begin("features")
    texts = items["text"].to_list()
    matrix = features(texts)
    steps.begin("fits")
    cross_validate(texts, label, classes, matrix=matrix, dynamics=False)
    return {"features": float(matrix.shape[1])}


def analysis(count: int, classes: int, steps: Steps) -> dict[str, float]:
    """Everything that the review computes."""
    steps.begin("world")
    items, votes, truth = world(count, classes)
    ruled = np.random.default_rng(1).permutation(count)[: 2 * RULINGS]
    names = votes["label"].cast(pl.String).unique().sort()
    rulings = pl.DataFrame({"item": ruled, "label": names.gather(truth[ruled])})
    evidence = gather(items, votes, settled=rulings.head(RULINGS), step=steps.begin)
    for name in ("training", "heldout"):
        steps.begin(f"map_{name}")
        epochs = evidence.trained.training if name == "training" else evidence.trained.heldout
        if epochs is None:
            raise RuntimeError("the classifier kept no epochs")
        data_map(epochs, evidence.given, evidence.items, evidence.classes)
    steps.begin("near_duplicates")
    near_duplicates(evidence.near, evidence.items, evidence.given, evidence.classes)
    steps.begin("outliers")
    outliers(evidence.near)
    steps.begin("suspicion")
    ranking = suspicion(evidence, rulings.head(RULINGS))
    steps.begin("pack")
    packed = pack(ranking.state)
    steps.begin("again")
    settled = np.full(count, -1, dtype=np.int32)
    settled[ruled] = truth[ruled]
    state = unpack(packed)
    scored(state, settled, taught(state, settled))
    top = ranking.frame.filter(~pl.col("settled")).head(count // 20)["item"].to_numpy()
    wrong = evidence.given != truth
    return {"packed_mb": len(packed) / 1e6, "wrong": float(wrong.mean()), "wrong_in_top": float(wrong[top].mean())}


def world(count: int, classes: int) -> tuple[pl.DataFrame, pl.DataFrame, Whole]:
    """ITEMS(item, text), VOTES(item, annotator, label) and the true classes (n,)."""
    random = np.random.default_rng(0)
    truth = random.choice(classes, count, p=random.dirichlet(np.full(classes, 4.0)))
    items = pl.DataFrame({"item": np.arange(count), "text": _texts(truth, random)})
    annotator = random.random((count, ASSESSORS), dtype=np.float32).argpartition(OVERLAP, axis=1)[:, :OVERLAP]
    right = random.random(annotator.shape) < random.uniform(0.60, 0.95, ASSESSORS)[annotator]
    step = np.where(random.random(annotator.shape) < 0.75, 1, random.integers(1, classes, annotator.shape))
    label = np.where(right, truth[:, None], (truth[:, None] + step) % classes)
    label = np.where((annotator < 3) & (label == 0), 1, label)
    names = [f"class_{code:02}" for code in range(classes)]
    votes = {
        "item": np.repeat(np.arange(count), OVERLAP),
        "annotator": annotator.ravel(),
        "label": pl.Series(names, dtype=pl.Enum(names)).gather(label.ravel()),
    }
    return items, pl.DataFrame(votes), truth


def _texts(truth: Whole, random: np.random.Generator) -> list[str]:
    count = len(truth)
    words = np.array(_words(STOCK + CLASSES[0] * OWN, random))
    lengths = np.clip(random.lognormal(2.6, 0.5, count), 4, 60).astype(np.int64)
    owner = np.repeat(truth, lengths)
    common = random.random(len(owner)) < 0.6
    drawn = np.where(common, _zipf(STOCK, len(owner), random), STOCK + owner * OWN + _zipf(OWN, len(owner), random))
    stream = words[drawn]
    texts = [" ".join(part) for part in np.split(stream, np.cumsum(lengths)[:-1])]
    for copy in np.flatnonzero(random.random(count) < 0.02):
        texts[copy] = f"{texts[random.integers(count)]} {words[random.integers(STOCK)]}"
    return texts


def _words(count: int, random: np.random.Generator) -> list[str]:
    """Distinct words, Latin and Cyrillic turn by turn."""
    syllables = [
        [a + b for a in onsets for b in vowels]
        for onsets, vowels in (("bdfgklmnprstv", "aeiou"), ("бвгдклмнпрст", "аеиоу"))
    ]
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(random.choice(syllables[len(words) % 2], random.integers(1, 5)))] = None
    return list(words)


def _zipf(most: int, count: int, random: np.random.Generator) -> Whole:
    """Ranks below ``most``, each as likely as one over it."""
    shares = np.cumsum(1 / np.arange(1, most + 1))
    ranks: Whole = np.searchsorted(shares, random.random(count) * shares[-1])
    return ranks


if __name__ == "__main__":
    main("Analysis of texts, beside a plain cross-validation", measure, TARGETS)
