"""How a delimited text is laid out: its separator, its header, and where the data begins."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from xinheng.core.intake.reading.header import HeaderAt, KnownHeaders, find_header, scorer
from xinheng.core.intake.reading.limits import BATCH_ROWS, BLOCK_BYTES, HEAD_BYTES, HEAD_RECORDS
from xinheng.core.intake.reading.refusal import refuse

SEPARATORS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What must be known before a delimited text is read in blocks."""

    separator: str
    newline: str  # "\n", or "\r" for files of very old programs
    header: HeaderAt
    raw_header: tuple[str, ...]  # the last header record as written
    above: tuple[tuple[str, ...], ...]  # the records up to the header, as written
    title_rows: tuple[int, ...]  # sender's numbers of filled rows above the header
    skip_lines: int  # physical lines up to the end of the header
    skip_records: int  # records up to the end of the header
    batch_rows: int  # rows to take at a time: fewer where rows are long


def head_text(path: Path, encoding: str, size: int) -> tuple[str, bool]:
    """Decode the first bytes of the file; say whether that is all of it."""
    with path.open("rb") as stream:
        raw = stream.read(size)
        complete = not stream.read(1)
    codec = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    # Broken bytes are the block reader's to name, with their row; here they only must not stop the header.
    return raw.decode(codec, "replace").removeprefix("\ufeff"), complete


def find_layout(path: Path, encoding: str, known: KnownHeaders) -> Layout:
    """Try each separator on the first records; the one that yields known titles, or regular columns, is right."""
    newline, tried = _tried(path, encoding)
    best: tuple[tuple[int, float], Layout] | None = None
    score = scorer(known)
    for separator, (records, lines) in tried.items():
        header = find_header(records, score)
        if header is None:
            continue
        widths = [len(record) for record in records[header.last :] if any(record)]
        regular = sum(width == len(header.titles) for width in widths) / len(widths) if len(header.titles) > 1 else 0.0
        rank = (header.score, regular)
        if best is None or rank > best[0]:
            best = (
                rank,
                Layout(
                    separator=separator,
                    newline=newline,
                    header=header,
                    raw_header=tuple(records[header.last]),
                    above=tuple(map(tuple, records[: header.last + 1])),
                    title_rows=tuple(i + 1 for i in range(header.first) if any(cell.strip() for cell in records[i])),
                    skip_lines=lines[header.last],
                    skip_records=header.last + 1,
                    batch_rows=_batch_rows(records),
                ),
            )
    if best is None:
        raise refuse("file.empty")
    return best[1]


def _tried(path: Path, encoding: str) -> tuple[str, dict[str, tuple[list[list[str]], list[int]]]]:
    """Return what ends a line, and the first records by each separator there is; a short piece of the file nearly always holds them."""
    for size in (HEAD_BYTES >> 4, HEAD_BYTES):
        text, complete = head_text(path, encoding, size)
        newline = "\r" if "\r" in text and "\n" not in text else "\n"
        text = text.replace("\r", "\n") if newline == "\r" else text
        tried = {s: _records(text, s, complete) for s in SEPARATORS if s in text or s == ","}
        if complete or all(len(records) > HEAD_RECORDS for records, _ in tried.values()):
            break
    return newline, tried


def _records(text: str, separator: str, complete: bool) -> tuple[list[list[str]], list[int]]:
    """Return the first records and the count of physical lines up to the end of each."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    records: list[list[str]] = []
    lines: list[int] = []
    try:
        for record in reader:
            records.append(record)
            lines.append(reader.line_num)
            if len(records) > HEAD_RECORDS:
                break
        else:
            if not complete and len(records) > 1:  # the last one may be cut off
                records.pop()
                lines.pop()
    except csv.Error:
        if not records:
            raise refuse("file.unclosed-quote", line=1) from None
    return records, lines


def _batch_rows(records: list[list[str]]) -> int:
    longest = max(sum(map(len, record)) for record in records) * 3 + 1
    return max(500, min(BATCH_ROWS, (BLOCK_BYTES >> 3) // longest))
