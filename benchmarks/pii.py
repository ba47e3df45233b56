"""Masking personal data: sentences of the tests' corpus a second, with names and without, beside two plain patterns.

The floor is a pass of two regular expressions, one for e-mails and one for long digits, that puts placeholders in their
place: it finds no names, no addresses and no number that people write with spaces. Everything is run turn by turn in
one thread; a turn counts the seconds of the processor, so that busy neighbours don't. Loading (dictionary, network) is
apart. Recall and precision are those of the judge's sentences, and of the support corpus: chats, forms and letters to a
bank, a phone company, a marketplace and an insurer, some of them typed in a hurry.

Targets: 500 texts a second without names, 100 with; recall 0.98 of numbers and contacts, 0.90 of names, precision 0.95.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable

from benchmarks.report import at_least, main
from labeling.privacy import Masker
from tests.labeling.privacy import judge, support
from tests.labeling.privacy.corpus import CHATTY, CONTACTS_AND_NUMBERS, Sentence, corpus, scores, together

TARGETS = {
    "texts_per_s": at_least(100),
    "texts_per_s_without_names": at_least(500),
    "recall_numbers": at_least(0.98),
    "recall_names": at_least(0.9),
    "precision": at_least(0.95),
    "support_recall_numbers": at_least(0.98),
    "support_recall_names": at_least(0.9),
    "support_precision": at_least(0.95),
}
_FLOOR = (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), re.compile(r"\+?\d{9,}"))


def measure(quick: bool) -> dict[str, float]:
    """Texts a second, ratios to the floor, recall and precision; fewer sentences and turns when quick."""
    sentences = corpus(judge.TEMPLATES, judge.POOL, seed=1, rounds=10 if quick else 40)
    texts = [sentence.text for sentence in sentences]
    ways: dict[str, Callable[[list[str]], object]] = {
        "texts_per_s": Masker().mask_many,
        "texts_per_s_without_names": Masker(names=False).mask_many,
        "texts_per_s_one_by_one": lambda several: [Masker().mask(text) for text in several[:500]],
        "floor_texts_per_s": _floor,
    }
    began = time.perf_counter()
    Masker().mask("Анна Петрова, John Smith, 89991234567")
    figures = {"texts": float(len(texts)), "loading_s": time.perf_counter() - began}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(2 if quick else 5):
        for name, way in ways.items():
            began = time.process_time()
            way(texts)
            seconds[name].append(time.process_time() - began)
    masked = {name: 500 if name.endswith("one_by_one") else len(texts) for name in ways}
    figures |= {name: masked[name] / statistics.median(times) for name, times in seconds.items()}
    for name in ("texts_per_s", "texts_per_s_without_names"):
        figures[f"floor_to_{name}"] = figures["floor_texts_per_s"] / figures[name]
    chats = corpus(support.TEMPLATES, support.POOL, seed=1, rounds=2 if quick else 10, disguises=CHATTY)
    return figures | _quality(sentences, "") | _quality(chats, "support_")


def _quality(sentences: list[Sentence], name: str) -> dict[str, float]:
    all_masked = Masker().mask_many([sentence.text for sentence in sentences])
    by_kind = scores(sentences, [masked.spans for masked in all_masked])
    return {
        f"{name}recall_numbers": together(by_kind, CONTACTS_AND_NUMBERS).recall,
        f"{name}recall_names": by_kind["NAME"].recall,
        f"{name}recall_addresses": by_kind["ADDRESS"].recall,
        f"{name}precision": together(by_kind).precision,
    }


def _floor(texts: list[str]) -> list[str]:
    email, digits = _FLOOR
    return [digits.sub("[NUMBER]", email.sub("[EMAIL]", text)) for text in texts]


if __name__ == "__main__":
    main("Personal data", measure, TARGETS)
