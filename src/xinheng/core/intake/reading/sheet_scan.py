"""What the sheet reader does not tell: hidden rows, merged cells, error values, numbers that lost digits, the true extent.

One pass over the sheet's XML, in pieces, before the sheet reader opens it: a sheet whose filled rectangle would not fit
into memory is refused here.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import unescape

from xinheng.core.intake.reading import limits
from xinheng.core.intake.reading.refusal import refuse
from xinheng.core.intake.reading.workbook_parts import BROKEN, chunks, require_no_doctype

_NUMBER = re.compile(rb'\br="([0-9]{1,9})"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_SPAN = re.compile(rb'\b(min|max)="([0-9]{1,5})"')
_REF = re.compile(rb' r="([A-Z]{1,7})([0-9]{1,9})"')
# Within 38 columns no sheet of 1,048,576 rows exceeds the limit; exact counting is left to wider ones.
_NARROW = 38
_FAR = re.compile(rb' r="(?:A[M-Z]|[B-Z][A-Z]|[A-Z]{3,}|[A-Z]{1,2}[0-9]{6})[0-9]')
_IS_TEXT = re.compile(rb'\bt="(?:s|str|inlineStr|b|e|d)"')
KEPT = 200_000  # merged ranges, errors: beyond this a sheet is not a form filled in by people


@dataclass(slots=True)
class SheetFacts:
    """What one pass over a sheet found; rows and columns count from 1."""

    rows: int = 0
    columns: int = 0
    first_column: int = 0  # leftmost column that holds anything: the sheet reader's frame begins there; 0 if unknown
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # top, left, bottom, right
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    long_numbers: list[tuple[int, int]] = field(default_factory=list)
    booleans: bool = False


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Patterns that begin with literal text, for speed: tags may carry a namespace prefix (<x:row>)."""

    row: re.Pattern[bytes]
    col: re.Pattern[bytes]
    merge: re.Pattern[bytes]
    filled: re.Pattern[bytes]
    filled_in_a: re.Pattern[bytes]
    error: re.Pattern[bytes]
    long: re.Pattern[bytes]
    long_cell: re.Pattern[bytes]
    starts: tuple[bytes, ...]


@lru_cache(maxsize=8)
def _patterns(prefix: bytes) -> _Patterns:
    def compiled(pattern: bytes) -> re.Pattern[bytes]:
        return re.compile(pattern.replace(b"@", re.escape(prefix)))

    formula = rb"(?:<@f\b[^>]*/>|<@f\b[^>]*>[^<]*</@f>)?"
    return _Patterns(
        row=compiled(rb"<@row\b([^>]*)>"),
        col=compiled(rb"<@col\b([^>]*)>"),
        merge=compiled(rb'<@mergeCell\b[^>]*\bref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"'),
        filled=compiled(rb'<@c\b[^>]* r="([A-Z]{1,7})[0-9]+"(?:[^>]*[^>/])?><@(?:v|is|f)\b'),
        filled_in_a=compiled(rb'<@c r="A[0-9]+"(?:[^>]*[^>/])?><@(?:v|is|f)\b'),
        error=compiled(rb'<@c\b([^>]*\bt="e"[^>]*)>' + formula + rb"<@v>([^<]*)</"),
        long=compiled(rb"<@v>-?[0-9]{16}"),
        long_cell=compiled(
            rb"<@c\b([^>]*)>" + formula + rb"<@v>-?(?:[0-9]{16,}(?:\.0*)?|[0-9.]+E\+(?:1[5-9]|[2-9][0-9]))</"
        ),
        starts=tuple(b"<" + prefix + tag for tag in (b"c ", b"row", b"mergeCell ")),
    )


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
            carry, patterns = b"", None
            for piece in chunks(archive, part):
                if patterns is None:
                    require_no_doctype(piece)
                    root = re.search(rb"<(\w+:)?worksheet\b", piece[:8192])
                    patterns = _patterns((root and root[1]) or b"")
                text = carry + _plain(piece)
                # Cut before a whole cell, so that its value stays with it.
                end = text.rfind(b"</")
                cut = max(text.rfind(start, 0, max(end, 0)) for start in patterns.starts)
                carry, text = (text[cut:], text[:cut]) if cut > 0 else (text, b"")
                if len(carry) > limits.ZIP_RATIO_FROM_BYTES:
                    raise refuse("file.damaged")
                _look(text, facts, patterns)
            if patterns is not None:
                _look(carry, facts, patterns)
    except BROKEN:
        raise refuse("file.damaged") from None
    if facts.rows * max(facts.columns, 1) > limits.SHEET_CELLS:
        raise refuse("file.too-large", what=f"{facts.rows} 行 × {facts.columns} 列")
    return facts


