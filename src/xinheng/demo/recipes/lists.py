"""Abnormal directories and lists of serious dishonesty (异常名录、严重失信主体名单)."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from xinheng.demo.dice import plus_days
from xinheng.demo.draw import Draw
from xinheng.demo.fields import money
from xinheng.demo.recipes import duties, rates
from xinheng.demo.recipes.recipe import Columns, Recipe


def _abnormal(start: str, end: str, reason: str | None) -> Callable[[Draw], Columns]:
    """An abnormal directory: in on a day, for most out again once it is cured."""

    def fill(draw: Draw) -> Columns:
        if "off" in draw.party.columns:
            off = draw.party["off"]
        else:
            out = plus_days(draw.day, draw.dice.whole(20, 200, draw.n))
            off = draw.only(draw.dice.chance(draw.n, rates.LEFT) & (out <= draw.on), out)
        cured = off.is_not_null()
        columns = {
            start: draw.day,
            end: off,
            "listed_doc": draw.doc_number("市监异列"),
            "removed_reason": draw.only(cured, "已依法履行公示义务并申请移出"),
            "remove_organ": draw.only(cured, draw.organ["name"]),
            "correct_by": plus_days(draw.day, 30),
        }
        if "reason" in draw.party.columns:
            columns["reason"] = draw.party["reason"]
        elif reason is not None:
            columns["reason"] = draw.text(reason)
        return columns

    return fill


_FACTS = {
    "list.market": "生产经营不符合食品安全标准的食品，情节严重，被处以较重行政处罚",
    "list.wage": "克扣、无故拖欠农民工工资达到数额较大标准，经责令限期支付逾期未支付",
    "list.social_ins": "未按规定缴纳社会保险费，经责令限期缴纳逾期仍不缴纳",
    "list.tax": "虚开增值税专用发票，税务机关已作出处理、处罚决定",
    "list.safety": "发生较大生产安全事故并负有责任，被依法处罚",
    "list.customs": "走私或者违反海关监管规定，被认定为失信企业",
    "list.procurement": "提供虚假材料谋取中标，被列入不良行为记录名单",
    "list.ip": "提交非正常专利申请经核实后拒不撤回",
    "list.social_org": "连续两年未接受年度检查且无法通过登记住所联系",
    "list.research": "在申报材料中伪造实验数据，经调查属实",
}


def _listed(draw: Draw) -> Columns:
    listed = draw.day
    facts = _FACTS.get(draw.item.id, "存在严重失信情形，经依法告知后认定")
    return {
        "tier": draw.choose("tier", {"全国": 0.9, "广东": 0.1}),
        "doc_no": draw.doc_number("失信认"),
        "facts": draw.text(facts),
        "content": draw.text("列入严重失信主体名单，依法实施管理措施"),
        "notified_on": plus_days(listed, -draw.dice.whole(10, 40, draw.n)),
        "listed_on": listed,
        "term_to": plus_days(listed, 3 * 365),
        "co_listed": draw.text(None),
        "state": draw.choose("state", {"已列入": 1.0}),
        "removed_on": draw.text(None).cast(pl.Date),
        "removed_reason": draw.text(None),
        "amount": money(draw.dice.skewed(100, 9000, draw.n) * 100),
        "workers": draw.dice.skewed(10, 90, draw.n),
        "order_no": draw.doc_number("人社监令"),
        "responsible": draw.text(None),
        "customs_reg": "4403" + draw.serial.cast(pl.String).str.zfill(6),
        "ban_from": listed,
        "ban_to": plus_days(listed, 365 + 200),
        "list_name": draw.text("严重失信主体名单"),
        "accident": draw.text("高处坠落较大事故，经调查认定负有主要责任"),
    }


RECIPES = {
    "abn.enterprise": Recipe(parties=duties.unreported, fill=_abnormal("listed_on", "removed_on", None)),
    "abn.trader": Recipe(parties=duties.unreported, fill=_abnormal("marked_on", "restored_on", None)),
    "abn.social_org": Recipe(
        per_thousand=1.2, fill=_abnormal("listed_on", "removed_on", "未按规定时限和要求报送年度工作报告")
    ),
    "abn.charity": Recipe(
        per_thousand=0.3, forms=("foundation",), fill=_abnormal("listed_on", "removed_on", "未按规定公开募捐情况")
    ),
    "abn.tax": Recipe(
        parties=duties.tax_graded("D"), fill=_abnormal("identified_on", "lifted_on", "逾期未申报，经实地检查查无下落")
    ),
    # The market's list stands beside the tax authority's, the greater of the two whose count is known.
    "list.market": Recipe(per_thousand=rates.TAX_LIST, fill=_listed),
    "list.tax": Recipe(per_thousand=rates.TAX_LIST, fill=_listed),
    "list.customs": Recipe(per_thousand=rates.CUSTOMS_LIST, fill=_listed),
    "list.wage": Recipe(per_thousand=rates.UNCOUNTED, forms=("company",), fill=_listed),
    "list.social_ins": Recipe(per_thousand=rates.UNCOUNTED, fill=_listed),
    "list.safety": Recipe(per_thousand=rates.UNCOUNTED, fill=_listed),
    "list.procurement": Recipe(per_thousand=rates.UNCOUNTED, fill=_listed),
    "list.research": Recipe(per_thousand=rates.UNCOUNTED, fill=_listed),
    "list.ip": Recipe(per_thousand=rates.UNCOUNTED, fill=_listed),
    "list.social_org": Recipe(per_thousand=rates.UNCOUNTED, fill=_listed),
    "list.other": Recipe(per_thousand=rates.UNCOUNTED, fill=_listed),
}
