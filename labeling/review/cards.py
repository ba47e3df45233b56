"""Data card and model card: what a data set and the classifier trained on it are, in Markdown, Russian or English.

The questions are those of T. Gebru et al., Datasheets for datasets, CACM 64 (2021), and M. Mitchell et al., Model cards for
model reporting, FAT* 2019. Every figure has its interval and its n; what nobody measured is said to be unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from babel import dates, numbers

from labeling.quality.figures import Figure
from labeling.review.card_words import WORDS

_NOTHING = Figure(None, None, None, 0)
# Fewer test texts than this tell two classifiers apart only if they are very different.
_SMALL_TEST = 200
# All of ASCII's signs but those that no dialect of Markdown reads: a comma with a stroke before it is only harder to read.
_MARKS = re.compile(r"""((?![,;'"%?])[!-/:-@\[-`{-~])""")


@dataclass(frozen=True, slots=True)
class DataFacts:
    """What a data card tells. ``classes`` (title, labels); None where something is not set or not known.

    ``agreement`` of assessors (pairwise), their ``golden_accuracy``, and the divergence from the expert ``before`` and ``after``
    adjudication as the audit has it. ``limits`` are the project's own words.
    """

    project: str
    made: date
    texts: int
    classes: tuple[tuple[str, int], ...]
    assessors: int
    overlap: int | None = None
    chunk_size: int | None = None
    golden_items: int = 0
    golden_per_chunk: int | None = None
    guideline_version: int | None = None
    rulings: int = 0
    labels_changed: int = 0
    first_label: date | None = None
    last_label: date | None = None
    agreement: Figure = _NOTHING
    golden_accuracy: Figure = _NOTHING
    before: Figure = _NOTHING
    after: Figure = _NOTHING
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a model card tells of the reference classifier; ``classes`` (title, F1), n of each its test texts.

    ``trained_on`` and ``tested_on`` count texts; ``labels`` says whose labels it learned from, ``divergence`` how many of
    those are wrong by the audit, ``step`` the gain in weighted F1 since the first round.
    """

    project: str
    made: date
    labels: str
    trained_on: int
    tested_on: int
    accuracy: Figure
    macro_f1: Figure
    weighted_f1: Figure
    classes: tuple[tuple[str, Figure], ...]
    divergence: Figure = _NOTHING
    step: Figure = _NOTHING
    limits: tuple[str, ...] = ()


def data_card(facts: DataFacts, locale: str) -> str:
    """The data card in ``locale`` (ru, en). Text of users is escaped: it shows as written, whatever it holds.

    >>> card = data_card(DataFacts("Bank", date(2026, 11, 2), 1200, (("card", 900),), 5), "en")
    >>> card.splitlines()[0], "- Texts: 1,200" in card
    ('# Data card: Bank', True)
    """
    say, count = WORDS[locale], _counter(locale)
    labels = sum(labelled for _, labelled in facts.classes)
    rows = [(escaped(name), count(n), _share(n, labels, locale)) for name, n in facts.classes]
    collection = {
        "assessors": count(facts.assessors),
        "overlap": count(facts.overlap),
        "chunk_size": count(facts.chunk_size),
        "golden_items": count(facts.golden_items),
        "golden_per_chunk": count(facts.golden_per_chunk),
        "guideline": count(facts.guideline_version),
        "labelled": _span(facts.first_label, facts.last_label, locale),
        "rulings": count(facts.rulings),
        "labels_changed": count(facts.labels_changed),
    }
    measured = {
        "agreement": facts.agreement,
        "golden_accuracy": facts.golden_accuracy,
        "before": facts.before,
        "after": facts.after,
    }
    return _page(
        say["data_card"].format(project=escaped(facts.project)),
        _list({"made": _day(facts.made, locale), "texts": count(facts.texts), "labels": count(labels)}, say),
        _section(say["composition"], _table([say["class"], say["labels"], say["share"]], rows), say["languages"]),
        _section(say["collection"], _list(collection, say)),
        _section(say["quality"], _list({key: written(figure, locale) for key, figure in measured.items()}, say)),
        _section(say["uses"], say["data_uses"]),
        _section(say["limits"], _points([*_data_limits(facts, say), *map(escaped, facts.limits)])),
    )


def model_card(facts: ModelFacts, locale: str) -> str:
    """The model card in ``locale`` (ru, en), escaped alike.

    >>> f1 = Figure(0.7, 0.65, 0.75, 400)
    >>> card = model_card(ModelFacts("Bank", date(2026, 11, 2), "final", 3000, 400, f1, f1, f1, (("card", f1),)), "en")
    >>> "| card | 0.700 [0.650, 0.750], n = 400 |" in card
    True
    """
    say, count = WORDS[locale], _counter(locale)
    data = {"trained_on": count(facts.trained_on), "whose": escaped(facts.labels), "tested_on": count(facts.tested_on)}
    measured = {
        "accuracy": facts.accuracy,
        "macro_f1": facts.macro_f1,
        "weighted_f1": facts.weighted_f1,
        "step": facts.step,
        "training_divergence": facts.divergence,
    }
    rows = [(escaped(name), written(figure, locale)) for name, figure in facts.classes]
    return _page(
        say["model_card"].format(project=escaped(facts.project)),
        _list({"made": _day(facts.made, locale)}, say),
        _section(say["details"], say["classifier"]),
        _section(say["data"], _list(data, say), say["apart"]),
        _section(say["quality"], _list({key: written(figure, locale) for key, figure in measured.items()}, say)),
        _section(say["by_class"], _table([say["class"], "F1"], rows)),
        _section(say["uses"], say["model_uses"]),
        _section(say["limits"], _points([*_model_limits(facts, say), *map(escaped, facts.limits)])),
    )


def written(figure: Figure, locale: str) -> str:
    """Value, interval and n as the locale writes them; a dash for what is unknown.

    >>> written(Figure(0.0414, 0.02, 0.07, 1240), "ru"), written(Figure(None, None, None, 0), "en")
    ('0,041 [0,020; 0,070], n = 1\\xa0240', '–, n = 0')
    """
    count = _counter(locale)(figure.n)
    if figure.value is None:
        return f"–, n = {count}"
    numbers = [_decimal(number, locale) for number in (figure.value, figure.low, figure.high) if number is not None]
    interval = f" [{numbers[1]}{'; ' if locale == 'ru' else ', '}{numbers[2]}]" if len(numbers) == 3 else ""
    return f"{numbers[0]}{interval}, n = {count}"


def escaped(text: str) -> str:
    """Text of users on one line, every mark that Markdown or HTML could read made a plain sign.

    >>> escaped("*card*\\n| <b>")
    '\\\\*card\\\\* \\\\| \\\\<b\\\\>'
    """
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _data_limits(facts: DataFacts, say: dict[str, str]) -> list[str]:
    limits = []
    if facts.before.n == 0:
        limits.append(say["no_audit"])
    if facts.golden_accuracy.n == 0:
        limits.append(say["no_golden"])
    if (facts.overlap or 1) < 2:
        limits.append(say["no_overlap"])
    return [*limits, say["expert_is_truth"]]


def _model_limits(facts: ModelFacts, say: dict[str, str]) -> list[str]:
    limits = []
    if facts.tested_on < _SMALL_TEST:
        limits.append(say["small_test"])
    if any(f1.value is None for _, f1 in facts.classes):
        limits.append(say["untested_classes"])
    if facts.divergence.n == 0:
        limits.append(say["no_audit"])
    return [*limits, say["expert_is_truth"], say["same_source"]]


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", *parts]) + "\n"


def _section(title: str, *parts: str) -> str:
    return "\n\n".join([f"## {title}", *parts])


def _list(facts: dict[str, str], say: dict[str, str]) -> str:
    return _points([f"{say[key]}: {fact}" for key, fact in facts.items()])


def _points(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _counter(locale: str) -> Callable[[int | None], str]:
    return lambda n: "–" if n is None else str(numbers.format_decimal(n, format="#,##0", locale=locale))


def _decimal(value: float, locale: str) -> str:
    return str(numbers.format_decimal(round(value, 3) + 0.0, format="0.000", locale=locale))


def _share(n: int, total: int, locale: str) -> str:
    return str(numbers.format_percent(n / total, format="0.0%", locale=locale)) if total else "–"


def _day(value: date, locale: str) -> str:
    return str(dates.format_date(value, format="d MMMM y", locale=locale))


def _span(first: date | None, last: date | None, locale: str) -> str:
    return "–" if first is None or last is None else f"{_day(first, locale)} – {_day(last, locale)}"
