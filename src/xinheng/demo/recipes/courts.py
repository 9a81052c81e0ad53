"""What courts report: judgment debtors and bankruptcies of organisations (司法裁判及执行)."""

from __future__ import annotations

import polars as pl

from xinheng.demo.dice import plus_days
from xinheng.demo.draw import Draw
from xinheng.demo.fields import money
from xinheng.demo.recipes import rates
from xinheng.demo.recipes.recipe import Columns, Recipe

_COURTS = (
    "深圳市中级人民法院",
    "深圳市福田区人民法院",
    "深圳市南山区人民法院",
    "深圳市宝安区人民法院",
    "深圳市龙岗区人民法院",
)


def _debtor(draw: Draw) -> Columns:
    closed = draw.dice.chance(draw.n, rates.ENFORCED_CLOSED)
    end = plus_days(draw.day, draw.dice.whole(30, 180, draw.n))
    closed = closed & (end < draw.on)
    return {
        "case_no": draw.case_number("执"),
        "court": draw.dice.pick(_COURTS, draw.n),
        "filed_on": draw.day,
        "amount": money(draw.dice.skewed(20, 80_000, draw.n) * 100),
        "basis_no": draw.case_number("民初"),
        "closed_on": draw.only(closed, end),
        "closed_how": draw.only(closed, draw.dice.pick(("执行完毕", "终结本次执行程序", "和解"), draw.n)),
    }


def _dishonest(draw: Draw) -> Columns:
    published = plus_days(draw.day, draw.dice.whole(1, 6, draw.n))
    # Who performs is taken off within three working days (最高人民法院 2013 rules).
    end = plus_days(published, draw.dice.whole(20, 200, draw.n))
    gone = draw.dice.chance(draw.n, rates.LEFT) & (end < draw.on)
    return {
        "case_no": draw.case_number("执"),
        "court": draw.dice.pick(_COURTS, draw.n),
        "province": draw.text("广东"),
        "basis_no": draw.case_number("民初"),
        "basis_unit": draw.dice.pick(_COURTS, draw.n),
        "filed_on": draw.day,
        "published_on": published,
        "duty": "支付申请执行人货款" + (draw.dice.skewed(20, 9000, draw.n) * 100).cast(pl.String) + "元及利息",
        "performance": draw.choose("performance", {"全部未履行": 0.8, "部分履行": 0.2}),
        "conduct": draw.choose("conduct", {"违反财产报告制度": 0.6, "有履行能力而拒不履行": 0.4}),
        "removed_on": draw.only(gone, end),
        "removed_why": draw.only(gone, draw.text("已履行生效法律文书确定的义务")),
    }


def _government(draw: Draw) -> Columns:
    due = draw.dice.skewed(50, 30_000, draw.n) * 100
    cleared = draw.dice.chance(draw.n, 0.6)
    end = plus_days(draw.day, 90).clip(upper_bound=draw.on)
    return {
        "case_no": draw.case_number("执"),
        "court": draw.dice.pick(_COURTS, draw.n),
        "body_level": draw.choose("body_level", {"街道": 0.6, "区": 0.4}),
        "superior": "深圳市" + draw.party["district"] + "人民政府",
        "amount_due": money(due),
        "amount_paid": draw.where(cleared, money(due), "0.00"),
        "filed_on": draw.day,
        "plan": draw.text("列入年度预算，分两期履行"),
        "cleared_on": draw.only(cleared, end),
    }


def _bankrupt(draw: Draw) -> Columns:
    kind = draw.choose("kind", {"破产清算": 0.7, "重整": 0.25, "和解": 0.05})
    reorganised = kind == "重整"
    approved = plus_days(draw.day, 1 + draw.dice.whole(0, 6, draw.n))
    return {
        "case_no": draw.case_number("破申"),
        "court": draw.text("深圳市中级人民法院"),
        "kind": kind,
        "accepted_on": draw.day,
        "administrator": "深圳市" + draw.dice.pick(("衡律", "明允", "正言"), draw.n) + "律师事务所（示例）",
        "claims_deadline": plus_days(draw.day, 60),
        "state": draw.where(reorganised, "批准计划", draw.choose("state", {"公告债权申报": 0.6, "宣告破产": 0.4})),
        "plan_approved_on": draw.only(reorganised, approved),
        "plan_done_on": draw.text(None).cast(pl.Date),
    }


RECIPES = {
    "jud.enforcement": Recipe(per_thousand=rates.rows(rates.ENFORCED), fill=_debtor),
    "jud.dishonest": Recipe(per_thousand=rates.DISHONEST, fill=_dishonest),
    "jud.gov_dishonest": Recipe(per_thousand=0.5, fill=_government),
    "jud.bankr_abuse": Recipe(per_thousand=0.2, forms=("company",)),
    "jud.bankr_corp": Recipe(per_thousand=2.5, once=True, forms=("company",), fill=_bankrupt),
}
