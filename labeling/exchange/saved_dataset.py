"""Folders as ``save_to_disk`` of Hugging Face's ``datasets`` writes them, also in a ZIP: Arrow streams and their description."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from labeling.errors import LabelingError
from labeling.exchange.blocks import Table, excerpt_of
from labeling.exchange.class_labels import as_names, class_names, names_in
from labeling.exchange.limits import Limits

_STATE, _ABOUT, _SPLITS = "state.json", "dataset_info.json", "dataset_dict.json"
SPLIT = "split"
# What describes a set of data is short; a megabyte holds thousands of classes.
_LONGEST_JSON = 16 << 20


def pack(folder: Path, out: BinaryIO) -> None:
    """Write what belongs to a saved data set into a ZIP, as it is. Raises LabelingError ``no_dataset`` for any other folder."""
    states = [path for path in (folder / _STATE, *sorted(folder.glob(f"*/{_STATE}"))) if path.is_file()]
    if not states:
        raise LabelingError("no_dataset", name=str(folder))
    parts = [path.parent for path in states]
    wanted = [folder / _SPLITS, *states, *(part / _ABOUT for part in parts)]
    wanted += [path for part in parts for path in sorted(part.glob("*.arrow"))]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path in wanted:
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())


def is_saved_dataset(stream: BinaryIO) -> bool:
    """Whether a ZIP holds one. Leaves the stream anywhere."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return any(PurePosixPath(name).name == _STATE for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


class SavedDataset:
    """A saved data set in a ZIP: its ``splits`` by name, none where it has only one table.

    Raises LabelingError ``broken_file``, ``truncated_file``, ``no_split`` for a ``split`` that isn't there, and for what goes
    beyond the limits ``file_too_large_unpacked_mb``.
    """

    def __init__(self, stream: BinaryIO, name: str, limits: Limits, *, split: str | None) -> None:
        self._name, self._limits, self._read = name, limits, 0
        try:
            self._archive = zipfile.ZipFile(stream)
            self._entries = {PurePosixPath(entry): entry for entry in self._archive.namelist()}
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise LabelingError("broken_file", name=name, reason=excerpt_of(error)) from error
        states = sorted(path.parent for path in self._entries if path.name == _STATE)
        listed = next((path for path in self._entries if path.name == _SPLITS), None)
        folders = {part.name: part for part in states}
        if listed is not None:
            named = self._json(listed).get("splits")
            folders = {str(each): listed.parent / str(each) for each in (named if isinstance(named, list) else [])}
        self.splits = tuple(folders) if listed is not None or len(states) > 1 else ()
        if split is not None and split not in self.splits:
            raise LabelingError("no_split", split=split, found=", ".join(self.splits) or "–")
        self._chosen = {each: folder for each, folder in folders.items() if split in (None, each)}

    def tables(self, rows: int) -> Iterator[Table]:
        """Its rows in tables of at most ``rows``, numbers of classes as their names; of several splits each says which."""
        import polars as pl
        import pyarrow as pa  # type: ignore[import-untyped]

        line = 1
        for split, folder in self._chosen.items():
            about = self._json(folder / _ABOUT) if folder / _ABOUT in self._entries else {}
            try:
                for path in self._data_files(folder):
                    with self._archive.open(self._entries[path]) as content, pa.ipc.open_stream(content) as batches:
                        names = names_in(about.get("features")) or class_names(batches.schema)
                        for batch in batches:
                            self._count(batch.nbytes)
                            whole = pl.from_arrow(batch)
                            if not isinstance(whole, pl.DataFrame):
                                raise LabelingError("broken_file", name=self._name, reason="no table")
                            for frame in as_names(whole, names).iter_slices(rows):
                                columns: dict[str, Any] = {name: frame[name].to_list() for name in frame.columns}
                                if self.splits:
                                    columns.setdefault(SPLIT, [split] * len(frame))
                                yield Table(range(line, line + len(frame)), columns)
                                line += len(frame)
            except MemoryError:
                raise
            except (
                pa.ArrowException,
                zipfile.BadZipFile,
                RuntimeError,
                NotImplementedError,
                OSError,
                EOFError,
            ) as error:
                raise LabelingError("broken_file", name=self._name, reason=excerpt_of(error)) from error

    def _data_files(self, folder: PurePosixPath) -> list[PurePosixPath]:
        state = self._json(folder / _STATE)
        if state.get("_indices_data_files"):
            # As old versions had it: rows in an order of their own, or only some of them.
            raise LabelingError("broken_file", name=self._name, reason="_indices_data_files: save it anew")
        named = state.get("_data_files")
        files = [entry.get("filename") for entry in named if isinstance(entry, dict)] if isinstance(named, list) else []
        paths = [folder / str(file) for file in files]
        missing = [path.name for path in paths if path not in self._entries]
        if missing or not paths:
            raise LabelingError("truncated_file", name=self._name, reason=", ".join(missing) or _STATE)
        return paths

    def _json(self, path: PurePosixPath) -> dict[str, Any]:
        if path not in self._entries:
            raise LabelingError("truncated_file", name=self._name, reason=path.as_posix())
        try:
            with self._archive.open(self._entries[path]) as content:
                found = json.loads(content.read(_LONGEST_JSON))
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError, RecursionError, EOFError) as error:
            raise LabelingError("broken_file", name=self._name, reason=f"{path.name}: {excerpt_of(error)}") from error
        if not isinstance(found, dict):
            raise LabelingError("broken_file", name=self._name, reason=path.name)
        return found

    def _count(self, size: int) -> None:
        self._read += size
        self._limits.check_unpacked(self._name, self._read)
