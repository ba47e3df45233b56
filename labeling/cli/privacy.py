"""``mask``: personal data out of a file of texts or out of lines, and how much of it there was, without a database."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import polars as pl

from labeling.cli.inputs import Inputs, add_writing_arguments
from labeling.cli.refusals import Report, on_files
from labeling.errors import LabelingError
from labeling.privacy import Masked, Masker

_LINES = 512


def add_commands(commands: Any) -> None:
    """Add the command to the subparsers of the main command; it reads files and opens no database."""
    masking = commands.add_parser("mask", help="put placeholders in the place of personal data")
    masking.add_argument("texts", metavar="FILE", help="CSV, JSONL or Parquet; - masks the lines of stdin")
    masking.add_argument("-o", "--output", default="-", metavar="OUT", help="where to; stdout unless told")
    add_writing_arguments(masking)
    masking.add_argument("--column", default="text", help="the column of texts, all others stay as they are")
    masking.add_argument("--no-names", action="store_true", help="leave names alone: several times faster")
    masking.add_argument("--json", action="store_true", help="print the report as JSON")
    masking.set_defaults(run=on_files(_mask), on_files=True)


def _mask(args: argparse.Namespace, inputs: Inputs) -> Report:
    masker = Masker(names=not args.no_names)
    if args.texts == "-" and args.output == "-":
        all_masked: Iterable[Masked] = _stream(masker)
    else:
        all_masked = _file(args, masker, inputs)
    texts = touched = 0
    counts: Counter[str] = Counter()
    for masked in all_masked:
        texts += 1
        touched += bool(masked.spans)
        counts.update(masked.counts)
    facts = {
        "output": args.output,
        "texts": texts,
        "with_personal_data": touched,
        "counts": dict(sorted(counts.items())),
        **inputs.facts(),
    }
    kinds = (f"  {count:>8,}  {kind}" for kind, count in counts.most_common())
    return facts, [f"{args.output}: {texts:,} texts, {touched:,} with personal data", *kinds, *inputs.lines()]


def _stream(masker: Masker) -> Iterator[Masked]:
    """Lines from stdin to stdout as they come; signs that are no UTF-8 pass through."""
    while lines := list(islice(sys.stdin.buffer, _LINES)):
        for masked in masker.mask_many([line.decode("utf-8", "surrogateescape") for line in lines]):
            sys.stdout.buffer.write(masked.text.encode("utf-8", "surrogateescape"))
            yield masked
        sys.stdout.buffer.flush()


def _file(args: argparse.Namespace, masker: Masker, inputs: Inputs) -> list[Masked]:
    column = args.column
    if args.texts == "-":
        # Lines as the stream of lines has them: what else Python breaks at stays within.
        lines = sys.stdin.buffer.read().decode("utf-8", "replace").replace("\r\n", "\n").removesuffix("\n")
        frame = pl.DataFrame({column: lines.split("\n") if lines else []}, schema={column: pl.String})
    else:
        frame = inputs.read(args.texts, (column,), texts=(column,), also=None)
    if column not in frame.columns:
        raise LabelingError("column_missing", where="texts", columns=[column], found=frame.columns)
    texts = frame.get_column(column).to_list()
    masked = masker.mask_many([text for text in texts if text is not None])
    in_turn = iter(masked)
    column_masked = [None if text is None else next(in_turn).text for text in texts]
    inputs.write(frame.with_columns(pl.Series(column, column_masked, dtype=pl.String)), args)
    return masked
