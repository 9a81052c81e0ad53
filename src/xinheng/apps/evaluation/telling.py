"""An explanation in plain words and as JSON: what the command line prints and machines read."""

from __future__ import annotations

from typing import Any

from xinheng.apps.evaluation.explaining import Explanation
from xinheng.apps.policy import current_policy
from xinheng.core.evaluation.evidence import Evidence, NotCounted
from xinheng.core.evaluation.extracting import Statement
from xinheng.core.evaluation.model import Indicator

WHY = {
    NotCounted.REPAIRED: "已完成信用修复",
    NotCounted.REVOKED: "原决定已撤销，或者已移出名单",
    NotCounted.WITHDRAWN: "报送单位已撤回",
    NotCounted.SUPERSEDED: "已更正，按更正后的内容计",
    NotCounted.EXPIRED: "已到期",
    NotCounted.SUSPENDED: "复议、诉讼期间停止执行，或者尚未正式决定",
    NotCounted.OPTED_OUT: "本组织要求不予记录",
    NotCounted.SETTLED: "已补缴、已履行或者已办理缓缴",
    NotCounted.NO_LEVEL: "内容不足以确定等级，不计入",
    NotCounted.NO_DAY: "没有日期，不计入",
    NotCounted.NOT_SHOWN: "不公示或者公示期已满，不再使用",
    NotCounted.SAME_FACT: "与另一条记录是同一事实，只计一次",
    NotCounted.OUTSIDE_WINDOW: "已过模型的计分期限",
    NotCounted.NOT_ASKED: "模型不按这一级别或者领域计分",
    NotCounted.ANOTHER_COUNTED: "同类中只计最近或者最高的一条，不是这一条",
    NotCounted.ENDED: "事项已经结束",
    NotCounted.INCOMPLETE: "应报年度的记录不齐，不加分也不扣分",
    NotCounted.SWITCHED_OFF: "相关指标停用",
    NotCounted.YIELDS: "同一事实已在另一指标计入",
}


def title_of(statement: Statement) -> str:
    """Return what names a record: its document, else its kind of information."""
    versions = current_policy().item_versions.get(statement.item)
    if not versions:
        return statement.item
    item = versions[-1]
    text = statement.values.get(item.title) if item.title != "subject_name" else None
    return f"{item.zh.removesuffix('信息')} {text}" if text else item.zh


def as_dict(told: Explanation) -> dict[str, Any]:
    """Return everything a machine needs to check the result."""
    result, method = told.result, told.method
    return {
        "subject": told.subject.code,
        "model": method.model.id,
        "version": method.model.version,
        "as_of": result.on.isoformat(),
        "known_at": told.known_at.isoformat(),
        "score": result.score,
        "grade": result.grade,
        "band": result.band,
        "no_result": result.no_result or None,
        "provisional": method.model.certainty.value if not method.model.in_force(result.on) else None,
        "caps": [{"id": fired.cap, "records": [_record(told, e) for e in fired.records]} for fired in result.caps],
        "dimensions": [
            {"id": d.dimension, "start": d.start, "delta": d.delta, "clamped": d.total} for d in result.dimensions
        ],
        "contributions": [
            {
                "indicator": c.indicator,
                "points": c.points,
                "seen": c.scored.seen,
                "cap_applied": c.scored.capped,
                "legal_basis": [f"{b.document} {b.article}".strip() for b in method.model.indicator(c.indicator).bases],
                "records": [
                    _record(told, one.evidence)
                    | {"age_months": one.age_months, "factor": 0.5 if one.halved else 1.0, "points": one.points}
                    for one in c.scored.counted
                ],
            }
            for c in result.contributions
            if c.points or c.scored.counted
        ],
        "unused": [
            {"record_id": u.record, "item": told.statements[u.record].item, "why": u.why.value, "text": WHY[u.why]}
            for u in result.unused
            if u.record in told.statements
        ],
        "what_if": [
            {
                "record_id": act.record,
                "if": act.kind.value,
                "from": act.possible_from.isoformat() if act.possible_from else None,
                "score": act.score,
                "grade": act.grade,
            }
            for act in told.acts
        ],
        "with_time": [
            {"on": t.on.isoformat(), "score": t.score, "grade": t.grade, "indicators": list(t.indicators)}
            for t in told.turns
        ],
        "annotations": ["contested"] if result.contested else [],
        "switched_off": dict(method.off),
        "missing_sources": list(method.missing),
        "inputs_hash": told.inputs_hash,
        "model_hash": method.hash,
    }


def _record(told: Explanation, one: Evidence) -> dict[str, Any]:
    statement = told.statements.get(one.record)
    return {
        "record_id": one.record,
        "item": statement.item if statement else one.kind,
        "title": title_of(statement) if statement else "",
        "organ": statement.organ if statement else "",
        "date": one.on.isoformat(),
        "level": one.level or None,
    }


def indicator_named(told: Explanation, name: str) -> Indicator | None:
    """Return an indicator; None for the id of a cap."""
    return next((i for i in told.method.model.indicators if i.id == name), None)


def name_of(told: Explanation, name: str) -> str:
    """Return the words for an indicator or a cap."""
    model = told.method.model
    return next((one.zh for one in (*model.indicators, *model.caps) if one.id == name), name)
