"""Which keys a model file and the evidence file may have, and of what kind: unknown words are refused, never ignored."""

from __future__ import annotations

from types import MappingProxyType

from xinheng.core.policy.shape import ANY, DAY, FLAG, TABLE, TABLES, TEXT, TEXTS, WHOLE

MODEL = MappingProxyType(
    {
        "id": TEXT, "version": WHOLE, "zh": TEXT, "en": TEXT, "family": TEXT, "direction": TEXT, "status": TEXT,
        "authority": TEXT, "organ": TEXT, "kinds": TEXTS, "on_application": TEXTS, "divisions": TEXTS, "regions": TEXTS, "holding": TEXTS,
        "certainty": TEXT, "public": TEXTS, "notice_days": WHOLE, "bad_grades": TEXTS, "valid_months": WHOLE,
        "effective_from": DAY, "effective_to": DAY, "approved_by": TEXT, "approved_document": TEXT, "verified_on": DAY,
        "verify_every": WHOLE, "basis": TABLES, "card": TABLE, "dimension": TABLES, "indicator": TABLES, "cap": TABLES,
        "band": TABLES, "no_result": TABLES,
    }
)  # fmt: skip
MODEL_NEEDS = (
    "id", "version", "zh", "en", "family", "direction", "status", "authority", "organ", "kinds", "certainty", "basis",
    "card", "dimension", "indicator", "band",
)  # fmt: skip
BASIS = MappingProxyType(
    {"id": TEXT, "document": TEXT, "article": TEXT, "certainty": TEXT, "effective_from": DAY, "effective_to": DAY}
)
CARD = MappingProxyType({"purpose": TEXT, "used_by": TEXT, "human_role": TEXT, "limits": TEXT})
DIMENSION = MappingProxyType({"id": TEXT, "zh": TEXT, "en": TEXT, "start": WHOLE, "least": WHOLE, "most": WHOLE})
BAND = MappingProxyType({"grade": TEXT, "from": WHOLE, "zh": TEXT, "en": TEXT, "shared": TEXT, "points100": WHOLE})
TIME = MappingProxyType({"current": FLAG, "within_months": WHOLE, "ended_within_months": WHOLE, "due_years": WHOLE})
CAP = MappingProxyType(
    {
        "id": TEXT, "zh": TEXT, "en": TEXT, "at_best": TEXT, "take": TABLES, "indicator_levels": TABLE,
        "younger_than_months": WHOLE, "basis": TEXTS, "advice": TEXT, "advice_en": TEXT,
    }
)  # fmt: skip
CAP_TAKE = MappingProxyType({"of": TEXT, **TIME})
NO_RESULT = MappingProxyType(
    {
        "id": TEXT, "zh": TEXT, "en": TEXT, "younger_than_months": WHOLE, "states": TEXTS, "needs": TEXTS,
    }
)  # fmt: skip
_COMMON = {
    "id": TEXT, "dimension": TEXT, "zh": TEXT, "en": TEXT, "kind": TEXT, "basis": TEXTS, "certainty": TEXT,
    "enabled": FLAG, "off_because": TEXT, "advice": TEXT, "advice_en": TEXT, **TIME,
}  # fmt: skip
COMMON_NEEDS = ("id", "dimension", "zh", "en", "kind", "basis", "certainty")
INDICATOR = MappingProxyType(
    {
        "per_record": {**_COMMON, "of": TEXT, "points": WHOLE, "cap": WHOLE, "halves": FLAG},
        "level_sum": {**_COMMON, "of": TEXT, "levels": TABLE, "months": TABLE, "cap": WHOLE, "yields": TABLE},
        "flag": {**_COMMON, "of": ANY, "points": WHOLE},
        "levels": {**_COMMON, "of": TEXT, "pick": TEXT, "levels": TABLE},
        "states": {**_COMMON, "state": TABLES},
        "bins": {**_COMMON, "of": ANY, "measure": TEXT, "counted": TEXTS, "complete": FLAG, "bins": TABLES},
        "ratio": {**_COMMON, "good": TEXT, "all": TEXT, "least": WHOLE, "bins": TABLES},
    }
)
INDICATOR_NEEDS = MappingProxyType(
    {
        "per_record": ("of", "points"), "level_sum": ("of", "levels"), "flag": ("of", "points"),
        "levels": ("of", "pick", "levels"), "states": ("state",), "bins": ("of", "measure", "bins"),
        "ratio": ("good", "all", "bins"),
    }
)  # fmt: skip
STATE = MappingProxyType({"id": TEXT, "of": TEXT, "points": WHOLE, **TIME})
BIN = MappingProxyType(
    {"ge": WHOLE, "gt": WHOLE, "le": WHOLE, "lt": WHOLE, "eq": WHOLE, "points": WHOLE, "count": WHOLE}
)
EVIDENCE = MappingProxyType(
    {
        "id": TEXT, "zh": TEXT, "en": TEXT, "items": TEXTS, "awaits": TEXT, "counts": TEXT, "on": TEXT, "until": TEXT,
        "until_last": FLAG, "by_degree": FLAG, "by_trade": FLAG, "domain": FLAG, "level": TABLES, "value": TABLE,
        "fact": TEXTS, "leave_out": TABLES, "basis": TABLES, "verified_on": DAY, "verify_every": WHOLE,
    }
)  # fmt: skip
LEVEL = MappingProxyType({"id": TEXT, "zh": TEXT, "en": TEXT, "test": TABLES})
TEST = MappingProxyType({"field": TEXT, "is": TEXTS, "contains": TEXTS, "why": TEXT})
VALUE = MappingProxyType({"field": TEXT, "scale": WHOLE, "months_to": TEXT})
DOMAIN = MappingProxyType({"id": TEXT, "zh": TEXT, "en": TEXT, "organs": TEXTS})
TRADE_RISK = MappingProxyType({"level": TEXT, "divisions": TEXTS, "basis": TEXT, "certainty": TEXT})
