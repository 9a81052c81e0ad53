"""Honours, and what organisations promise (荣誉、信用承诺)."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.demo.dice import plus_days
from xinheng.demo.draw import Draw
from xinheng.demo.organisations import trade_names
from xinheng.demo.recipes import duties, rates
from xinheng.demo.recipes.recipe import Columns, Recipe

_AWARDS = (
    "诚信经营示范企业",
    "科技进步奖",
    "工人先锋号",
    "和谐劳动关系企业",
    "慈善捐赠突出贡献单位",
    "绿色工厂",
    "专利优秀奖",
)
_LEVELS = {"区级": 0.5, "市级": 0.4, "省部级": 0.09, "国家级": 0.01}
_MATTERS = (
    "食品经营许可（新办）",
    "公共场所卫生许可",
    "道路普通货物运输经营许可",
    "人力资源服务许可",
    "户外广告设施设置",
    "建筑业企业资质延续",
)
_PROMISE = "本单位知晓办理条件，承诺所提交材料真实有效，自愿接受核查，违反承诺的依法承担责任"


def _award(draw: Draw) -> Columns:
    name = draw.dice.pick(_AWARDS, draw.n)
    return {
        "name": name,
        "award": draw.text("市长质量奖"),
        "level": draw.choose("level", _LEVELS) if "level" in draw.item.by_name else draw.text(None),
        "doc_no": draw.doc_number("表彰"),
        "awarded_on": draw.day,
        "valid_to": plus_days(draw.day, 3 * 365),
        "opt_out": draw.text("否"),
        "year": draw.day.dt.year().cast(pl.String),
    }


def _tax_a(draw: Draw) -> Columns:
    year = duties.last_graded(draw.on)
    return {
        "year": draw.text(str(year)),
        "occurred_on": draw.dice.workdays(date(year + 1, 4, 1), date(year + 1, 6, 20), draw.n),
    }


def _aeo(draw: Draw) -> Columns:
    number = "4403" + draw.party["number"].cast(pl.String).str.zfill(6)
    return {"customs_reg": number, "cert_no": "AEOCN" + number, "certified_on": draw.day}


def _brand(draw: Draw) -> Columns:
    return {
        "brand": trade_names(draw.dice, draw.n),
        "level": draw.choose("level", {"广东老字号": 0.9, "中华老字号": 0.1}),
        "batch": draw.text("第三批"),
        "awarded_on": draw.day,
        "state": draw.choose("state", {"有效": 1.0}),
    }


def _deed(draw: Draw) -> Columns:
    return {
        "kind": draw.choose("kind", {"慈善捐赠": 0.8, "志愿服务": 0.2}),
        "content": "向公益项目捐赠款物折合人民币" + draw.dice.skewed(1, 90, draw.n).cast(pl.String) + "万元",
        "on": draw.day,
        "opt_out": draw.text("否"),
    }


def _notify(draw: Draw) -> Columns:
    day = draw.day
    return {
        "matter": draw.dice.pick(_MATTERS, draw.n),
        "commit_type": draw.choose("commit_type", {"证明事项型": 0.5, "审批替代型": 0.35, "容缺受理型": 0.15}),
        "text": draw.text(_PROMISE),
        "signed_on": day,
        "check_by": plus_days(day, 60),
        **draw.empty("withdrawn_on", "excluded"),
    }


def _voluntary(draw: Draw) -> Columns:
    return {
        "commit_type": draw.choose("commit_type", {"主动公示型": 0.8, "行业自律型": 0.2}),
        "text": draw.text("依法诚信经营，不发布虚假信息，不拖欠账款，接受社会监督"),
        "signed_on": draw.day,
        "ends_on": plus_days(draw.day, 365 * 2),
    }


def _repair(draw: Draw) -> Columns:
    return {
        "record_no": draw.doc_number("市监罚"),
        "text": draw.text("已履行处罚决定并完成整改，今后严格遵守法律法规"),
        "signed_on": draw.day,
    }


def _performance(draw: Draw) -> Columns:
    result = draw.choose("result", {"已践诺": 0.92, "部分践诺": 0.04, "未践诺": 0.04})
    broken = result != "已践诺"
    mend = plus_days(draw.day, 30)
    return {
        "commit_ref": "CN" + draw.day.dt.year().cast(pl.String) + draw.serial.cast(pl.String).str.zfill(6),
        "checked_on": draw.day,
        "result": result,
        "finding": draw.only(broken, "现场核查发现部分条件未达到承诺标准"),
        "correct_by": draw.only(broken, mend),
        "corrected_on": draw.only(broken & (mend <= draw.on), mend),
        "consequence": draw.text(None),
    }


RECIPES = {
    "hon.award": Recipe(per_thousand=28, fill=_award),
    "hon.quality": Recipe(per_thousand=0.8, once=True, forms=("company",), fill=_award),
    "hon.brand": Recipe(per_thousand=0.8, once=True, fill=_brand),
    "hon.gi": Recipe(per_thousand=0.3, once=True, sections="A"),
    "hon.tax_a": Recipe(parties=duties.tax_graded("A"), fill=_tax_a),
    "hon.aeo": Recipe(per_thousand=3, once=True, sections="CFG", fill=_aeo),
    "hon.demo": Recipe(per_thousand=3, once=True, fill=_award),
    "hon.charity_deed": Recipe(per_thousand=4, fill=_deed),
    "com.notify": Recipe(per_thousand=170, fill=_notify),
    "com.voluntary": Recipe(per_thousand=90, once=True, fill=_voluntary),
    "com.repair": Recipe(per_thousand=rates.rows(rates.REPAIRS), fill=_repair),
    "com.performance": Recipe(per_thousand=70, fill=_performance),
    "com.research": Recipe(per_thousand=2),
    "ip.pledge": Recipe(per_thousand=3, sections="CIM"),
    "vol.statement": Recipe(per_thousand=4),
}