def _plain(piece: bytes) -> bytes:
    """Write attributes the usual way: double quotation marks, one space before each."""
    # One byte is looked for many times faster than two: most sheets hold none of these at all.
    if b"'" in piece and b"='" in piece:
        piece = piece.replace(b"'", b'"')
    newline, tab = b"\n" in piece and b"\nr=" in piece, b"\t" in piece and b"\tr=" in piece
    return piece.translate(_SPACES) if newline or tab else piece


_SPACES = bytes.maketrans(b"\n\r\t", b"   ")


def _look(text: bytes, facts: SheetFacts, patterns: _Patterns) -> None:
    rows = patterns.row.findall(text)
    if b"hidden" not in text and len(numbers := _NUMBER.findall(b" ".join(rows))) == len(rows):
        facts.rows = max(facts.rows, *map(int, numbers), 0)
        rows = []  # the usual sheet: every row numbered, none hidden
    for attributes in rows:
        number = _NUMBER.search(attributes)
        facts.rows = max(facts.rows, int(number[1])) if number else facts.rows + 1
        if b"hidden" in attributes and _HIDDEN.search(attributes):
            facts.hidden_rows.append(facts.rows)
    if _FAR.search(text):
        for letters, digits in set(_REF.findall(text)):
            facts.columns, facts.rows = max(facts.columns, column_number(letters)), max(facts.rows, int(digits))
    else:
        facts.columns = max(facts.columns, _NARROW)
    for word, note in (*_RARE, *(_RARE_CELLS if _ERROR_OR_BOOLEAN.search(text) else ())):
        if word in text:
            note(text, facts, patterns)
    if facts.first_column != 1:  # usually settled by the first title
        if patterns.filled_in_a.search(text):
            facts.first_column = 1
        elif found := set(patterns.filled.findall(text)):
            leftmost = min(map(column_number, found))
            facts.first_column = min(leftmost, facts.first_column or leftmost)
    if (b"+" in text and b"E+" in text) or patterns.long.search(text):
        _long_numbers(text, facts, patterns)


def _hidden_columns(text: bytes, facts: SheetFacts, patterns: _Patterns) -> None:
    for attributes in patterns.col.findall(text):
        span = {name: int(value) for name, value in _SPAN.findall(attributes)}
        if _HIDDEN.search(attributes) and b"min" in span and b"max" in span:
            facts.hidden_columns.extend(range(span[b"min"], min(span[b"max"], span[b"min"] + 255) + 1))


def _merged(text: bytes, facts: SheetFacts, patterns: _Patterns) -> None:
    for left, top, right, bottom in patterns.merge.findall(text):
        if len(facts.merged) < KEPT:
            facts.merged.append((int(top), column_number(left), int(bottom), column_number(right)))


def _errors(text: bytes, facts: SheetFacts, patterns: _Patterns) -> None:
    for attributes, value in patterns.error.findall(text):
        if (ref := _REF.search(attributes)) and len(facts.errors) < KEPT:
            facts.errors.append((int(ref[2]), column_number(ref[1]), unescape(value.decode("utf-8", "replace"))))


def _booleans(text: bytes, facts: SheetFacts, patterns: _Patterns) -> None:
    facts.booleans = True


def _long_numbers(text: bytes, facts: SheetFacts, patterns: _Patterns) -> None:
    for attributes in patterns.long_cell.findall(text):
        if not _IS_TEXT.search(attributes) and (ref := _REF.search(attributes)):
            facts.long_numbers.append((int(ref[2]), column_number(ref[1])))


_Look = Callable[[bytes, SheetFacts, _Patterns], None]
_RARE: tuple[tuple[bytes, _Look], ...] = ((b"hidden=", _hidden_columns), (b"mergeCell ", _merged))
_RARE_CELLS: tuple[tuple[bytes, _Look], ...] = ((b' t="e"', _errors), (b' t="b"', _booleans))
_ERROR_OR_BOOLEAN = re.compile(rb' t="[eb]"')
