"""Small kinds of cells: yes or no, years, months, web addresses, JSON, instants."""

from __future__ import annotations

import re
from datetime import date, datetime

import orjson
import polars as pl

from xinheng.core.intake.fields.text import EMPTY_LIKE
from xinheng.core.intake.judged import Judged, of_frame

_YES = frozenset({"是", "1", "TRUE", "True", "true", "Y", "y", "YES", "yes", "√", "有", "对"})
_NO = frozenset({"否", "0", "FALSE", "False", "false", "N", "n", "NO", "no", "×", "没有", "不是"})
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")

Verdict = tuple[str | None, str | None, str | None]  # value, reason, repair


def _bool(text: str, on: date) -> Verdict:
    if text in ("是", "否"):
        return text, None, None
    if text in _YES or text in _NO:
        return ("是" if text in _YES else "否"), None, "yes-no-folded"
    return None, "bool.unreadable", None


def _year(text: str, on: date) -> Verdict:
    match = re.fullmatch(r"([0-9]{4})(年度?|\.0)?", text.translate(_WIDE))
    if match is None or not 1949 <= int(match[1]) <= on.year + 1:
        return None, "year.unreadable", None
    return match[1], None, None if match[1] == text else "year-folded"


def _month(text: str, on: date) -> Verdict:
    match = re.fullmatch(
        r"([0-9]{4})\s*[-/.年]?\s*([0-9]{1,2})\s*月?(?:[-/.]0?1(?: 00:00:00)?)?", text.translate(_WIDE)
    )
    if match is None or not (1949 <= int(match[1]) <= 2099 and 1 <= int(match[2]) <= 12):
        return None, "month.unreadable", None
    value = f"{match[1]}-{int(match[2]):02d}"
    return value, None, None if value == text else "month-folded"


def _datetime(text: str, on: date) -> Verdict:
    folded = text.translate(_WIDE).replace("/", "-").replace("年", "-").replace("月", "-").replace("日", " ").strip()
    if re.fullmatch(r"[0-9]{8}", folded):
        folded = f"{folded[:4]}-{folded[4:6]}-{folded[6:]}"
    folded = re.sub(r"-([0-9])(?![0-9])", r"-0\1", folded)
    try:
        instant = datetime.fromisoformat(folded)
    except ValueError:
        return None, "date.unreadable", None
    value = (
        instant.isoformat(sep=" ", timespec="seconds")
        if instant.time() or ":" in folded
        else instant.date().isoformat()
    )
    if instant.date() > on:
        return None, "date.future", None
    return value, None, None if value == text else "time-folded"


def _url(text: str, on: date) -> Verdict:
    if re.fullmatch(r"https?://[^\s<>\"']+", text):
        return text, None, None
    if re.fullmatch(r"(www\.)?[\w-]+(\.[\w-]+)+(/[^\s<>\"']*)?", text):
        return f"https://{text}", None, "scheme-added"
    return None, "url.unreadable", None


def _json(text: str, on: date) -> Verdict:
    # A cell of a workbook rarely holds JSON: plain text is taken as it is, but what looks like JSON must be JSON.
    if not text.startswith(("{", "[")):
        return text, None, None
    try:
        return orjson.dumps(orjson.loads(text), option=orjson.OPT_SORT_KEYS).decode(), None, None
    except orjson.JSONDecodeError:
        return None, "json.unreadable", None


_READERS = {"bool": _bool, "year": _year, "month": _month, "datetime": _datetime, "url": _url, "json": _json}


def judge(values: pl.Series, kind: str, *, on: date) -> Judged:
    """Read a column of one of the small kinds (best given distinct values)."""
    read = _READERS[kind]
    rows: list[tuple[str | None, str | None, str | None, str | None]] = []
    for raw in values:
        text = None if raw is None else raw.strip(" \t\r\n\u3000\u00a0\u200b\ufeff")
        if not text or (text in EMPTY_LIKE and kind != "json"):
            rows.append((None, None, None, "empty-like" if text else None))
        else:
            value, reason, repair = read(text, on)
            rows.append((value, reason, None, repair or ("trimmed" if reason is None and text != raw else None)))
    names = ("value", "reason", "warning", "repair")
    return of_frame(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"))
