"""Sheets of our own templates and answers: they come back with the sender's data, and are never data themselves."""

from __future__ import annotations

TOTALS_SHEET = "核验结果"
EXAMPLE_SHEET = "示例"
GUIDE_SHEET = "填表说明"
CODES_SHEET = "代码表"
OWN_SHEETS = frozenset({TOTALS_SHEET, EXAMPLE_SHEET, GUIDE_SHEET, CODES_SHEET})
