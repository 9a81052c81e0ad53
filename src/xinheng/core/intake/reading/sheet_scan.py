"""What the sheet reader does not tell: hidden rows, merged cells, error values, numbers that lost digits, the sheet's true extent.

One pass over the sheet's XML, in pieces, before the sheet reader opens it: a sheet whose filled rectangle would not fit
into memory is refused here.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import unescape

from xinheng.core.intake.reading import limits
from xinheng.core.intake.reading.refusal import refuse
from xinheng.core.intake.reading.workbook_parts import BROKEN, chunks, require_no_doctype

# Prefixes (<x:row>) are rare but lawful.
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COL = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)[\"']")
_NUMBER = re.compile(rb"\br=[\"']([0-9]+)[\"']")
_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")
_RANGE = re.compile(rb"\b(min|max)=[\"']([0-9]+)[\"']")
# Within 38 columns no sheet of 1,048,576 rows exceeds the limit; exact counting is left to wider ones.
_WIDE = re.compile(rb"\sr=[\"'](?:A[M-Z]|[B-Z][A-Z]|[A-Z]{3,})[0-9]|\sr=[\"'][A-Z]+[0-9]{7,}")
_REF = re.compile(rb"\sr=[\"']([A-Z]+)([0-9]+)[\"']")
_LONG = re.compile(rb">[0-9]{16,}<|E\+1[5-9]<|E\+[2-9][0-9]<")
_LONG_CELL = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>(?:<(?:\w+:)?f\b[^>]*/>|<(?:\w+:)?f\b[^>]*>[^<]*</(?:\w+:)?f>)?"
    rb"<(?:\w+:)?v>-?(?:[0-9]{16,}|[0-9.]+E\+(?:1[5-9]|[2-9][0-9]))</"
)
_ERROR_CELL = re.compile(
    rb"<(?:\w+:)?c\b([^>]*\bt=[\"']e[\"'][^>]*)>(?:<(?:\w+:)?f\b[^>]*/>|<(?:\w+:)?f\b[^>]*>[^<]*</(?:\w+:)?f>)?<(?:\w+:)?v>([^<]*)</"
)
_TEXT_CELL = re.compile(rb"\bt=[\"'](?:s|str|inlineStr|b|e|d)[\"']")
_BOOLEAN = re.compile(rb"\bt=[\"']b[\"']")
_FILLED = re.compile(rb"<(?:\w+:)?c\b[^>]*\sr=[\"']([A-Z]+)[0-9]+[\"'][^>]*[^/>]><(?:\w+:)?(?:v|is|f)\b")
_MERGES = 200_000
_ERRORS = 200_000


@dataclass(slots=True)
class SheetFacts:
    """What one pass over a sheet found; rows and columns count from 1."""

    rows: int = 0
    columns: int = 0
    first_column: int = 1
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(
        default_factory=list
    )  # first row, first column, last row, last column
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    long_numbers: list[tuple[int, int]] = field(default_factory=list)
    booleans: bool = False


def column_number(letters: bytes) -> int:
    """AB → 28."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def scan(path: Path, part: str) -> SheetFacts:
    """Read a sheet's XML once; raise FileUnusable if it is broken or too large to be opened."""
    facts = SheetFacts()
    try:
        with zipfile.ZipFile(path) as archive:
            first, carry, leftmost = True, b"", 0
            for piece in chunks(archive, part):
                if first:
                    require_no_doctype(piece)
                    first = False
                text = carry + piece
                cut = text.rfind(b"<", 0, text.rfind(b"</")) if b"</" in text else 0
                # A cell is cut only before its own tag, so that its value stays with it.
                cut = (
                    max(text.rfind(b"<c ", 0, cut), text.rfind(b"<row", 0, cut), text.rfind(b"<mergeCell ", 0, cut), 0)
                    or cut
                )
                carry, text = text[cut:], text[:cut]
                leftmost = _scan_piece(text, facts, leftmost)
                if len(carry) > limits.ZIP_RATIO_FROM_BYTES:
                    raise refuse("file.damaged")
            leftmost = _scan_piece(carry, facts, leftmost)
            facts.first_column = leftmost or 1
    except BROKEN:
        raise refuse("file.damaged") from None
    if facts.rows * max(facts.columns, 1) > limits.SHEET_CELLS:
        raise refuse("file.too-large", what=f"{facts.rows} 行 × {facts.columns} 列")
    return facts


def _scan_piece(text: bytes, facts: SheetFacts, leftmost: int) -> int:
    for match in _ROW.finditer(text):
        number = _NUMBER.search(match[1])
        facts.rows = max(facts.rows, int(number[1])) if number else facts.rows + 1
        if b"hidden" in match[1] and _HIDDEN.search(match[1]):
            facts.hidden_rows.append(facts.rows)
    if _WIDE.search(text):
        for letters, digits in set(_REF.findall(text)):
            facts.columns = max(facts.columns, column_number(letters))
            facts.rows = max(facts.rows, int(digits[:9]))
    else:
        facts.columns = max(facts.columns, 38)
    if b"hidden" in text:
        _hidden_columns(text, facts)
    if b"mergeCell " in text:
        facts.merged.extend(
            (int(r1), column_number(c1), int(r2), column_number(c2)) for c1, r1, c2, r2 in _MERGE.findall(text)
        )
        del facts.merged[_MERGES:]
    facts.booleans = facts.booleans or bool(_BOOLEAN.search(text))
    if b't="e"' in text or b"t='e'" in text:
        for attributes, value in _ERROR_CELL.findall(text):
            if (ref := _REF.search(b" " + attributes)) and len(facts.errors) < _ERRORS:
                facts.errors.append((int(ref[2]), column_number(ref[1]), unescape(value.decode("utf-8", "replace"))))
    if _LONG.search(text):
        for match in _LONG_CELL.finditer(text):
            if not _TEXT_CELL.search(match[1]) and (ref := _REF.search(match[1])):
                facts.long_numbers.append((int(ref[2]), column_number(ref[1])))
    if leftmost != 1:  # usually settled by the first title
        columns = [column_number(letters) for letters in set(_FILLED.findall(text))]
        leftmost = min([*columns, leftmost or 1 << 14], default=0)
        leftmost = 0 if leftmost == 1 << 14 and not columns else leftmost
    return leftmost


def _hidden_columns(text: bytes, facts: SheetFacts) -> None:
    for match in _COL.finditer(text):
        if _HIDDEN.search(match[1]):
            span = {name: int(value) for name, value in _RANGE.findall(match[1])}
            if b"min" in span and b"max" in span:
                facts.hidden_columns.extend(range(span[b"min"], min(span[b"max"], span[b"min"] + 255) + 1))
