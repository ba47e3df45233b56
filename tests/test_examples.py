"""Every example in a docstring is run: what a reader copies from it works."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def modules_with_examples() -> list[tuple[str, int]]:
    """Our modules with at least one example, each with how many (a page, which runs when imported, has none)."""
    found = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): len(
            re.findall(r"^ *>>> ", path.read_text(encoding="utf-8"), re.MULTILINE)
        )
        for floor in ("db", "labeling", "pages", "benchmarks")
        for path in sorted((ROOT / floor).rglob("*.py"))
    }
    return [(name, count) for name, count in found.items() if count]


@pytest.mark.parametrize(("name", "count"), modules_with_examples())
def test_examples_say_what_comes_out(name: str, count: int) -> None:
    found = doctest.testmod(importlib.import_module(name))
    assert (found.failed, found.attempted) == (0, count)
