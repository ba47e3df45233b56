"""The cards: every figure with interval and n, both languages whole, text of users as plain text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from labeling.quality.figures import Figure
from labeling.review.card_words import EN, RU
from labeling.review.cards import DataFacts, ModelFacts, data_card, escaped, model_card, written

F1 = Figure(0.7, 0.652, 0.748, 1400)
DATA = DataFacts(
    project="Банк",
    made=date(2026, 11, 2),
    texts=12_000,
    classes=(("карта", 9_000), ("вклад", 3_000)),
    assessors=5,
    overlap=3,
    chunk_size=50,
    golden_items=120,
    golden_per_chunk=5,
    guideline_version=4,
    rulings=640,
    labels_changed=310,
    first_label=date(2026, 9, 1),
    last_label=date(2026, 10, 30),
    agreement=Figure(0.839, 0.83, 0.848, 12_000),
    golden_accuracy=Figure(0.82, 0.79, 0.85, 900),
    before=Figure(0.44, 0.36, 0.52, 150),
    after=Figure(0.18, 0.11, 0.26, 150),
    limits=("Только письма",),
)
MODEL = ModelFacts("Bank", date(2026, 11, 2), "final labels", 10_000, 1_400, F1, F1, F1, (("card", F1), ("loan", F1)))


def test_both_languages_say_the_same() -> None:
    assert RU.keys() == EN.keys()
    assert all(each.strip() for words in (RU, EN) for each in words.values())
    for write, facts in ((data_card, DATA), (model_card, MODEL)):
        ru, en = ([line[:2] for line in write(facts, at).splitlines() if line[:1] in "#-|"] for at in ("ru", "en"))  # type: ignore[operator]
        assert ru == en and len(ru) > 15


def test_the_data_card_tells_its_facts() -> None:
    card = data_card(DATA, "en")
    for line in (
        "# Data card: Банк",
        "- Made: 2 November 2026",
        "- Texts: 12,000",
        "| карта | 9,000 | 75.0% |",
        "- Overlap: 3",
        "- Version of the guidelines: 4",
        "- Time of labeling: 1 September 2026 – 30 October 2026",
        "- Pairwise agreement of assessors: 0.839 [0.830, 0.848], n = 12,000",
        "- Divergence from the expert before adjudication: 0.440 [0.360, 0.520], n = 150",
        "- Divergence from the expert after adjudication: 0.180 [0.110, 0.260], n = 150",
        "- Только письма",
    ):
        assert line in card.splitlines(), line
    assert "no audit" not in card
    assert (
        "- Расхождение с экспертом после арбитража: 0,180 [0,110; 0,260], n = 150" in data_card(DATA, "ru").splitlines()
    )


def test_what_was_not_measured_is_said() -> None:
    bare = DataFacts("x", date(2026, 1, 1), 0, (), 0)
    card = data_card(bare, "en")
    for key in ("no_audit", "no_golden", "no_overlap"):
        assert EN[key] in card
    assert "- Overlap: –" in card and "- Divergence from the expert after adjudication: –, n = 0" in card
    assert EN["no_audit"] in model_card(MODEL, "en")
    small = replace(MODEL, tested_on=60, classes=(("card", F1), ("rare", Figure(None, None, None, 0))))
    card = model_card(small, "ru")
    assert RU["small_test"] in card and RU["untested_classes"] in card and "| rare | –, n = 0 |" in card
    assert RU["small_test"] not in model_card(MODEL, "ru")


def test_the_model_card_tells_its_facts() -> None:
    card = model_card(replace(MODEL, step=Figure(0.09, 0.07, 0.11, 1400)), "en").splitlines()
    assert "- Texts trained on: 10,000" in card
    assert "- Texts tested on, labeled by an expert: 1,400" in card
    assert "- Weighted F1: 0.700 [0.652, 0.748], n = 1,400" in card
    assert "- Gain in weighted F1 since the first round: 0.090 [0.070, 0.110], n = 1,400" in card
    assert "| loan | 0.700 [0.652, 0.748], n = 1,400 |" in card


class Reader(HTMLParser):
    """Tags and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    "nasty",
    [
        "a | b", "<script>alert(1)</script>", "[click](http://evil.example)", "![x](http://evil.example/a.png)", "# big",
        "`code`", "**bold** _it_ ~~no~~", "&lt;b&gt;", "http://evil.example", "back\\slash \\| pipe", "1. one", "$x$ :smile:",
    ],
)  # fmt: skip
def test_text_of_users_stays_text(nasty: str) -> None:
    card = data_card(replace(DATA, project=nasty, classes=((nasty, 7),), limits=(nasty,)), "en")
    plain = data_card(replace(DATA, project="x", classes=(("x", 7),), limits=("x",)), "en")
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    shown, expected = Reader(reader.render(card)), Reader(reader.render(plain))
    assert shown.tags == expected.tags
    assert shown.text.count(nasty) == 3


def test_breaks_and_signs() -> None:
    assert escaped("two\n\n lines\t|") == "two lines \\|"
    # What no Markdown reads stays as it was written.
    assert escaped('cards, loans; what\'s 5% of "it"?') == 'cards, loans; what\'s 5% of "it"?'
    assert written(Figure(-0.0001, None, None, 3), "en") == "0.000, n = 3"
