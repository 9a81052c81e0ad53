"""The other administrative acts: inspections, coercion, levies and requisitions (行政检查、强制、征收、征用)."""

from __future__ import annotations

import polars as pl

from xinheng.demo.dice import plus_days
from xinheng.demo.draw import Draw
from xinheng.demo.fields import money
from xinheng.demo.recipes import rates
from xinheng.demo.recipes.recipe import Columns, Recipe
from xinheng.demo.violations import VIOLATIONS

_CHECKS = (
    ("市场监督", "食品安全监督检查", "FH"),
    ("市场监督", "产品质量监督检查", "CF"),
    ("市场监督", "公示信息随机抽查", ""),
    ("消防", "消防监督抽查", "CFHKPQR"),
    ("生态环境", "污染源日常监督检查", "C"),
    ("应急", "安全生产执法检查", "CEG"),
    ("住房和建设", "建筑工地质量安全检查", "E"),
    ("交通运输", "道路运输企业检查", "G"),
    ("人力资源", "劳动用工书面审查", ""),
    ("卫生健康", "公共场所卫生监督检查", "HOQR"),
    ("城市管理", "市容环境巡查", "FHO"),
    ("水务", "排水户监督检查", "CHO"),
    ("文化", "文化市场检查", "R"),
    ("教育", "校外培训机构检查", "P"),
    ("税务", "发票使用检查", "FI"),
)
_PROBLEMS = (
    "未公示许可证",
    "台账记录不完整",
    "安全出口堆放杂物",
    "未按规定开展培训",
    "标签标识不规范",
    "设施未定期维护",
)


def _inspection(draw: Draw) -> Columns:
    which = draw.fitting([c[2] for c in _CHECKS], [3, 2, 2, 3, 1, 2, 2, 1, 2, 1, 2, 1, 1, 1, 1])
    draw.decide_by([c[0] for c in _CHECKS], which, districts=0.2)
    kind = draw.choose("check_type", {"随机": 0.5, "重点": 0.25, "投诉": 0.1, "其他": 0.05, "复查": 0.1})
    random = kind.str.starts_with("随机")
    failed = draw.dice.chance(draw.n, rates.FOUND)
    kind_found = draw.dice.pick(tuple(rates.FOUND_KINDS), draw.n, tuple(rates.FOUND_KINDS.values()))
    problem = draw.where(kind_found == "undisclosed", "未按规定公示应当公示的信息", draw.dice.pick(_PROBLEMS, draw.n))
    problem = draw.where(kind_found == "unreachable", "通过登记的住所（经营场所）无法联系", problem)
    day = draw.day
    mend = plus_days(day, draw.dice.whole(7, 30, draw.n))
    return {
        "checked_on": day.dt.strftime("%Y-%m-%d") + draw.dice.pick((" 09:30:00", " 10:40:00", " 15:20:00"), draw.n),
        "act_id": "JC" + day.dt.strftime("%Y%m%d") + draw.serial.cast(pl.String).str.zfill(7),
        "check_name": pl.Series([c[1] for c in _CHECKS]).gather(which),
        "check_form": draw.choose("check_form", {"日常": 0.7, "专项": 0.3}),
        "check_type": kind,
        "check_mode": draw.choose("check_mode", {"现场": 0.85, "书面": 0.1, "非现场": 0.05}),
        "plan_id": draw.only(
            random, "SSJ" + day.dt.strftime("%Y%m") + draw.dice.whole(1, 20, draw.n).cast(pl.String).str.zfill(3)
        ),
        "task_basis": draw.only(kind.str.starts_with("投诉"), "举报编号" + draw.serial.cast(pl.String)),
        "place": draw.party["address"],
        "result": draw.where(failed, _label(draw, "result", "不合格"), _label(draw, "result", "合格")),
        "problems": draw.only(failed, problem),
        "handling": draw.only(failed, _label(draw, "handling", "责令改正")),
        "correct_by": draw.only(failed, mend),
        "corrected_on": draw.only(failed & (kind_found == "mended") & (mend < draw.on), mend),
        "refused": draw.text("否"),
        "items": draw.text(None),
    }


