"""More dialogues of the demo, composed of phrases: what came in after the first week.

Each is an opening of the client, a reply of the support and a closing of the client, about one topic. The phrases are the
demo's own, and so is the label of each kind of them, with what the shared misreading of the guide makes of it.
"""

from __future__ import annotations

import json
import random
from itertools import product
from typing import Any

from labeling.demo.simulate import HERE, SEED, DemoItem

CHANNELS = ("chat", "phone", "mail")


def compose_items() -> list[DemoItem]:
    """The composed dialogues in their order, the same each time.

    >>> items = compose_items()
    >>> len(items), len({item.text for item in items}), items[0].id
    (420, 420, 't-001')
    """
    phrases = json.loads((HERE / "phrases.json").read_text(encoding="utf-8"))
    rng = random.Random(SEED)
    drawn = [(kind, text) for kind in phrases["kinds"] for text in _dialogues(kind, phrases, rng)]
    rng.shuffle(drawn)
    return [_item(n, kind, text, rng) for n, (kind, text) in enumerate(drawn, start=1)]


def _dialogues(kind: dict[str, Any], phrases: dict[str, Any], rng: random.Random) -> list[str]:
    """As many dialogues of a kind as it counts, no two of the same opening on the same topic."""
    chosen = rng.sample(list(product(kind["openings"], phrases["topics"])), kind["count"])
    return [
        "\n".join(
            (
                f"Клиент: {opening.format(**topic)}",
                f"Поддержка: {rng.choice(phrases['support']).format(**topic)}",
                f"Клиент: {rng.choice(kind['closings'])}",
            )
        )
        for opening, topic in chosen
    ]


def _item(number: int, kind: dict[str, Any], text: str, rng: random.Random) -> DemoItem:
    channel: Any = rng.choice(CHANNELS)
    return DemoItem(f"t-{number:03d}", text, "ru", channel, kind["label"], None, False, kind["misread_as"], None)
