"""What identifies a person is taken out of free text before it is shown (深圳经济特区社会信用条例第三十八条).

Found by shape: numbers of citizens' cards, phones, bank cards, e-mail addresses, number plates, and addresses after a
word that announces one. Names of other persons cannot be found by shape: they are the provider's to leave out. Codes of
organisations, decision numbers and amounts stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import polars as pl

from xinheng.core.identifiers import citizen_id, uscc

_D = "[0-9０-９]"
_BEFORE, _AFTER = "(?<![0-9０-９A-Za-z])", "(?![0-9０-９A-Za-z])"
_WIDTH: Final = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789XX")
_PLATE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"

CITIZEN, PHONE, ACCOUNT, MAIL, PLATE, ADDRESS = "身份证号", "电话", "银行账号", "邮箱", "车牌号", "住址"
_SHAPES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (MAIL, re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
    (
        CITIZEN,
        re.compile(
            rf"{_BEFORE}{_D}{{6}}[ -]?(?:18|19|20|１８|１９|２０){_D}{{2}}[0-1０１]{_D}[0-3０-３]{_D}[ -]?{_D}{{3}}[0-9０-９XxＸｘ]{_AFTER}"
        ),
    ),
    (CITIZEN, re.compile(rf"(?:身份证|身份号码|证件号)[^0-9０-９，。；]{{0,8}}?({_D}{{15}}){_AFTER}")),
    (
        ACCOUNT,
        re.compile(rf"{_BEFORE}(?<!第){_D}{{4}}(?:[ -]?{_D}{{4}}){{3}}(?:[ -]?{_D}{{1,3}})?{_AFTER}(?!号|元|万元)"),
    ),
    (ACCOUNT, re.compile(rf"(?:账号|账户|帐号|卡号)[^0-9０-９，。；]{{0,6}}?({_D}(?:[ -]?{_D}){{7,24}})")),
    (PHONE, re.compile(rf"{_BEFORE}(?:(?:\+|00)?86[- ]?)?1[3-9]{_D}(?:[- ]?{_D}{{4}}){{2}}{_AFTER}(?!元|号)")),
    (PHONE, re.compile(rf"{_BEFORE}0{_D}{{2,3}}[-－ ]{_D}{{7,8}}{_AFTER}")),
    (PHONE, re.compile(rf"(?:电话|手机|联系方式)[^0-9０-９，。；]{{0,6}}?({_D}(?:[ -]?{_D}){{6,12}})")),
    (PLATE, re.compile(rf"{_PLATE}[A-HJ-NP-Z][·• ]?[A-HJ-NP-Z0-9]{{5,6}}{_AFTER}")),
    (
        ADDRESS,
        re.compile(
            r"(?:家庭住址|家庭地址|户籍地址|户籍所在地|现住址|居住地址|居住在|住址|家住|现住|(?<=，)住)[：: ]?([^，。；;、\n（）()]{4,60})"
        ),
    ),
)
_LONG_NUMBER: Final = re.compile(rf"{_BEFORE}{_D}{{17}}[0-9０-９XxＸｘ](?:{_D}{{2}})?{_AFTER}")
# One expression finds every cell worth a second look: eight digits in a row however written, an @, or a telling word.
_SUSPECT: Final = rf"(?:{_D}[ -]?){{7}}|@|住|户籍|{_PLATE}[A-Z]"
_SHORTEST_NUMBER: Final = 18
_SUSPECTED: Final = re.compile(_SUSPECT)


def _mark(kind: str) -> str:
    return f"【{kind}已隐去】"


def _replacer(kind: str) -> Callable[[re.Match[str]], str]:
    def replace(match: re.Match[str]) -> str:
        text = match[0]
        if kind in (CITIZEN, ACCOUNT) and uscc.is_valid(text.translate(_WIDTH)):
            return text  # an organisation's code may be all digits
        if match.re.groups == 0:
            return _mark(kind)
        at, end = match.start(1) - match.start(), match.end(1) - match.start()
        return text[:at] + _mark(kind) + text[end:]

    return replace


_REPLACERS: Final = tuple((shape, _replacer(kind)) for kind, shape in _SHAPES)


def redact(text: str) -> str:
    """Return the text with what identifies a person replaced by a mark that says what was there."""
    if not _SUSPECTED.search(text):
        return text
    for shape, replacer in _REPLACERS:
        text = shape.sub(replacer, text)
    return text


def hide_citizen_numbers(text: str) -> str:
    """Return a code or title without a citizen's number in it: old tax numbers of traders held one.

    Only numbers that pass the check of GB 11643 go; a permit may well have eighteen digits.
    """
    if len(text) < _SHORTEST_NUMBER:
        return text
    return _LONG_NUMBER.sub(lambda m: _mark(CITIZEN) if citizen_id.is_valid(m[0][:18]) else m[0], text)


def redact_column(series: pl.Series) -> pl.Series:
    """Return ``redact`` of a whole column; only cells that could hold anything are read."""
    suspect = series.str.contains(_SUSPECT).fill_null(False)
    if not suspect.any():
        return series
    texts = series.filter(suspect)
    distinct = texts.unique()
    table = pl.DataFrame(
        {"t": distinct, "r": [redact(text) for text in distinct]}, schema={"t": pl.String, "r": pl.String}
    )
    redacted = texts.to_frame("t").join(table, on="t", how="left", maintain_order="left").get_column("r")
    return series.clone().scatter(suspect.arg_true(), redacted)
