"""What a person sees in the terminal: width and colour as the terminal has them, and no control characters from files."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_PIPE_WIDTH = 120  # of text that goes to a file or a pipe
_LONGEST = 60


def console(*, stderr: bool = False) -> Console:
    """Return the terminal; NO_COLOR, COLUMNS and pipes are respected."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else _PIPE_WIDTH
    return Console(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)


def plain(text: str | None, longest: int = _LONGEST) -> str:
    """Return a cell so that a terminal shows it and does not obey it."""
    if text is None:
        return ""
    shown = "".join(c if c.isprintable() else " " if c in "\r\n\t" else "·" for c in text)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"
