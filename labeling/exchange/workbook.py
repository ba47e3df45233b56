"""Workbooks: which sheet has the table, where on it the table begins, and numbers longer than a spreadsheet can hold."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from labeling.errors import LabelingError
from labeling.exchange.blocks import Table, excerpt_of
from labeling.exchange.delimited import column_names
from labeling.exchange.layout import has_names, top_of
from labeling.exchange.limits import Limits
from labeling.exchange.own_tables import given_back, is_guarded

if TYPE_CHECKING:
    import polars as pl

_LOOKED_AT = 200
# From 2^53 on a float holds no longer each whole number: 16 digits and more.
_LONG = re.compile(r"\d{16,}\Z")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Workbook:
    """One sheet of a workbook: that which is named, else the one with the most rows and columns filled.

    ``sheet`` is its name, ``sheets`` are all, ``above`` the rows over the table, ``names`` whether the table's first row
    names its columns. Raises LabelingError ``broken_file`` or ``no_sheet``.
    """

    def __init__(self, content: bytes, name: str, limits: Limits, *, sheet: str | None, header: bool | None) -> None:
        import fastexcel

        try:
            book = fastexcel.read_excel(content)
            if sheet is not None and sheet not in book.sheet_names:
                raise LabelingError("no_sheet", sheet=sheet, found=", ".join(book.sheet_names))
            frames: dict[str, pl.DataFrame] = {}
            for each in [sheet] if sheet is not None else book.sheet_names:
                frames[each] = book.load_sheet(each, header_row=None, skip_rows=0, dtypes="string").to_polars()
                limits.check_extent(name, rows=frames[each].height, columns=frames[each].width)
        except fastexcel.FastExcelError as error:
            raise LabelingError("broken_file", name=name, reason=excerpt_of(error)) from error
        self.sheets = tuple(book.sheet_names)
        self.sheet = max(frames, key=lambda each: _filled(frames[each]))
        self._frame = _with_long_numbers(frames[self.sheet], content, self.sheet)
        rows = [["" if cell is None else cell for cell in row] for row in self._frame.head(_LOOKED_AT).rows()]
        self.above = top_of(rows)
        self.names = has_names(rows[self.above :]) if header is None else header

    def tables(self, rows: int) -> Iterator[Table]:
        """The table in parts of at most ``rows`` rows; nothing of an empty sheet."""
        import polars as pl

        frame = self._frame.with_row_index("line", offset=1).slice(self.above)
        filled = frame.filter(pl.any_horizontal(pl.exclude("line").is_not_null()))
        if filled.is_empty():
            return
        first = filled.row(0)[1:]
        columns = column_names(first if self.names else [None] * len(first))
        if self.names:
            filled = filled.slice(1)
        if filled.is_empty():
            yield Table([], dict.fromkeys(columns, ()))
        guarded = is_guarded(columns)
        for part in filled.iter_slices(rows):
            cells = {name: part.to_series(at).to_list() for at, name in enumerate(columns, 1)}
            yield Table(part["line"].to_list(), given_back(cells) if guarded else cells)


def _filled(frame: pl.DataFrame) -> int:
    """How many rows have as many cells as most of the sheet's columns, times the columns."""
    import polars as pl

    if frame.is_empty():
        return 0
    cells = frame.select(pl.sum_horizontal(pl.all().is_not_null())).to_series()
    return int((cells * 2 >= frame.width).sum()) * frame.width


def _with_long_numbers(frame: pl.DataFrame, content: bytes, sheet: str) -> pl.DataFrame:
    """The sheet with numbers of 16 digits and more as its file has them, where reading them as floats has rounded them."""
    import polars as pl

    long = [
        (row, at)
        for at, column in enumerate(frame.get_columns())
        for row in column.str.contains(r"^\d{16,}$").fill_null(False).arg_true()
    ]
    if not long or content[:2] != b"PK":
        return frame
    written = list(_numbers(content, sheet))
    long.sort()
    read = [frame.item(row, at) for row, at in long]
    # In the order of rows both are the same numbers; where they are not, cells of text are among them.
    if [float(number) for number in written] != [float(number) for number in read]:
        return frame
    columns = [column.to_list() for column in frame.get_columns()]
    for (row, at), number in zip(long, written, strict=True):
        columns[at][row] = number
    return pl.DataFrame(columns, schema=frame.schema, orient="col")


def _numbers(content: bytes, sheet: str) -> Iterator[str]:
    """Numbers of 16 digits and more on a sheet, row by row, as they are written in its XML."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {entry.get("Id"): entry.get("Target", "") for entry in relations}
        wanted = next(entry.get(_RELATION) for entry in book.iter(f"{_MAIN}sheet") if entry.get("name") == sheet)
        path = targets[wanted].lstrip("/")
        with archive.open(path if path.startswith("xl/") else f"xl/{path}") as part:
            for _, cell in ElementTree.iterparse(part):
                if cell.tag == f"{_MAIN}c":
                    number = cell.findtext(f"{_MAIN}v") or ""
                    if cell.get("t", "n") == "n" and _LONG.match(number):
                        yield number
                    cell.clear()
