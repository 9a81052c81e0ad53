"""The words for why a record is shown or not."""

from __future__ import annotations

from datetime import date

from xinheng.core.publication.rules import CountsFrom, Rule

REASONS = {
    "person": "自然人的信息不公示，本人可凭身份核验查询。",
    "withdrawn": "该信息已被作出机关撤回或撤销，不再公示。",
    "superseded": "该信息已更正，以更正后的信息为准。",
    "repaired": "该信息已完成信用修复，不再公示、共享和使用。",
    "shielded": "该主体正在执行重整计划，依裁定临时屏蔽。",
    "basis-expired": "该类信息的归集依据已失效或尚未核实，停止公示。",
    "not-public": "该类信息依法不向社会公示，本人或经本人授权可以查询。",
    "opted-out": "当事人选择不公示该项荣誉。",
    "item-state": "按记录现状（已失效、已移出或者尚未正式列入），不予公示。",
    "grade-unknown": "失信程度尚未认定，暂不公示，待作出机关确认。",
    "no-rule": "查询当日没有适用的公示规则，不予公示。",
    "minor": "轻微失信信息，原则上不公示。",
    "not-yet": "决定日期尚未到来，暂不公示。",
    "ended": "公示期已满，自动停止公示。",
}


def chinese_day(day: date) -> str:
    """Return a day as it is written in Chinese."""
    return f"{day.year}年{day.month}月{day.day}日"


def why_shown(rule: Rule, until: date | None) -> str:
    """Say until when a record is shown, and by which rule."""
    if until is None:
        return f"持续公示，直至该状态终止。依据：{rule.basis}。"
    start = "首次公示" if rule.counts_from is CountsFrom.PUBLISHED else "决定"
    term = f"最长公示{rule.maximum}，自{start}之日起算；" if rule.maximum else ""
    return f"公示至{chinese_day(until)}（{term}到期当日终了自动停止）。依据：{rule.basis}。"
