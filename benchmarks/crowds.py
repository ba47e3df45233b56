"""Real crowds with gold labels, which lie outside the project: SVERKA_SHARED or ../shared/data, folder crowd."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import polars as pl

_PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Crowd:
    """VOTES(item, annotator, label) in the order of the file, GOLD(item, label)."""

    name: str
    votes: pl.DataFrame
    gold: pl.DataFrame

    @property
    def classes(self) -> list[object]:
        """Every label that was given or is gold, in order."""
        return pl.concat([self.votes["label"], self.gold["label"]]).unique().sort().to_list()


def folder() -> Path:
    """Where the crowds lie, whether or not they are there."""
    return Path(os.environ.get("SVERKA_SHARED", _PROJECT.parent / "shared" / "data")) / "crowd"


def crowds(names: list[str] | None) -> list[Crowd]:
    """Crowds that are there, by name; none where the folder is absent."""
    folders = sorted(path.parent for path in folder().glob("*/votes.csv") if (path.parent / "gold.csv").exists())
    return [
        Crowd(
            path.name,
            pl.read_csv(path / "votes.csv", columns=["item", "annotator", "label"]),
            pl.read_csv(path / "gold.csv", columns=["item", "label"]),
        )
        for path in folders
        if names is None or path.name in names
    ]
