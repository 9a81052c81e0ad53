"""Grades that other bodies give organisations (信用评价结果): tax, customs, environment, labour, food and more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

import polars as pl

from xinheng.demo.dice import day_before, plus_days
from xinheng.demo.draw import Draw
from xinheng.demo.recipes import duties, rates
from xinheng.demo.recipes.recipe import Columns, Recipe


def _customs_number(draw: Draw) -> pl.Series:
    return "4403" + draw.party["number"].cast(pl.String).str.zfill(6)


def _scale_since(draw: Draw) -> date:
    """The day from which the present scale of grades is used: no one is graded by it before."""
    codelist = draw.item.field("grade").codelist
    entries = draw.policy.codelists[codelist].entries if codelist is not None else ()
    return max((e.effective_from for e in entries if e.effective_from and e.in_force(draw.on)), default=date.min)


def _graded(weights: Mapping[str, float] = MappingProxyType({})) -> Callable[[Draw], Columns]:
    def fill(draw: Draw) -> Columns:
        graded = draw.dice.workdays(max(day_before(draw.on, 300), _scale_since(draw)), day_before(draw.on, 20), draw.n)
        grade = draw.party["grade"] if "grade" in draw.party.columns else draw.choose("grade", weights)
        certified = grade.is_in(["高级认证", "认证", "高级认证企业"])
        return {
            "year": draw.text(str(duties.last_graded(draw.on))),
            "grade": grade,
            "reason": draw.only(grade == "D", "有非正常户记录或者直接判为D级的情形"),
            "customs_reg": _customs_number(draw),
            "occurred_on": graded,
            "graded_on": graded,
            "cert_no": draw.only(certified, "AEOCN" + _customs_number(draw)),
            "published_on": graded,
            "assessed_on": graded,
            "valid_to": plus_days(graded, 730),
            "score": (60 + draw.dice.skewed(1, 40, draw.n)).cast(pl.String) + ".5",
            "period": draw.text(f"{draw.on.year}年第{(draw.on.month - 1) // 3 or 4}季度"),
            "cycle": draw.text(f"{draw.on.year}年第{(draw.on.month - 1) // 3 or 4}季度"),
            "licence_no": "JY1440300" + draw.party["number"].cast(pl.String).str.zfill(7),
        }

    return fill


_ABC = {"A": 0.45, "B": 0.5, "C": 0.05}
# Certified by customs: assumed.
_CUSTOMS = {
    "高级认证": 0.06,
    "认证": 0.05,
    "常规": 0.89 - rates.CUSTOMS_DISHONEST,
    "其他": 0.89 - rates.CUSTOMS_DISHONEST,
    "失信": rates.CUSTOMS_DISHONEST,
}

RECIPES = {
    "eva.tax": Recipe(parties=duties.tax_graded(), fill=_graded()),
    "eva.customs": Recipe(
        per_thousand=rates.CUSTOMS,
        once=True,
        sections="CFG",
        fill=_graded(_CUSTOMS),
    ),
    "eva.env": Recipe(per_thousand=rates.ENVIRONMENT, once=True, sections="CN", fill=_graded(rates.ENVIRONMENT_GRADES)),
    "eva.labour": Recipe(per_thousand=rates.LABOUR, once=True, fill=_graded(rates.LABOUR_GRADES)),
    "eva.fire": Recipe(per_thousand=30, once=True, fill=_graded(_ABC)),
    "eva.construction": Recipe(per_thousand=40, once=True, sections="EM", fill=_graded(_ABC)),
    "eva.food": Recipe(per_thousand=90, once=True, sections="FH", fill=_graded(_ABC)),
}
