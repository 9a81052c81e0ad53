"""Names of organisations: how two spellings of one name are told to be the same, and what is no name at all.

Folding is for matching and search only; a name is stored and shown as it was registered. NFKC is not used: it would
also change characters inside names (㈱, ½, ligatures) that no one typed by mistake.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import polars as pl

from xinheng.core.identifiers import column
from xinheng.core.identifiers.folding import HYPHENS, INVISIBLE, SPACES
from xinheng.core.identifiers.malformed import Malformed

_WIDTH: Final = {chr(0xFF01 + i): chr(0x21 + i) for i in range(94)}
_BRACKETS: Final = dict.fromkeys("〔[【﹝［〖﹙｛{（", "(") | dict.fromkeys("〕]】﹞］〗﹚｝}）", ")")
_DOTS: Final = dict.fromkeys("•‧∙⋅・･．", "·")
# Copied out of a PDF, a character may arrive as its radical (⼤ for 大) or as a compatibility twin: the same character.
_TWINS: Final = {
    chr(c): unicodedata.normalize("NFKC", chr(c))
    for start, end in ((0x2F00, 0x2FD6), (0xF900, 0xFB00))
    for c in range(start, end)
    if unicodedata.is_normalized("NFKC", chr(c)) is False
}
_LOWER: Final = {chr(c): chr(c - 32) for c in range(ord("a"), ord("z") + 1)}
_TABLE: Final[dict[str, str]] = {
    character: _LOWER.get(folded, folded)
    for character, folded in (
        _WIDTH
        | _BRACKETS
        | _DOTS
        | _TWINS
        | _LOWER
        | dict.fromkeys(HYPHENS, "-")
        | dict.fromkeys(SPACES + INVISIBLE, "")
    ).items()
}
_TRANSLATION: Final = str.maketrans(_TABLE)
_EDGE: Final = SPACES + INVISIBLE
_REMOVE_INVISIBLE: Final = str.maketrans(dict.fromkeys(INVISIBLE, ""))
_SURNAMES = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空"
    "闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生梁丘左丘东门西门第五"
)
DOUBLE_SURNAMES: Final = frozenset(_SURNAMES[i : i + 2] for i in range(0, len(_SURNAMES), 2))

PLACEHOLDERS: Final = frozenset(
    {"无", "暂无", "未知", "不详", "空", "测试", "某公司", "某某", "某某公司", "0", "1", "XX", "XXX", "XXXX"}
    | {"NULL", "NONE", "NAN", "N/A", "UNDEFINED", "TEST"}
)


def fold(name: str) -> str:
    """Return the form in which names are compared: width and brackets folded, spaces gone, letters in capitals."""
    return name.translate(_TRANSLATION)


def folds(values: pl.Expr) -> pl.Expr:
    """Return ``fold`` of a whole column."""
    return values.str.replace_many(list(_TABLE), list(_TABLE.values()))


def fold_column(series: pl.Series) -> pl.Series:
    """Return ``fold`` of a whole column; names without Latin letters, brackets or spaces are not touched."""
    return series.to_frame("v").select(folds(pl.col("v")).alias(series.name)).to_series()


def bigrams(name: str) -> tuple[str, ...]:
    """Return the neighbouring pairs of characters of the folded name: what the search index holds and asks for."""
    folded = fold(name)
    return tuple(folded[i : i + 2] for i in range(len(folded) - 1)) or ((folded,) if folded else ())


def looks_like_placeholder(name: str) -> bool:
    """Say whether the name was only typed to fill the cell: 无, 测试, ****, one character over and over."""
    folded = fold(name)
    return folded in PLACEHOLDERS or not re.search(r"\w", folded) or (len(folded) > 1 and len(set(folded)) == 1)


def compact(text: str) -> str:
    """Return the name as it is stored: trimmed, without invisible characters. Inner spaces belong to English names."""
    return text.strip(_EDGE).translate(_REMOVE_INVISIBLE)


def validate(text: str) -> str:
    """Return the compact name, or raise Malformed."""
    name = compact(text)
    if looks_like_placeholder(name):
        raise Malformed("name.placeholder", f"“{name}”不是主体名称")
    if re.fullmatch(r"[0-9A-Za-z]{15,20}", name) and re.search("[0-9]", name):
        raise Malformed("name.is-a-code", f"“{name}”是代码，不是名称")
    if fold(name).isdecimal():
        raise Malformed("name.only-digits", f"“{name}”只有数字")
    return name


def is_valid(text: str) -> bool:
    """Say whether the text can be a name."""
    try:
        validate(text)
    except Malformed:
        return False
    return True


def format(text: str) -> str:  # noqa: A001 - the contract of all identifiers
    """Return the name as it is printed."""
    return compact(text)


def mask(name: str) -> str:
    """Return a person's name as the public sees it: the surname and a star for each other character."""
    name = compact(name)
    surname = 2 if name[:2] in DOUBLE_SURNAMES and len(name) > 2 else 1
    return name[:surname] + "*" * max(len(name) - surname, 1) if name else ""


def _read(text: str) -> column.Reading:
    name = compact(text)
    try:
        validate(name)
    except Malformed as malformed:
        return column.Reading(name, malformed.code)
    return column.Reading(name, normalised=_repair(text))


def _repair(text: str) -> str | None:
    if compact(text) == text:
        return None
    return "invisible-removed" if any(c in INVISIBLE for c in text) else "trimmed"


# A name of Chinese characters and brackets that ends like a company or a centre needs no second look.
_PLAIN: Final = r"^[\u{4e00}-\u{9fff}（）()]*[\u{4e00}-\u{9fff}]{3}(?:公司|中心)$"


def _glance(series: pl.Series) -> column.Glance:
    return column.Glance(series.str.contains(_PLAIN).to_numpy())


def _compact(values: pl.Expr) -> pl.Expr:
    return values.str.strip_chars(_EDGE).str.replace_many(list(INVISIBLE), [""] * len(INVISIBLE))


def _repairs(values: pl.Expr) -> pl.Expr:
    return (
        pl.when(_compact(values) == values)
        .then(pl.lit(None, dtype=pl.String))
        .when(values.str.contains(f"[{re.escape(INVISIBLE)}]"))
        .then(pl.lit("invisible-removed"))
        .otherwise(pl.lit("trimmed"))
    )


WAY = column.Way(glance=_glance, read=_read, compact=_compact, repairs=_repairs)


def judge(series: pl.Series) -> pl.DataFrame:
    """Return value, reason, warning and normalised for a whole column."""
    return column.judge(series, WAY)
