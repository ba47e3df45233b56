"""What commands say: a refusal as one line in English, and how a command on files reports what it found."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeAlias

from labeling.cli.inputs import Inputs
from labeling.cli.reasons import ROWS
from labeling.cli.sentences import SENTENCES
from labeling.errors import LabelingError
from labeling.exchange.files import ending

Report: TypeAlias = tuple[dict[str, Any], Iterable[str]]
"""What a command found: facts for ``--json``, and lines for people."""

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


def on_files(
    report: Callable[[argparse.Namespace, Inputs], Report],
) -> Callable[[argparse.Namespace, object, datetime], int]:
    """The command as the main one calls it: the database is left alone, a refusal is a sentence and exit code 2. What was read
    is gone from the disk when it ends."""

    def run(arguments: argparse.Namespace, _database: object, _now: datetime) -> int:
        output = getattr(arguments, "output", None)
        # With the result on stdout, what is said about it must not stand among it.
        out = sys.stderr if output == "-" else sys.stdout
        try:
            if output is not None:
                ending(output)
            with Inputs() as inputs:
                facts, lines = report(arguments, inputs)
                more, beside = inputs.written()
        except LabelingError as error:
            files = {name: value for name, value in vars(arguments).items() if isinstance(value, str)}
            sys.stderr.write(f"{arguments.command}: {sentence(error, files)}\n")
            return 2
        except BrokenPipeError:
            # Whoever read has read enough; the interpreter must not complain about it once more.
            sys.stdout = None
            return 1
        if arguments.json:
            text = json.dumps(facts | more, ensure_ascii=False, indent=1, allow_nan=False)
        else:
            text = "\n".join([*lines, *beside])
        out.write(text + "\n")
        return 0

    return run
