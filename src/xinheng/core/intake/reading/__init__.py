"""Reading files: whatever a department hands in becomes sheets of text cells with the sender's own row numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from xinheng.core.intake.reading import csv_text, detect, json_array, json_lines, parquet, xlsx
from xinheng.core.intake.reading.header import KnownHeaders, fold_header
from xinheng.core.intake.reading.refusal import refuse
from xinheng.core.intake.table import Note, Source

__all__ = ["fold_header", "open_source"]

_OPENERS: Mapping[detect.Format, Callable[[Path, int, KnownHeaders], Source]] = {
    "csv": csv_text.open_csv,
    "json": json_array.open_json,
    "jsonl": json_lines.open_json_lines,
    "parquet": parquet.open_parquet,
    "xls": xlsx.open_xls,
    "xlsx": xlsx.open_xlsx,
}


def open_source(path: Path, *, known_headers: KnownHeaders) -> Source:
    """Open a file by what it contains, whatever it is called; raise FileUnusable if nothing can be read from it.

    ``known_headers`` is the set of folded titles the catalogue knows (or a function that counts them): the header row is
    found by it. Some faults show only while blocks are read, and raise FileUnusable there.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise refuse("file.is-folder")
        size = path.stat().st_size
        if size == 0:
            raise refuse("file.empty")
        found = detect.detect(path)
        source = _OPENERS[found](path, size, known_headers)
    except FileNotFoundError:
        raise refuse("file.missing") from None
    except OSError:
        raise refuse("file.unreadable") from None
    if detect.misnamed(path, found):
        source.notes.append(
            Note(
                code="reading.misnamed", message=f"文件扩展名是“{path.suffix}”，内容实际是 {found}，已按 {found} 读取。"
            )
        )
    return source
