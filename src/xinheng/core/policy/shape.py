"""What keys a policy table may have and what stands under them: an unknown key is refused, not passed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from xinheng.core.policy.errors import Problems

TEXT, TEXTS, WHOLE, WHOLES, FLAG, DAY, TABLE, TABLES, ANY = (
    "text", "list of text", "whole number", "list of whole numbers", "true or false", "date", "table",
    "list of tables", "anything",
)  # fmt: skip
_CHINESE = {
    TEXT: "文字", TEXTS: "文字列表", WHOLE: "整数", WHOLES: "整数列表", FLAG: "true 或 false", DAY: "日期", TABLE: "表",
    TABLES: "表的列表",
}  # fmt: skip

BASIS = MappingProxyType(
    {"document": TEXT, "article": TEXT, "certainty": TEXT, "effective_from": DAY, "effective_to": DAY}
)
ENTRY = MappingProxyType(
    {"code": TEXT, "label": TEXT, "en": TEXT, "aliases": TEXTS, "effective_from": DAY, "effective_to": DAY}
)
FIELD = MappingProxyType(
    {
        "name": TEXT, "zh": TEXT, "en": TEXT, "code": TEXT, "type": TEXT, "required": TEXT, "max_length": WHOLE,
        "codelist": TEXT, "unit": TEXT, "scale": WHOLE, "aliases": TEXTS, "older_codes": TEXTS, "privacy": TEXT,
        "open_ended": FLAG, "before": TEXT, "past": FLAG, "rule": TEXT, "example": TEXT, "required_when": TABLE,
        "fill_from": TEXT, "currency_into": TEXT,
        "place": TEXT, "privacy_trader": TEXT,
    }
)  # fmt: skip
ITEM = MappingProxyType(
    {
        "id": TEXT, "zh": TEXT, "en": TEXT, "class": TEXT, "layer": TEXT, "kinds": TEXTS, "behaviour": TEXT,
        "sources": TEXTS, "channel": TEXT, "frequency": TEXT, "deadline_working_days": WHOLE, "share": TEXT,
        "share_scope": TEXTS, "publish": TEXT, "publish_person": TEXT, "publication_rule": TEXT, "retention": TEXT,
        "polarity": TEXT, "score_use": FLAG, "storage": TEXT, "plan": WHOLES, "basis": TABLES, "status": TEXT,
        "inactive_because": TEXT, "governing": TEXT, "title": TEXT, "closing": TEXT, "identity": TEXTS, "field": TABLES,
        "checks": TEXTS, "ambiguous": TABLE, "unit_hint": TEXT, "standard": ANY, "examples": TABLE, "effective_from": DAY,
        "effective_to": DAY, "verified_on": DAY, "verify_every": WHOLE,
    }
)  # fmt: skip
CODELIST = MappingProxyType(
    {
        "id": TEXT, "zh": TEXT, "basis": TABLE, "closed": FLAG, "suffix_labels": TEXTS, "labels_repeat": FLAG,
        "entries": ANY, "entries_from": TEXT, "extends": FLAG, "verified_on": DAY, "verify_every": WHOLE,
    }
)  # fmt: skip


def _fits(value: Any, kind: str) -> bool:
    if kind == TEXT:
        return isinstance(value, str)
    if kind == FLAG:
        return isinstance(value, bool)
    if kind == WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == DAY:
        return isinstance(value, date) and not isinstance(value, datetime)
    if kind == TABLE:
        return isinstance(value, dict)
    if kind == ANY:
        return True
    each = {TEXTS: TEXT, WHOLES: WHOLE, TABLES: TABLE}[kind]
    return isinstance(value, list) and all(_fits(one, each) for one in value)


def conforms(
    table: Mapping[str, Any], shape: Mapping[str, str], needed: Iterable[str], path: str, where: str, problems: Problems
) -> bool:
    """Say whether a table has only known keys of the right kind and lacks none that is needed."""
    before = len(problems.found)
    for key, value in table.items():
        if key not in shape:
            problems.add(path, f"{where}.{key}", "key.unknown", f"unknown key {key}", f"没有“{key}”这个键，请检查拼写")
        elif not _fits(value, shape[key]):
            kind = shape[key]
            problems.add(
                path,
                f"{where}.{key}",
                "key.wrong-kind",
                f"{key} must be a {kind}, not {value!r}",
                f"“{key}”应是{_CHINESE[kind]}",
            )
    for key in needed:
        if table.get(key) in (None, "", [], {}):
            problems.add(path, f"{where}.{key}", "key.missing", f"{key} is missing", f"缺少“{key}”")
    return len(problems.found) == before


def one_of(value: str, allowed: frozenset[str], path: str, where: str, problems: Problems) -> bool:
    """Say whether a word is one of those allowed."""
    if value in allowed:
        return True
    options = sorted(allowed)
    problems.add(
        path,
        where,
        "value.unknown",
        f"{value!r} is none of {', '.join(options)}",
        f"“{value}”不是可用的值（可用：{'、'.join(options)}）",
    )
    return False
