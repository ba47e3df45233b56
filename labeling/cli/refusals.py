"""What commands say: a refusal as one line in English, and how a command on files reports what it found."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeAlias

from labeling.cli.reasons import ROWS
from labeling.errors import LabelingError
from labeling.exchange.files import ending

Report: TypeAlias = tuple[dict[str, Any], Iterable[str]]
"""What a command found: facts for ``--json``, and lines for people."""

SENTENCES = {
    "demo_accounts": "the database has accounts of the demo, whose password everybody knows; take another one for real work",
    "no_file": "{name}: {reason}; check the path",
    "reader_ended": "{name}: the reading broke off ({reason}); save the file anew, or in another format",
    **{
        f"file_too_large_{limit}": f"{{name}}: more than {{limit}} {what}, which is what one file may take; split it, "
        "or raise {setting}"
        for limit, what in {
            "memory_mb": "MB of memory",
            "seconds": "seconds",
            "unpacked_mb": "MB unpacked",
            "rows": "rows",
            "columns": "columns",
            "cells": "cells",
        }.items()
    },
    "not_readable": "{name}: not a readable {kind} file ({reason}); it should be UTF-8 with the columns {columns}",
    "not_writable": "{name}: {reason}; choose another place for -o",
    "unknown_ending": "{name}: the ending should be one of {known}",
    "column_missing": "{file}: no column {columns} (there are: {found}); rename the columns or add what is missing",
    "column_null": "{file}: column {column} is empty in {rows} rows, first in row {first_row}; fill these cells in",
    "unknown_label": "{file}: labels {labels} are not among the classes {classes}; mend the labels or --classes",
    "classes_repeated": "--classes names a class twice: {classes}",
    "draws_out_of_range": "--draws is {draws}; it should be 0 or more",
    "no_labels": "no item has a label; there is nothing to learn from",
    "cuts_out_of_range": "--ambiguous is {ambiguous} and --hard is {hard}; both should lie between 0 and 1",
    "probabilities_shape": "the table of probabilities is {found}; it should be {expected} (items, classes)",
    "probabilities_range": "{rows} rows are no probabilities, first row {first_row}; they should add up to 1",
    "no_rows": "{name}: no rows in it; nothing was written. Check that it is the right file, and its first lines",
    "nothing_taken": "{name}: none of its {read} rows was taken, and nothing was written. Line {line}: {reason}: {excerpt}. "
    "Name the columns with --text, --id and --label, or mend the file",
    "level_out_of_range": "--level is {level}; it should lie between 0 and 1",
}


# Where a file brought nothing, programs that go on with it must stop.
NOTHING_READ = frozenset(("no_rows", "nothing_taken"))


def sentence(error: LabelingError, files: dict[str, str]) -> str:
    """A refusal as one line in English: what was wrong, where, what to do. ``files`` names votes and golden."""
    pattern = SENTENCES.get(error.code)
    if pattern is None:
        return str(error)
    facts: dict[str, Any] = {"file": files.get(str(error.details.get("where")), "the file")}
    for name, fact in error.details.items():
        facts[name] = ", ".join(map(str, fact)) if isinstance(fact, list) else ROWS.get(str(fact), fact)
    return pattern.format(**facts)


def on_files(report: Callable[[argparse.Namespace], Report]) -> Callable[[argparse.Namespace, object, datetime], int]:
    """The command as the main one calls it: the database is left alone, a refusal is a sentence and exit code 2."""

    def run(arguments: argparse.Namespace, _database: object, _now: datetime) -> int:
        output = getattr(arguments, "output", None)
        # With the result on stdout, what is said about it must not stand among it.
        out = sys.stderr if output == "-" else sys.stdout
        try:
            if output is not None:
                ending(output)
            facts, lines = report(arguments)
        except LabelingError as error:
            files = {name: value for name, value in vars(arguments).items() if isinstance(value, str)}
            sys.stderr.write(f"{arguments.command}: {sentence(error, files)}\n")
            return 2
        except BrokenPipeError:
            # Whoever read has read enough; the interpreter must not complain about it once more.
            sys.stdout = None
            return 1
        text = json.dumps(facts, ensure_ascii=False, indent=1, allow_nan=False) if arguments.json else "\n".join(lines)
        out.write(text + "\n")
        return 0

    return run
