"""The demo's texts, its project and the rulings of its guide, as its files have them."""

from __future__ import annotations

import re
from typing import Literal

from labeling.demo.simulate import guidelines, load_items, load_project

ITEMS = load_items()
PROJECT = load_project()
CODES = [label_class["code"] for label_class in PROJECT["classes"]]
SPEAKERS = {"ru": ("Клиент: ", "Поддержка: "), "en": ("Client: ", "Support: ")}
MISREADINGS = {
    ("neutral", "confusion"),
    ("neutral", "gratitude"),
    ("confusion", "neutral"),
    ("satisfaction", "neutral"),
    ("satisfaction", "gratitude"),
}


def rulings(lang: Literal["ru", "en"]) -> list[str]:
    """The corner-case table of the guide, row by row."""
    return re.findall(r"^\| \d+ \| (.+) \|$", guidelines(lang), flags=re.MULTILINE)
