"""Titles that are ours: they never count as the sender's data when a mended file comes back."""

from __future__ import annotations

# With x_ before them, intake passes these columns through when the mended file is handed in as it is.
ERRORS = "x_问题及修改建议"
VERDICT = "x_行核验结果"
ROW_NUMBER = "x_原行号"

DATA_SHEET = "数据"

_TRAILING = (ERRORS, VERDICT)


def without_ours(titles: list[str]) -> list[str]:
    """Return the sender's titles without the answer columns of an earlier round at their end."""
    kept = list(titles)
    while kept and kept[-1] in _TRAILING:
        kept.pop()
    return kept
