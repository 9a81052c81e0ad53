"""What a field says about itself when the policy says nothing better: how its type is written, and one good value."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from xinheng.core.policy.model import FieldType

HOW: Mapping[str, str] = MappingProxyType(
    {
        FieldType.DATE: "写成 2026-03-09",
        FieldType.MONTH: "写成 2026-02",
        FieldType.YEAR: "填四位年份",
        FieldType.DATETIME: "写成 2026-03-09 09:30",
        FieldType.BOOL: "填“是”或“否”",
        FieldType.CODE: "从下拉列表中选一个",
        FieldType.SET: "可多选，用分号隔开",
        FieldType.USCC: "18 位统一社会信用代码",
        FieldType.REGION: "6 位行政区划代码或区名",
        FieldType.URL: "填以 https:// 开头的网址",
        FieldType.JSON: "可写文字，也可写明细（JSON）",
        FieldType.INT: "填整数",
        FieldType.AMOUNT: "只填数字，单位见列名",
        FieldType.DECIMAL: "只填数字",
        FieldType.DOC_NO: "照文书填写，括号用〔〕",
        FieldType.REGNO: "15 位或 13 位数字",
    }
)
GOOD: Mapping[str, str] = MappingProxyType(
    {
        FieldType.DATE: "2026-03-09",
        FieldType.MONTH: "2026-02",
        FieldType.YEAR: "2025",
        FieldType.DATETIME: "2026-03-09 09:30:00",
        FieldType.BOOL: "否",
        FieldType.USCC: "1144039999110001XG",
        FieldType.REGION: "440304",
        FieldType.URL: "https://xinyong.example/notice/1",
        FieldType.JSON: '[{"name":"示例"}]',
        FieldType.INT: "3",
        FieldType.AMOUNT: "10000",
        FieldType.DECIMAL: "0.95",
        FieldType.DOC_NO: "深示例字〔2026〕1号",
        FieldType.REGNO: "440399100000019",
    }
)