def _label(draw: Draw, name: str, wanted: str) -> str:
    spec = draw.item.by_name.get(name)
    labels = draw.labels(spec.codelist) if spec is not None and spec.codelist else (wanted,)
    return next((label for label in labels if label == wanted), labels[0])


def _offences(draw: Draw) -> tuple[pl.Series, pl.Series]:
    able = [
        v
        for v in VIOLATIONS
        if v.domain in ("市场监督", "消防", "生态环境", "应急", "住房和建设", "交通运输", "城市管理")
    ]
    which = draw.fitting([v.sections for v in able] + [""], [1.0] * len(able) + [0.01])
    words = [v.domain for v in able] + ["市场监督"]
    draw.decide_by(words, which)
    facts = pl.Series([v.facts.replace("{on}", "") for v in able] + ["经营场所存在违法情形"]).gather(which)
    return facts, pl.Series([v.basis for v in able] + ["《中华人民共和国行政强制法》第二十二条"]).gather(which)


def _measure(draw: Draw) -> Columns:
    facts, basis = _offences(draw)
    day, length = draw.day, draw.dice.whole(7, 30, draw.n)
    end = plus_days(day, length)
    over = end < draw.on
    return {
        "act_id": "QZ" + draw.serial.cast(pl.String).str.zfill(7),
        "measure": draw.choose("measure", {"扣押": 0.5, "查封": 0.5}),
        "case_ref": draw.doc_number("案立"),
        "facts": facts,
        "basis": basis,
        "approved_by_head": draw.text("是"),
        "urgent": draw.text("否"),
        "applied_on": plus_days(day, -1),
        "approved_on": day,
        "doc_no": draw.doc_number("强措决"),
        "decided_on": day,
        "served_on": day,
        "from": day,
        "to": end,
        "disposal": draw.only(over, _label(draw, "disposal", "解除")),
        "released_on": draw.only(over, end),
        "release_doc": draw.only(over, draw.doc_number("强解决")),
        "place_name": draw.party["name"],
        "place_addr": draw.party["address"],
        "served_how": draw.choose("served_how", {"直接": 0.9, "邮寄": 0.1}),
        "party_present": draw.text("是"),
        "record_made": draw.text("是"),
        **draw.empty(
            "witness", "frozen_amount", "bank", "bank_notice_on", "extended_to", "ext_doc_no", "test_from", "test_to"
        ),
        "goods": draw.text('[{"name":"涉案物品","qty":"1","unit":"批"}]'),
    }


