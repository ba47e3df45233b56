"""What the classifier is told of a conversation."""

from __future__ import annotations

import numpy as np

from db.engine import Database
from db.vocabulary import ItemForm
from labeling.items.learnable import learnable, learned_text
from labeling.projects.projects import get_project
from labeling.review.classifier import cross_validate
from tests.labeling.worlds import add_items, make_world

FILLING = "today there was again nothing to be seen of it at all".split()


def test_conversations_alone_are_told_otherwise(database: Database) -> None:
    world = make_world(database, items=2, golden_items=0, golden_per_chunk=0, unjudged_speakers=["bot"])
    with database.transaction() as connection:
        add_items(connection, world.project, ["a: hi\nbot: hello", "bot: hello"], first=50, form=ItemForm.TURNS)
        add_items(connection, world.project, ["a: hi\nbot: hello"], first=60)
    with database.snapshot() as connection:
        items = learnable(connection, get_project(connection, "test"))
    assert items["item"].to_list() == ["1", "2", "50", "51", "60"]
    assert items["text"].to_list() == ["text 0", "text 1", "hi\na_hi", "", "a: hi\nbot: hello"]


def test_what_one_speaker_says_is_told_from_what_another_says() -> None:
    """The same words in both classes, and only who says them differs. Of eight seeds the worst came to 0.98 and 0.78."""
    dice = np.random.default_rng(3)
    words = [" ".join(dice.choice(FILLING, 6)) for _ in range(600)]
    label = np.arange(300, dtype=np.int32) % 2
    talks = [
        f"client: {words[2 * at]} {('sorry', 'angry')[kind]}\nagent: {words[2 * at + 1]} {('angry', 'sorry')[kind]}"
        for at, kind in enumerate(label)
    ]
    right = {
        name: (cross_validate(texts, label, 2, dynamics=False).probabilities.argmax(axis=1) == label).mean()
        for name, texts in {
            "told": [learned_text(talk) for talk in talks],
            "words": [talk.replace("client: ", "").replace("agent: ", "") for talk in talks],
        }.items()
    }
    assert right["told"] > 0.95
    assert right["words"] < 0.85
