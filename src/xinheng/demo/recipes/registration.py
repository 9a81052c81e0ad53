"""Registrations (登记注册): every organisation once with the body that registers it, then its changes and annual reports."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.demo.dice import plus_days
from xinheng.demo.draw import Draw
from xinheng.demo.organisations import trade_names
from xinheng.demo.recipes import duties, rates
from xinheng.demo.recipes.recipe import Columns, Recipe

_LEFT = {"歇业": 0.005, "注销": 0.02, "迁出": 0.005}
_STATES = {"存续": 1 - 0.03 - rates.REVOKED, "吊销未注销": rates.REVOKED, **_LEFT}
_TRADER_STATES = {
    "存续": 1 - 0.03,
    **_LEFT,
}  # the published count of revocations is of enterprises alone; a trader is cancelled


def _approved(draw: Draw) -> pl.Series:
    """The last approval: some day between foundation and a week ago."""
    age = draw.where(
        draw.party["established_on"] > draw.on, 0, (pl.lit(draw.on) - draw.party["established_on"]).dt.total_days()
    )
    share = pl.Series(draw.dice.random.random(draw.n))
    return plus_days(draw.party["established_on"], ((age - 8) * share).cast(pl.Int64))


def _enterprise(draw: Draw) -> Columns:
    party, form = draw.party, draw.party["form"]
    kinds = {
        "company": "有限责任公司（自然人投资或控股）",
        "partnership": "有限合伙企业",
        "branch": "有限责任公司分公司",
    }
    ent_type = form.replace_strict(kinds, default="农民专业合作社")
    ent_type = draw.where(party["name"].str.contains("股份有限公司"), "股份有限公司（非上市）", ent_type)
    return {
        "ent_type": ent_type,
        "reg_capital": party["capital_wan"].cast(pl.String),
        "currency": draw.choose(
            "currency", {"人民币": 0.97, "CNY": 0.97, "美元": 0.02, "USD": 0.02, "HKD": 0.01, "港元": 0.01}
        ),
        "established_on": party["established_on"],
        "term_from": party["established_on"],
        "term_to": draw.where(
            draw.dice.chance(draw.n, 0.7), pl.lit(date(2099, 12, 31)), plus_days(party["established_on"], 50 * 365)
        ),
        "approved_on": _approved(draw),
        "state": draw.choose("state", _STATES),
    }


def _trader(draw: Draw) -> Columns:
    return {
        "shop_name": draw.party["name"],
        "form": draw.choose("form", {"个人经营": 0.85, "家庭经营": 0.15}),
        "established_on": draw.party["established_on"],
        "state": draw.choose("state", _TRADER_STATES),
    }


def _institution(draw: Draw) -> Columns:
    start = draw.dice.workdays(date(draw.on.year - 3, 1, 1), date(draw.on.year, 6, 30), draw.n)
    return {
        "purpose": draw.text("承担公益服务职责，开展相关业务培训、研究和咨询"),
        "funding": draw.dice.pick(("财政补助收入", "财政补助、事业收入", "经营收入"), draw.n),
        "opening_fund": draw.party["capital_wan"].cast(pl.String),
        "sponsor": "深圳市"
        + draw.party["district"]
        + draw.dice.pick(("教育局", "卫生健康局", "文化广电旅游体育局"), draw.n),
        "cert_from": start,
        "cert_to": plus_days(start, 5 * 365),
        "state": draw.choose("state", {"正常": 0.98, "注销": 0.02}),
    }


def _social(draw: Draw) -> Columns:
    form = draw.party["form"]
    kinds = {"social_group": "社会团体", "social_service": "社会服务机构", "foundation": "基金会"}
    charity = (form == "foundation") | draw.dice.chance(draw.n, 0.1)
    return {
        "so_type": form.replace_strict(kinds),
        "business_unit": draw.only(draw.dice.chance(draw.n, 0.5), draw.organ["name"]),
        "is_charity": draw.where(charity, "是", "否"),
        "public_fundraising": draw.only(charity, draw.where(draw.dice.chance(draw.n, 0.4), "是", "否")),
        "purpose": draw.text("行业交流、公益服务、调查研究和承接政府委托事项"),
        "established_on": draw.party["established_on"],
        "state": draw.choose("state", {"正常": 0.97, "注销": 0.02, "撤销": 0.01}),
    }


def _organ(draw: Draw) -> Columns:
    return {
        "organ_type": draw.where(draw.party["name"].str.contains("街道办事处"), "派出机关", "政府部门所属机构"),
        "level": draw.choose("level", {"区": 0.5, "街道": 0.5}),
        "enforcement_subject": draw.where(draw.party["name"].str.contains("街道办事处"), "是", "否"),
        "state": draw.choose("state", {"正常": 1.0}),
    }


def _change(draw: Draw) -> Columns:
    kind = draw.choose("change_kind", {"变更": 0.9, "注销": 0.08, "吊销": 0.02})
    item = draw.dice.pick(("法定代表人变更", "住所变更", "注册资本变更", "经营范围变更"), draw.n, (3, 3, 1, 3))
    changed = kind == "变更"
    old_name = trade_names(draw.dice, draw.n)
    return {
        "change_kind": kind,
        "change_item": draw.only(changed, item),
        "before": draw.only(changed, "变更前登记内容（" + old_name + "）"),
        "after": draw.only(changed, "变更后登记内容（" + trade_names(draw.dice, draw.n) + "）"),
        "reason": draw.only(~changed, draw.where(kind == "吊销", "成立后无正当理由停业连续六个月以上", "决议解散")),
        "approved_on": draw.day,
    }


def _annual(draw: Draw) -> Columns:
    """The last three years an organisation owed a report for; a young one owes fewer."""
    return {
        "year": draw.party["year"].cast(pl.String),
        "filed_on": draw.day,
        "late": draw.where(draw.party["late"], "是", "否"),
        "operating_state": draw.dice.pick(("开业", "歇业", "清算"), draw.n, (0.96, 0.03, 0.01)),
        "contact": draw.party["address"],
        "websites": draw.text(None),
        "finance": draw.text(None),
    }


def _agency(draw: Draw) -> Columns:
    return {"service_kind": draw.choose("service_kind", {"咨询": 0.6, "培训": 0.4})}


RECIPES = {
    "reg.enterprise": Recipe(per_thousand=1000, once=True, fill=_enterprise),
    "reg.trader": Recipe(per_thousand=1000, once=True, fill=_trader),
    "reg.institution": Recipe(per_thousand=1000, once=True, fill=_institution),
    "reg.social_org": Recipe(per_thousand=1000, once=True, fill=_social),
    "reg.organ": Recipe(per_thousand=1000, once=True, forms=("organ",), fill=_organ),
    "reg.change": Recipe(per_thousand=180, fill=_change),
    "reg.annual": Recipe(parties=duties.reports, fill=_annual),
    "reg.credit_agency": Recipe(per_thousand=0.6, once=True, sections="LM", fill=_agency),
}
