"""Folders as ``datasets.save_to_disk`` writes them, made by hand: the package itself is not wanted here."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]

LABEL = {"names": ["card", "login"], "_type": "ClassLabel"}
FEATURES = {"text": {"dtype": "string", "_type": "Value"}, "label": LABEL}


def save(
    folder: Path, rows: Mapping[str, Sequence[Any]], *, features: Mapping[str, Any] = FEATURES, shards: int = 1
) -> None:
    """One table in ``shards`` files of one batch each."""
    folder.mkdir(parents=True)
    table = pa.table(dict(rows))
    size = -(-len(table) // shards)
    names = [f"data-{at:05d}-of-{shards:05d}.arrow" for at in range(shards)]
    for at, name in enumerate(names):
        part = table.slice(at * size, size)
        with pa.OSFile(str(folder / name), "wb") as out, pa.ipc.new_stream(out, part.schema) as stream:
            stream.write_table(part)
    (folder / "dataset_info.json").write_text(json.dumps({"features": features}), encoding="utf-8")
    state = {"_data_files": [{"filename": name} for name in names], "_fingerprint": "f", "_split": None}
    (folder / "state.json").write_text(json.dumps(state), encoding="utf-8")


def save_splits(folder: Path, splits: Mapping[str, Mapping[str, Sequence[Any]]]) -> None:
    """Several tables by name."""
    for name, rows in splits.items():
        save(folder / name, rows)
    (folder / "dataset_dict.json").write_text(json.dumps({"splits": list(splits)}), encoding="utf-8")


def zipped(folder: Path, *, under: str = "") -> io.BytesIO:
    """The folder as a ZIP, as people make one: packed, and with the folder's own name on top or without."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, under + path.relative_to(folder).as_posix())
    out.name = "data.zip"
    out.seek(0)
    return out
