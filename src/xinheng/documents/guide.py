"""The sheet of a template that says how to fill each column (填表说明)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xlsxwriter.worksheet import Worksheet

from xinheng.core.policy.model import Basis, Field, FieldType, Item, Required
from xinheng.documents.styles import Styles

REQUIRED = {
    Required.MANDATORY: "必填",
    Required.CONDITIONAL: "有条件必填",
    Required.EXPECTED: "应填",
    Required.OPTIONAL: "选填",
}
TYPES = {
    FieldType.TEXT: "文字",
    FieldType.CODE: "下拉选一",
    FieldType.SET: "可多选，用英文分号隔开",
    FieldType.DATE: "日期",
    FieldType.MONTH: "年月",
    FieldType.YEAR: "年份",
    FieldType.INT: "整数",
    FieldType.AMOUNT: "金额",
    FieldType.DECIMAL: "数字",
    FieldType.BOOL: "是或否",
    FieldType.USCC: "统一社会信用代码",
    FieldType.ORGCODE: "组织机构代码",
    FieldType.REGNO: "工商注册号",
    FieldType.PERSON_ID: "证件号码",
    FieldType.DOC_NO: "文号",
    FieldType.REGION: "行政区划",
    FieldType.URL: "网址",
    FieldType.DATETIME: "日期和时刻",
    FieldType.JSON: "结构化明细",
}
_WIDTHS = (6, 40, 18, 14, 24, 10, 60, 50, 30)
_SHOWN_LABELS = 30


def type_of(f: Field) -> str:
    """Return how a column is filled, with its unit."""
    return f"{TYPES[f.type]}（{f.unit}）" if f.unit else TYPES[f.type]


def field_rule(f: Field, item: Item) -> str:
    """Return how to fill a field, with the condition under which it must be."""
    parts = [REQUIRED[f.required]]
    if f.required_when is not None:
        other, values = f.required_when
        parts.append(f"“{item.field(other).zh}”为{'或'.join(f'“{v}”' for v in values)}时必填")
    if f.rule:
        parts.append(f.rule.rstrip("。"))
    return "；".join(parts) + "。"


def basis_text(basis: Basis) -> str:
    """Return a document with its article."""
    return f"{basis.document}{basis.article}"


def write_guide(
    sheet: Worksheet, styles: Styles, item: Item, fields: Iterable[Field], labels: Mapping[str, tuple[str, ...]]
) -> None:
    """Write the guide of an item's template."""
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, f"{item.zh} · 填表说明", styles.title)
    lines = [
        f"目录项编号 {item.id}。依据：{'；'.join(basis_text(b) for b in item.basis)}。",
        "请在第一张工作表中填写，每行一条，不要改动第一行的标题。深蓝底的列必填，黄底的列按说明填写，其余选填。",
        "需要带上本单位的流水号等信息时，可在最后另加以 x_ 开头的列：系统不采集，只在退回时原样带回。",
        "“示例”表中的内容仅供参考，不会被读取；也可直接使用简称代码作标题。",
    ]
    if item.deadline_working_days is not None:
        governing = item.by_name.get(item.governing)
        counted = f"“{governing.zh}”" if governing is not None else "作出决定"
        lines.insert(1, f"报送时限：自{counted}之日起 {item.deadline_working_days} 个工作日内。")
    for row, line in enumerate(lines, 1):
        sheet.write_string(row, 0, line)
    top = len(lines) + 2
    heads = ("序号", "标题", "简称代码", "填写要求", "内容", "字数上限", "怎么填", "可选的值", "示例")
    for column, head in enumerate(heads):
        sheet.write_string(top, column, head, styles.required)
    for row, f in enumerate(fields, 1):
        shown = labels[f.name]
        listed = "、".join(shown[:_SHOWN_LABELS]) + ("……（见下拉列表）" if len(shown) > _SHOWN_LABELS else "")
        limit = str(f.max_length) if f.max_length is not None else ""
        cells = (
            str(row),
            f.zh,
            f.code or "",
            REQUIRED[f.required],
            type_of(f),
            limit,
            field_rule(f, item),
            listed,
            f.example,
        )
        for column, cell in enumerate(cells):
            sheet.write_string(top + row, column, cell, styles.value)
    sheet.freeze_panes(top + 1, 2)
