"""Documents of persons other than the citizen's card: passports, travel permits, residence permits.

Their formats change, so a number that does not look right is a warning. Only the 18-character numbers, which have a
check character, are refused. Like citizens' numbers they are checked and masked, never kept outside the sealed store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from xinheng.core.identifiers import citizen_id, column
from xinheng.core.identifiers.folding import compact_code, compact_codes, repair_of_code, repairs_of_codes
from xinheng.core.identifiers.malformed import Malformed


@dataclass(frozen=True, slots=True)
class Document:
    """One kind of document, by its code in the GA/T 517 family."""

    code: str
    zh: str
    pattern: str = r".{1,64}"
    checked: bool = False  # carries the check of GB 11643: a wrong number is refused


DOCUMENTS: Final = {
    d.code: d
    for d in (
        Document("111", "居民身份证", checked=True),
        Document("112", "临时居民身份证", checked=True),
        Document("113", "户口簿", checked=True),
        Document("114", "军官证", r".{1,20}"),
        Document("123", "警官证", r".{1,20}"),
        Document("154", "居住证", checked=True),
        Document("411", "外交护照", r"D[A-Z0-9]?[0-9]{7}"),
        Document("412", "公务护照", r"S[A-Z0-9]?[0-9]{7}"),
        Document("413", "公务普通护照", r"P[A-Z0-9]?[0-9]{7}"),
        Document("414", "普通护照", r"[A-Z0-9]{5,17}"),
        Document("511", "台湾居民来往大陆通行证", r"[0-9]{8}|[0-9]{10}[A-Z]?"),
        Document("513", "往来港澳通行证", r"C[A-Z0-9][0-9]{7}"),
        Document("516", "港澳居民来往内地通行证", r"[HM][0-9]{8}(?:[0-9]{2})?"),
        Document("553", "外国人永久居留身份证", r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]"),
        Document("099", "其他"),
    )
}
# The texts of the 2018 field standard.
BY_LABEL: Final = {d.zh: d for d in DOCUMENTS.values()} | {"身份证": DOCUMENTS["111"], "护照号": DOCUMENTS["414"]}


def document_of(label_or_code: str) -> Document:
    """Return the kind of document named in a cell: a code, a label, or 其他-…; unknown ones are 其他."""
    text = label_or_code.strip()
    return DOCUMENTS.get(text) or BY_LABEL.get(text) or DOCUMENTS["099"]


def compact(text: str) -> str:
    """Return the number in capitals without spaces, hyphens or invisible characters."""
    return compact_code(text)


def validate(text: str, kind: str = "099") -> str:
    """Return the compact number, or raise Malformed; doubts about a format are not errors, see ``warning_of``."""
    document = document_of(kind)
    number = compact(text)
    if not number:
        raise Malformed("person-doc.empty", "只有空格或不可见字符")
    if document.checked:
        return citizen_id.validate(number)
    if len(number) > 64:
        raise Malformed("person-doc.too-long", "超过 64 个字符")
    return number


def warning_of(number: str, kind: str) -> str | None:
    """Return the doubt about a compact number: it does not look like numbers of this document."""
    document = document_of(kind)
    if document.checked:
        return None
    if not re.fullmatch(document.pattern, number):
        return "person-doc.format-doubtful"
    if document.code == "553" and len(number) == 18:
        return None if number[17] == citizen_id.check_character(number[:17]) else "person-doc.format-doubtful"
    return None


def is_valid(text: str, kind: str = "099") -> bool:
    """Say whether the number can stand."""
    try:
        validate(text, kind)
    except Malformed:
        return False
    return True


def format(text: str) -> str:  # noqa: A001 - the contract of all identifiers
    """Return the number as it is printed, for the holder alone."""
    return compact(text)


def mask(text: str) -> str:
    """Return the number with only the first and the last character to be seen."""
    number = compact(text)
    return number[:1] + "*" * max(len(number) - 2, 1) + number[-1:] if len(number) > 2 else "***"


def judge(series: pl.Series, kind: str = "099") -> pl.DataFrame:
    """Return value, reason, warning and normalised for a whole column of one kind of document."""
    if document_of(kind).checked:
        return citizen_id.judge(series)
    way = column.Way(
        glance=_nothing_at_a_glance, read=lambda t: _read(t, kind), compact=compact_codes, repairs=repairs_of_codes
    )
    return column.judge(series, way)


def _nothing_at_a_glance(series: pl.Series) -> column.Glance:
    """These columns are short: every distinct value is read."""
    return column.Glance(np.zeros(len(series), dtype=np.bool_))


def _read(text: str, kind: str) -> column.Reading:
    number = compact(text)
    try:
        validate(number, kind)
    except Malformed as malformed:
        return column.Reading(number, malformed.code)
    return column.Reading(number, warning=warning_of(number, kind), normalised=repair_of_code(text))
