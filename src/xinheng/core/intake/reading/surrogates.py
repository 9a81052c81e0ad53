"""Half characters in JSON: an escape such as \\ud800 that stands alone is no character, and no text can hold it.

The parsers disagree about it (one writes a question mark, one refuses the line), so it is marked before they see it, and the
record and field that hold the mark are named to the sender.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from xinheng.core.intake.finding import FileUnusable
from xinheng.core.intake.reading.refusal import refuse

MARK = "\ufdd0"  # a noncharacter: no text that people exchange holds it
_MARKED = b"\\ufdd0"  # as long as what it replaces
_ANY = re.compile(rb"\\u[dD][89a-fA-F]")
# An escaped backslash is consumed whole, so that the "ud800" behind it stays text.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
_HIGH = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}$")
_PAIR = 12  # bytes of two escapes


def marked(text: bytes) -> bytes:
    """Return JSON text with every half character marked; whole characters written as two escapes stay."""
    if not _ANY.search(text):
        return text
    return _ESCAPE.sub(lambda match: _MARKED if match[1] else match[0], text)


def whole_part(text: bytes) -> int:
    """Return how many bytes can be looked at without the next block: an escape cut in two waits for its rest."""
    at = text.find(b"\\", max(len(text) - _PAIR, 0))
    if at < 0:
        return len(text)
    while True:
        while at > 0 and text[at - 1 : at] == b"\\":
            at -= 1
        before = _HIGH.search(text, max(at - 6, 0), at)
        if before is None:
            return at
        at = before.start()


def refusal(record: Mapping[str, object], row: int) -> FileUnusable | None:
    """Return the refusal that names the field of a record which holds a mark; None where none does."""
    for name, value in record.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        if MARK in name or MARK in text:
            return refuse("file.character-broken", row=row, field=name.replace(MARK, "\ufffd"))
    return None