def _execution(draw: Draw) -> Columns:
    _offences(draw)
    day = draw.day
    base = plus_days(day, -draw.dice.whole(90, 200, draw.n))
    principal = draw.dice.skewed(10, 900, draw.n) * 100
    return {
        "act_id": "QZZX" + draw.serial.cast(pl.String).str.zfill(7),
        "way": draw.choose("way", {"加处罚款": 0.6, "申请": 0.4}),
        "base_kind": draw.choose("base_kind", {"处罚": 1.0}),
        "base_doc_no": draw.doc_number("市监罚", base),
        "base_decided_on": base,
        "urge_doc_no": draw.doc_number("催告", base),
        "urged_on": plus_days(base, 40),
        "urge_due": plus_days(base, 50),
        "doc_no": draw.doc_number("强执"),
        "decided_on": day,
        "principal": money(principal),
        "surcharge": money(principal // 2),
        "surcharge_from": plus_days(base, 15),
        "court": draw.text("深圳市示例区人民法院"),
        "court_applied_on": day,
        **draw.empty(
            "bank", "transferred", "auction_no", "proceeds", "agent", "agent_cost", "supervisor", "performed_on"
        ),
        **draw.empty("demolition_notice_on", "done_on", "performed"),
    }


_LEVIES = (
    ("水务", "水资源费", "《中华人民共和国水法》第四十八条", "CHO"),
    ("水务", "水土保持补偿费", "《中华人民共和国水土保持法》第三十二条", "E"),
    ("住房和建设", "城市基础设施配套费", "《基础设施和公用事业特许经营管理办法》第十九条", ""),
    ("城市管理", "生活垃圾处理费", "《深圳市生活垃圾分类管理条例》第十六条", "FHOK"),
    ("住房和建设", "防空地下室易地建设费", "《中华人民共和国人民防空法》第二十二条", "EK"),
)


def _levy(draw: Draw) -> Columns:
    which = draw.fitting([v[3] for v in _LEVIES], [1.0] * len(_LEVIES))
    draw.decide_by([v[0] for v in _LEVIES], which)
    due = draw.dice.skewed(5, 4000, draw.n) * 100
    day = draw.day
    pay_by = plus_days(day, 15)
    paid = (pay_by < draw.on) & draw.dice.chance(draw.n, 0.93)
    first = day.dt.offset_by("-1mo").dt.month_start()
    return {
        "act_id": "ZS" + draw.serial.cast(pl.String).str.zfill(7),
        "levy_class": draw.choose("levy_class", {"行政事业性收费": 0.5, "资源有偿使用": 0.3, "政府性基金": 0.2}),
        "project": pl.Series([v[1] for v in _LEVIES]).gather(which),
        "basis": pl.Series([v[2] for v in _LEVIES]).gather(which),
        "doc_kind": draw.choose("doc_kind", {"缴款通知书": 0.9, "核定通知书": 0.1}),
        "doc_no": draw.doc_number("征缴"),
        "decided_on": day,
        "served_on": day,
        "period_from": first,
        "period_to": first.dt.month_end(),
        "due_amount": money(due),
        "due_on": pay_by,
        "relief": draw.text(None),
        "paid_amount": draw.only(paid, money(due)),
        "paid_on": draw.only(paid, pay_by),
        "late_fee": draw.text(None),
        "reminders": draw.only(~paid, draw.dice.whole(0, 2, draw.n)),
        **draw.empty("public_interest", "notice_on", "notice_url", "object", "appraiser", "appraisal", "comp_way"),
        **draw.empty("comp_amount", "comp_due_on", "agreement_no", "comp_decision_no"),
    }


def _requisition(draw: Draw) -> Columns:
    back = plus_days(draw.day, draw.dice.whole(2, 6, draw.n))
    pay = draw.dice.skewed(10, 900, draw.n) * 100
    return {
        "act_id": "ZY" + draw.serial.cast(pl.String).str.zfill(5),
        "event": draw.dice.pick(("台风“海葵二号”防御应急响应", "强降雨内涝抢险救援", "山林火灾扑救"), draw.n),
        "doc_no": draw.doc_number("征用"),
        "decided_on": draw.day,
        "served_on": draw.day,
        "basis": draw.text("《中华人民共和国突发事件应对法》第十二条、第七十六条"),
        "goods": draw.dice.pick(
            (
                '[{"kind":"设备","name":"抽水泵","qty":"4"}]',
                '[{"kind":"场地","name":"仓库","qty":"1"}]',
                '[{"kind":"交通工具","name":"挖掘机","qty":"2"}]',
            ),
            draw.n,
        ),
        "event_level": draw.choose("event_level", {"较大": 0.6, "一般": 0.4}),
        "returned_on": back,
        "return_state": draw.choose("return_state", {"完好": 0.9, "毁损": 0.1}),
        "comp_amount": money(pay),
        "comp_basis": draw.text("按当地同类物资租赁市场价计算"),
        "comp_decision_no": draw.doc_number("补偿", back),
        "ended_on": back,
    }


RECIPES = {
    "adm.inspection": Recipe(per_thousand=rates.rows(rates.INSPECTIONS), fill=_inspection),
    "adm.coercion_measure": Recipe(per_thousand=rates.rows(rates.SEIZURES), fill=_measure),
    "adm.coercion_exec": Recipe(per_thousand=rates.rows(rates.EXECUTIONS), fill=_execution),
    "adm.levy": Recipe(per_thousand=110, fill=_levy),
    "adm.requisition": Recipe(per_thousand=2, forms=("company",), fill=_requisition),
}
