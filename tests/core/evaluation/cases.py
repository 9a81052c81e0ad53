"""The published test vectors as evidence, and small makers of evidence, methods and engines for the tests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from xinheng.core.calendar.months import add_months
from xinheng.core.evaluation import city, plain
from xinheng.core.evaluation.columns import SUBJECTS, CodeBook, frame_of, word_of
from xinheng.core.evaluation.evidence import Evidence
from xinheng.core.evaluation.loading import models_of
from xinheng.core.evaluation.method import Method
from xinheng.core.evaluation.model import Model
from xinheng.core.evaluation.organisations import Organisation, OrganisationKind
from xinheng.core.evaluation.planning import plan
from xinheng.core.evaluation.result import Result
from xinheng.core.evaluation.words_of_evidence import vocabulary_of
from xinheng.core.policy import default_policy

ON = date(2026, 11, 25)
VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
ORGANISATION = Organisation(code=None, kind=OrganisationKind.ENTERPRISE)


@cache
def model(name: str) -> Model:
    return next(m for m in models_of(default_policy()) if m.id == name)


@cache
def method(name: str, off: tuple[str, ...] = ()) -> Method:
    """The model with every indicator on, but for those named: vectors test arithmetic, not the catalogue."""
    found = model(name)
    default = {i.id: i.off_because for i in found.indicators if not i.enabled}
    return Method(
        model=found,
        kinds=vocabulary_of(default_policy()).kinds,
        off=MappingProxyType(default | dict.fromkeys(off, "test")),
    )


def ago(months: int) -> date:
    return add_months(ON, -months)


def one(kind: str, **more: Any) -> Evidence:
    return Evidence(**{"kind": kind, "on": ago(1), **more})


def registered(months: int, level: str = "existing") -> Evidence:
    return one("registration", level=level, on=ago(months))


class _Made:
    """Evidence for one vector, with a record number each."""

    def __init__(self) -> None:
        self.evidence: list[Evidence] = []

    def add(self, kind: str, **more: Any) -> None:
        self.evidence.append(one(kind, **{"record": len(self.evidence) + 1, **more}))


def evidence_of(vector: dict[str, Any]) -> list[Evidence]:
    """Turn the indicator inputs of a vector into records that give exactly these inputs."""
    made, told = _Made(), vector["input"]
    if told.get("unrated") == "N01":
        made.add("registration", level="existing", on=ago(3))
        return made.evidence
    years = next((told[name] for name in ("R01", "F1-01") if name in told), 0.7)
    made.add("registration", level="existing", on=ago(round(float(years) * 12)))
    for name, value in told.items():
        _indicator(made, name, value)
    for cap in (*told.get("caps", ()), *told.get("overrides", ())):
        if cap in ("V01", "O01"):  # the others follow from the records above
            made.add("serious_list", on=ago(2))
    return made.evidence


_LEVEL_OF = {"L01": "serious", "L02": "general", "L03": "minor"}
_GRADES = {"S01": "tax_grade", "S02": "customs_grade", "H01": "award", "F1-02": "trade", "F2-07": "equity"}
_COUNTS = {
    "F5-01": ("complaint", "handled"),
    "F5-02": ("complaint", "overdue"),
    "F2-01": ("change", "legal_rep"),
    "F2-02": ("change", "address"),
}


def _indicator(made: _Made, name: str, value: Any) -> None:
    if name in _LEVEL_OF:
        for told in value:
            if told.get("state") is None:  # repaired, revoked, withdrawn ones are no evidence at all
                made.add("penalty", level=_LEVEL_OF[name], on=ago(told["age"]))
    elif name in ("F3-02", "F3-03"):
        for told in value:
            kind = "penalty" if name == "F3-02" else "inspection"
            made.add(kind, level=told["level"], on=ago(told["age"]))
    elif name == "F3-04":
        for told in value:
            made.add("quality_sample", level="failed", on=ago(told["age"]))
    elif name in _GRADES:
        made.add(_GRADES[name], level=value)
    elif name in ("L04", "F3-01"):
        made.add("abnormal", level="listed")
    elif name == "P01":
        for n in range(value[1]):
            made.add("pledge_check", level="kept" if n < value[0] else "broken", until=ago(0))
    elif name == "P04":
        made.add("tax_arrears", value=value * 100)
    elif name == "R02":
        for n in range(3):
            made.add("annual_report", level="on_time" if n < value else "late", value=2025 - n)
    elif name == "F2-03":
        for n in range(value):
            made.add("annual_report", level="late", value=2025 - n)
    elif name == "F2-04":
        made.add("false_disclosure", level="found")
    elif name in _COUNTS:
        kind, level = _COUNTS[name]
        already = sum(1 for e in made.evidence if e.kind == kind) if kind == "complaint" else 0
        for _ in range(max(value - (already if name == "F5-01" else 0), 0)):
            made.add(kind, level=level)


def book_of(*evidence: Evidence) -> CodeBook:
    return CodeBook().extended(word_of(e) for e in evidence)


def by_plain(method_: Method, evidence: list[Evidence], on: date = ON) -> Result:
    return plain.evaluate(method_, ORGANISATION, evidence, on=on)


def subjects_frame(organisations: Sequence[Organisation]) -> pl.DataFrame:
    rows = [(n, o.kind.value, o.division, o.region, o.applied) for n, o in enumerate(organisations)]
    return pl.DataFrame(rows, schema=SUBJECTS, orient="row")


def by_kernel(
    method_: Method, cases: list[list[Evidence]], on: date = ON, who: Sequence[Organisation] | None = None
) -> pl.DataFrame:
    """Evaluate many organisations at once with the kernel; each fact once, as the lake holds it."""
    rows, book = lake_of(method_, cases)
    subjects = subjects_frame(who or [ORGANISATION] * len(cases))
    return city.Local.of(plan(method_, on), book).evaluate(rows, subjects)


def by_polars(
    method_: Method, cases: list[list[Evidence]], on: date = ON, who: Sequence[Organisation] | None = None
) -> pl.DataFrame:
    rows, book = lake_of(method_, cases)
    subjects = subjects_frame(who or [ORGANISATION] * len(cases)).lazy()
    return city.evaluate_with_polars(rows.lazy(), subjects, plan(method_, on), book).collect()


def lake_of(method_: Method, cases: list[list[Evidence]]) -> tuple[pl.DataFrame, CodeBook]:
    once = [plain.one_of_each_fact(method_, case)[0] for case in cases]
    book = book_of(*(e for case in once for e in case))
    return frame_of([(n, e) for n, case in enumerate(once) for e in case], book), book


def as_row(method_: Method, result: Result) -> dict[str, int | None]:
    """Write a plain result the way engines write theirs."""
    made = plan(method_, result.on)
    if result.score is None:
        rules = [name for name, _ in made.no_results]
        empty = dict.fromkeys(made.columns()[1:])
        return {**empty, "no_result": rules.index(result.no_result) + 1}
    fired = {cap.cap for cap in result.caps}
    grades = method_.model.grades
    return {
        "score": result.score,
        "place": grades.index(result.grade),
        "place_by_points": grades.index(result.band),
        "no_result": 0,
        "caps": sum(1 << n for n, cap in enumerate(made.caps) if cap.id in fired),
        "contested": result.contested,
        **{f"d_{d.dimension}": d.total for d in result.dimensions},
        **{f"p_{c.indicator}": c.points for c in result.contributions},
    }


__all__ = [
    "ON",
    "VECTORS",
    "ago",
    "as_row",
    "by_kernel",
    "by_plain",
    "by_polars",
    "evidence_of",
    "method",
    "one",
    "timedelta",
]
