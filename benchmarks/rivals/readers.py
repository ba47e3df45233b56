"""Reads one of our exports by the tool that it was written for; run by the Python of an environment that has that tool.

``python readers.py NAME FILE CLASSES`` prints a JSON array of [text, label, annotator or null], sorted.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
from pathlib import Path


def label_studio(file: str, classes: list[str]) -> list[list[object]]:
    """By the converter of label-studio-sdk, into its own minimal JSON."""
    from label_studio_sdk.converter import Converter  # type: ignore[import-not-found]

    choices = "".join(f'<Choice value="{name}"/>' for name in classes)
    config = f'<View><Text name="text" value="$text"/><Choices name="label" toName="text">{choices}</Choices></View>'
    with tempfile.TemporaryDirectory() as folder:
        Converter(config, None, download_resources=False).convert_to_json_min(file, folder, is_dir=False)
        rows = json.loads(Path(folder, "result.json").read_text(encoding="utf-8"))
    return [[row["text"], row["label"], row.get("annotator")] for row in rows if row.get("label")]


def argilla(file: str, _classes: list[str]) -> list[list[object]]:
    """By the reader of records of argilla."""
    from argilla.records._io import JsonIO  # type: ignore[import-not-found]

    return [
        [record.fields["text"], response.value, str(response.user_id)]
        for record in JsonIO._records_from_json(file)
        for response in record.responses
    ]


def doccano(file: str, _classes: list[str]) -> list[list[object]]:
    """By the parser of doccano's imports."""
    found = importlib.util.find_spec("backend")
    sys.path.insert(0, next(iter(found.submodule_search_locations or ())) if found else "")
    from data_import.pipeline.parsers import JSONLParser  # type: ignore[import-not-found]

    parser = JSONLParser(encoding="utf-8")
    rows = [[row["text"], row["label"][0], row["annotator"]] for row in parser.parse(file) if row["label"]]
    return [*rows, *([str(error)] for error in parser.errors)]


def hugging_face(file: str, _classes: list[str]) -> list[list[object]]:
    """By datasets, the numbers of classes by the names that its own features give."""
    from datasets import Dataset  # type: ignore[import-not-found]

    with tempfile.TemporaryDirectory() as cache:
        table = Dataset.from_parquet(file, cache_dir=cache)
        named = table.features["label"].int2str
        return [[row["text"], named(row["label"]), row["annotator"]] for row in table]


def crowd_kit(file: str, _classes: list[str]) -> list[list[object]]:
    """By pandas and the majority vote of crowd-kit, which takes what has three columns."""
    import pandas as pd
    from crowdkit.aggregation import MajorityVote  # type: ignore[import-not-found]

    votes = pd.read_csv(file)
    if len(MajorityVote().fit_predict(votes)) != votes["task"].nunique():
        return []
    return [list(row) for row in votes[["task", "label", "worker"]].itertuples(index=False)]


def main() -> None:
    """Read the file that the arguments name."""
    name, file, classes = sys.argv[1:4]
    rows = globals()[name](file, json.loads(classes))
    print(json.dumps(sorted(rows, key=str)))


if __name__ == "__main__":
    main()
