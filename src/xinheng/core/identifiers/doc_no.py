"""Decision number (文号): 深市监罚字〔2026〕12号. Brackets are written alike; the number itself is never touched."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from xinheng.core.identifiers import column
from xinheng.core.identifiers.folding import HYPHENS, INVISIBLE, SPACES
from xinheng.core.identifiers.malformed import Malformed

_OPEN: Final = "〔[【（(﹝「［〖﹙｛{"
_CLOSE: Final = "〕]】）)﹞」］〗﹚｝}"
_HALF_WIDTH: Final = {chr(0xFF10 + i): chr(0x30 + i) for i in range(10)} | {
    chr(start + i): chr(half + i) for start, half in ((0xFF21, 0x41), (0xFF41, 0x61)) for i in range(26)
}
_TABLE: Final = _HALF_WIDTH | dict.fromkeys(SPACES + INVISIBLE, "")
_TRANSLATION: Final = str.maketrans(_TABLE)
_YEAR: Final = rf"[{re.escape(_OPEN)}]((?:19|20)[0-9]{{2}})年?[{re.escape(_CLOSE)}]"
_YEAR_PATTERN: Final = re.compile(_YEAR)
# The same where it is not yet written 〔2026〕.
_ANY_YEAR, _OTHERS = "(?:19|20)[0-9]{2}", (re.escape(_OPEN[1:]), re.escape(_CLOSE[1:]))
_OTHER_YEAR: Final = (
    rf"[{_OTHERS[0]}]{_ANY_YEAR}年?[{re.escape(_CLOSE)}]|〔{_ANY_YEAR}(?:年[{re.escape(_CLOSE)}]|[{_OTHERS[1]}])"
)
_OTHER_YEAR_PATTERN: Final = re.compile(_OTHER_YEAR)
_SPACES: Final = f"[{re.escape(SPACES)}]"
_INVISIBLES: Final = f"[{re.escape(INVISIBLE)}]"
_FULL_WIDTH: Final = "[０-９Ａ-Ｚａ-ｚ]"
# Anything that is repaired or doubted; a number in which this is not found stands as it should.
_SUSPECT: Final = rf"{_SPACES}|{_INVISIBLES}|{_FULL_WIDTH}|{_OTHER_YEAR}|…|\.\.\.$"
# The usual form: nothing in it can be repaired, and it is its own key.
PLAIN: Final = r"^[\p{Han}A-Z]+〔(?:19|20)[0-9]{2}〕[1-9][0-9]*号$"
_NUMBERED: Final = re.compile(r"[0-9０-９]|[一二三四五六七八九十〇零]+号")
# After the year: 第, brackets round the serial and leading zeros are habit, not meaning.
_SERIAL: Final = r"\(([0-9]{4})\)第?\(?0*([0-9]+)\)?号"
_SERIAL_PATTERN: Final = re.compile(_SERIAL)
_KEY_TABLE: Final = (
    dict.fromkeys(_OPEN, "(") | dict.fromkeys(_CLOSE, ")") | dict.fromkeys(HYPHENS, "-")
)  # fmt: skip
_KEY_TRANSLATION: Final = str.maketrans(_KEY_TABLE | {chr(c): chr(c - 32) for c in range(97, 123)})

_FEW: Final = 500  # so many unusual numbers are folded one by one sooner than the table of a whole column is set up


def compact(text: str) -> str:
    """Return the number without spaces and invisible characters, the year in 〔〕. Leading zeros and 第 stay."""
    return _YEAR_PATTERN.sub(r"〔\1〕", text.translate(_TRANSLATION))


def validate(text: str) -> str:
    """Return the compact number, or raise Malformed where nothing is left of it."""
    number = compact(text)
    if not number:
        raise Malformed("doc-no.empty", "只有空格或不可见字符")
    return number


def is_valid(text: str) -> bool:
    """Say whether something is left of the number."""
    return bool(compact(text))


def format(text: str) -> str:  # noqa: A001 - the contract of all identifiers
    """Return the number as it is printed."""
    return compact(text)


def key(text: str) -> str:
    """Return what two spellings of the same number share: brackets, 第, case and leading zeros of the serial folded.

    第444号 and 第445号 stay apart, and so do bare codes: without a year in brackets zeros may carry meaning.
    """
    return _SERIAL_PATTERN.sub(r"〔\1〕\2号", compact(text).translate(_KEY_TRANSLATION))


def keys(series: pl.Series, usual: pl.Series | None = None) -> pl.Series:
    """Return ``key`` of a whole column. The usual form is its own key; ``usual`` says where that is already known."""
    plain = series.str.contains(PLAIN).fill_null(True) if usual is None else usual
    at = (~plain).arg_true()
    if not len(at):
        return series
    if len(at) <= _FEW:
        few = [None if text is None else key(text) for text in series[at]]
        return series.clone().scatter(at, pl.Series(few, dtype=pl.String))
    folding = _KEY_TABLE | {chr(c): chr(c - 32) for c in range(97, 123)}
    folded = _compact(pl.col("v")).str.replace_many(list(folding), list(folding.values()))
    careful = series[at].to_frame("v").select(folded.str.replace_all(_SERIAL, "〔${1}〕${2}号"))
    return series.clone().scatter(at, careful.to_series())


def looks_like_number(text: str) -> bool:
    """Say whether the text could be a decision number at all: it holds a figure and is not a sentence."""
    number = compact(text)
    return bool(_NUMBERED.search(number)) and len(number) <= 64 and not re.search("[。；，]", number)


def _warning(number: str) -> str | None:
    if "…" in number or number.endswith("..."):
        return "doc-no.cut-off"
    return None


def _repair(text: str) -> str | None:
    stripped = text.strip(SPACES)
    if re.search(_INVISIBLES, text):
        return "invisible-removed"
    if _OTHER_YEAR_PATTERN.search(stripped.translate(_TRANSLATION)):
        return "brackets-folded"
    if re.search(_FULL_WIDTH, stripped):
        return "width-folded"
    if re.search(_SPACES, stripped):
        return "separators-removed"
    return None if stripped == text else "trimmed"


def _read(text: str) -> column.Reading:
    number = compact(text)
    if not number:
        return column.Reading(number, "doc-no.empty")
    return column.Reading(number, warning=_warning(number), normalised=_repair(text))


def _compact(values: pl.Expr) -> pl.Expr:
    return values.str.replace_many(list(_TABLE), list(_TABLE.values())).str.replace_all(_YEAR, "〔${1}〕")


def _repairs(values: pl.Expr) -> pl.Expr:
    stripped = values.str.strip_chars(SPACES)
    folded = stripped.str.replace_many(list(_TABLE), list(_TABLE.values()))
    return (
        pl.when(values.str.contains(_INVISIBLES))
        .then(pl.lit("invisible-removed"))
        .when(folded.str.contains(_OTHER_YEAR))
        .then(pl.lit("brackets-folded"))
        .when(stripped.str.contains(_FULL_WIDTH))
        .then(pl.lit("width-folded"))
        .when(stripped.str.contains(_SPACES))
        .then(pl.lit("separators-removed"))
        .when(stripped != values)
        .then(pl.lit("trimmed"))
        .otherwise(None)
    )


def _glance(series: pl.Series) -> column.Glance:
    return column.Glance((~series.str.contains(_SUSPECT) & (series != "")).to_numpy())


WAY = column.Way(glance=_glance, read=_read, compact=_compact, repairs=_repairs)


def judge(series: pl.Series) -> pl.DataFrame:
    """Return value, reason, warning and normalised for a whole column."""
    return column.judge(series, WAY)
