"""Files that are made to use up a machine: small on disk, and nothing but honest formats."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

_SHEET = """<?xml version="1.0" encoding="UTF-8"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"""
_WORKBOOK = """<?xml version="1.0" encoding="UTF-8"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>
<sheet name="one" sheetId="1" r:id="rId1"/></sheets></workbook>"""
_LINKS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{to}" Target="{target}"/></Relationships>"""
_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/></Types>"""


def workbook(rows: str) -> bytes:
    """The smallest workbook that holds these rows of XML."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _LINKS.format(to="officeDocument", target="xl/workbook.xml"))
        archive.writestr("xl/workbook.xml", _WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", _LINKS.format(to="worksheet", target="worksheets/sheet1.xml"))
        archive.writestr("xl/worksheets/sheet1.xml", _SHEET.format(rows=rows))
    return content.getvalue()


def far_cell() -> bytes:
    """Two cells, one in the last column of the last row: 17 billion cells lie between them."""
    cells = [(1, "A1", "text"), (1_048_576, "XFD1048576", "x")]
    return workbook(
        "".join(f'<row r="{row}"><c r="{at}" t="inlineStr"><is><t>{t}</t></is></c></row>' for row, at, t in cells)
    )


def parquet(rows: int, text: str) -> bytes:
    """Rows that are all alike: next to nothing on disk."""
    content = io.BytesIO()
    column = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([text]))
    pq.write_table(pa.table({"text": column}), content, compression="zstd", store_schema=False)
    return content.getvalue()


def zipped(megabytes: int) -> bytes:
    """Lines that unpack to this size."""
    content = io.BytesIO()
    with gzip.GzipFile(fileobj=content, mode="wb", compresslevel=1) as packed:
        packed.write(b"text\n")
        for _ in range(megabytes):
            packed.write((b"x" * 1023 + b"\n") * 1024)
    return content.getvalue()


# Limits that these files reach soon.
SMALL = {"ROWS": 20_000, "COLUMNS": 2_000, "UNPACKED_MB": 30, "MEMORY_MB": 600, "SECONDS": 60}

FILES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "one cell far away": ("far.xlsx", far_cell, "memory_mb"),
    "a long text, often": ("long.parquet", lambda: parquet(20_000, "x" * 1_000_000), "memory_mb"),
    "rows that are all alike": ("many.parquet", lambda: parquet(30_000, "x"), "rows"),
    "a text that unpacks": ("bomb.csv.gz", lambda: zipped(40), "unpacked_mb"),
    "one endless line": ("line.csv.gz", lambda: gzip.compress(b"text\n" + b"x" * 700_000_000, 1), "memory_mb"),
    "too many columns": ("wide.csv", lambda: ",".join(f"c{n}" for n in range(3_000)).encode() + b"\n1\n", "columns"),
    "too many rows": ("rows.csv", lambda: b"text\n" + b"a\n" * 30_000, "rows"),
    "too many elements": ("rows.json", lambda: b"[" + b",".join([b'{"text":"a"}'] * 30_000) + b"]", "rows"),
}
