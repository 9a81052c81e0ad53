"""Contracts and duties (合同履行、遵守法律法规情况): tenders, government contracts, arrears, product checks."""

from __future__ import annotations

import polars as pl

from xinheng.demo.dice import plus_days
from xinheng.demo.draw import Draw
from xinheng.demo.fields import money
from xinheng.demo.recipes import rates
from xinheng.demo.recipes.recipe import Columns, Recipe

_PROJECTS = ("办公设备采购项目", "道路养护工程", "信息系统运维服务", "物业服务采购项目", "学校修缮工程", "绿化管养服务")


def _contract(draw: Draw) -> Columns:
    day = draw.day
    state = draw.choose("state", {"履行中": 0.55, "履行完毕": 0.4, "迟延": 0.03, "违约": 0.02})
    broken = state == "违约"
    project = "深圳市" + draw.party["district"] + draw.dice.pick(_PROJECTS, draw.n)
    return {
        "contract_no": "HT" + day.dt.year().cast(pl.String) + draw.serial.cast(pl.String).str.zfill(6),
        "contract_name": project + "合同",
        "kind": draw.choose("kind", {"政府采购": 0.7, "工程建设": 0.3})
        if _is_code(draw, "kind")
        else draw.text("政府采购"),
        "gov_party": draw.organ["name"],
        "gov_code": draw.organ["code"],
        "counterparty": draw.party["name"],
        "counter_code": draw.party["code"],
        "signed_on": day,
        "amount": money(draw.dice.skewed(50, 90_000, draw.n) * 100),
        "due_on": plus_days(day, draw.dice.whole(90, 700, draw.n)),
        "state": state,
        "breach_party": draw.only(broken, "相对方"),
        "breach_cause": draw.only(broken, "其他"),
        "confirmed_by": draw.only(broken, draw.case_number("民初")),
        "overdue_pay": draw.text(None),
        "project_no": "SZZB" + day.dt.year().cast(pl.String) + draw.serial.cast(pl.String).str.zfill(6),
        "project": project,
        "award_on": day,
    }


def _is_code(draw: Draw, name: str) -> bool:
    spec = draw.item.by_name.get(name)
    return spec is not None and spec.codelist is not None


def _tax_arrears(draw: Draw) -> Columns:
    period = draw.dice.skewed(10, 20_000, draw.n) * 100
    return {
        "period_balance": money(period),
        "total_balance": money(period + draw.dice.skewed(0, 4000, draw.n) * 100),
    }


def _social_insurance(draw: Draw) -> Columns:
    months = draw.dice.whole(1, 6, draw.n)
    monthly = draw.dice.skewed(5, 900, draw.n) * 100
    return {
        "month": draw.day.dt.offset_by("-1mo").dt.strftime("%Y-%m"),
        "months": months,
        "amount_month": money(monthly),
        "amount_total": money(monthly * months),
        "repaid": draw.where(draw.dice.chance(draw.n, 0.4), "是", "否"),
    }


def _housing_fund(draw: Draw) -> Columns:
    start = draw.day.dt.offset_by("-4mo").dt.month_start()
    people = draw.dice.skewed(1, 80, draw.n)
    return {
        "account": "GJJ" + draw.party["number"].cast(pl.String).str.zfill(8),
        "from": start.dt.strftime("%Y-%m"),
        "to": start.dt.offset_by("3mo").dt.strftime("%Y-%m"),
        "people": people,
        "amount": money(people * 2400),
        "approved_deferral": draw.text("否"),
    }


def _hazard(draw: Draw) -> Columns:
    mend = plus_days(draw.day, draw.dice.whole(15, 60, draw.n))
    done = draw.dice.chance(draw.n, 0.7) & (mend < draw.on)
    return {
        "hazard": draw.dice.pick(("自动消防设施瘫痪", "擅自改变防火分区", "疏散楼梯被封堵"), draw.n),
        "found_on": draw.day,
        "correct_by": mend,
        "cleared_on": draw.only(done, mend),
    }


def _quality(draw: Draw) -> Columns:
    result = draw.choose("result", {"合格": 0.93, "不合格": 0.07})
    return {
        "kind": draw.choose("kind", {"产品抽查": 0.7, "计量": 0.15, "认证认可": 0.1, "检验检测": 0.05}),
        "object": draw.dice.pick(
            ("移动电源", "儿童玩具", "食品接触用塑料制品", "电线电缆", "加油机", "电子计价秤"), draw.n
        ),
        "tested_on": draw.day,
        "result": result,
        "defect": draw.only(result == "不合格", "标志和说明书、输入输出参数项目不合格"),
        "retest": draw.text(None),
    }


def _disclosure(draw: Draw) -> Columns:
    told = draw.dice.chance(draw.n, 0.96)
    year = draw.on.year - 1
    day = draw.dice.days(draw.on.replace(month=1, day=5), draw.on.replace(month=3, day=15), draw.n).clip(
        upper_bound=draw.on
    )
    return {
        "year": draw.text(str(year)),
        "obliged_kind": draw.text("重点排污单位"),
        "disclosed": draw.where(told, "是", "否"),
        "occurred_on": day,
        "disclosed_on": draw.only(told, day),
    }


RECIPES = {
    "con.gov": Recipe(per_thousand=40, fill=_contract),
    "con.gov_breach": Recipe(per_thousand=0.3),
    "con.tender": Recipe(per_thousand=35, sections="CEFIMN", fill=_contract),
    "cmp.tax_arrears": Recipe(per_thousand=20, once=True, fill=_tax_arrears),
    "cmp.si_arrears": Recipe(per_thousand=16, once=True, fill=_social_insurance),
    "cmp.hf_arrears": Recipe(per_thousand=8, once=True, fill=_housing_fund),
    "cmp.wage": Recipe(per_thousand=rates.rows(rates.UNPAID_WAGES)),
    "cmp.env_disclosure": Recipe(per_thousand=12, once=True, sections="C", fill=_disclosure),
    "cmp.fire_hazard": Recipe(per_thousand=4, fill=_hazard),
    "cmp.research": Recipe(per_thousand=0.2, sections="CIM"),
    "cmp.tender_conduct": Recipe(per_thousand=0.6, sections="CEIM"),
    "cmp.quality": Recipe(per_thousand=60, sections="CF", fill=_quality),
}
