"""An empty workbook to fill in for one catalogue item: official headers, drop-down lists, an example, and how to fill it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from xinheng.core.intake.reading.own_sheets import CODES_SHEET, EXAMPLE_SHEET, GUIDE_SHEET
from xinheng.core.policy.model import Field, FieldType, Item, Policy, Privacy, Required
from xinheng.documents.guide import REQUIRED, field_rule, write_guide
from xinheng.documents.styles import MAX_ROWS, Styles, add_styles, sheet_name, shown_width

_INLINE = 255  # characters of a drop-down list that may stand in the cell's own rule, by the file format
_FIRST_DAY, _LAST_DAY = date(1949, 10, 1), date(2099, 12, 31)
_YES_NO = ("是", "否")


def template(item: Item, policy: Policy, path: Path, *, on: date) -> None:
    """Write the template of an item as it stands on this day."""
    part = path.with_name(f".{path.name}.part")
    try:
        with Workbook(str(part), {"strings_to_urls": False, "strings_to_formulas": False}) as book:
            _write(book, item, policy, on)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def template_fields(item: Item) -> tuple[Field, ...]:
    """Return the fields a template has columns for: never the numbers of persons' documents, which are not taken in yet."""
    return tuple(f for f in item.fields if f.privacy is not Privacy.SEALED)


def _write(book: Workbook, item: Item, policy: Policy, on: date) -> None:
    styles, fields = add_styles(book), template_fields(item)
    taken = {name.casefold() for name in (EXAMPLE_SHEET, GUIDE_SHEET, CODES_SHEET)}
    sheet = book.add_worksheet(sheet_name(item.zh, "数据", taken))
    example = book.add_worksheet(EXAMPLE_SHEET)
    guide = book.add_worksheet(GUIDE_SHEET)
    codes = _CodeSheet(book.add_worksheet(CODES_SHEET), styles)
    day, number = book.add_format({"num_format": "yyyy/mm/dd"}), book.add_format({"num_format": "0.######"})
    for column, f in enumerate(fields):
        style = day if f.type is FieldType.DATE else number if f.type in _NUMBERS else styles.cell
        labels = _labels(f, policy, on)
        for target in (sheet, example):
            _head(target, column, f, style, styles)
        rule = _validation(f, labels, codes) | {
            "input_title": f.zh[:32],
            "input_message": _short(field_rule(f, item)),
            "error_title": "请核对",
            "ignore_blank": True,
        }
        sheet.data_validation(1, column, MAX_ROWS - 1, column, rule)
        if f.example:
            example.write_string(1, column, f.example, styles.cell)
    sheet.freeze_panes(1, 1)
    sheet.activate()
    example.freeze_panes(1, 1)
    example.set_tab_color("#8C959F")
    guide.set_tab_color("#8C959F")
    codes.sheet.hide()
    write_guide(guide, styles, item, fields, {f.name: _labels(f, policy, on) for f in fields})


_NUMBERS = (FieldType.AMOUNT, FieldType.DECIMAL)


def _head(sheet: Worksheet, column: int, f: Field, style: object, styles: Styles) -> None:
    mandatory = f.required is Required.MANDATORY
    conditional = f.required in (Required.CONDITIONAL, Required.EXPECTED)
    head = styles.required if mandatory else styles.header_doubtful if conditional else styles.header
    sheet.set_column(column, column, min(max(shown_width(f.zh), shown_width(f.example), 8) + 3, 34), style)
    sheet.write_string(0, column, f.zh, head)
    about = [REQUIRED[f.required], *([f"简称代码 {f.code}"] if f.code else []), *([f.rule] if f.rule else [])]
    sheet.write_comment(0, column, "\n".join(about), {"width": 260, "height": 90, "font_size": 9})


def _labels(f: Field, policy: Policy, on: date) -> tuple[str, ...]:
    if f.type is FieldType.BOOL:
        return _YES_NO
    if f.codelist is None or policy.codelists[f.codelist].labels_repeat:
        return ()
    return policy.codelists[f.codelist].labels(on)


class _CodeSheet:
    """The hidden sheet that long lists stand on, one a column, each once."""

    def __init__(self, sheet: Worksheet, styles: Styles) -> None:
        self.sheet, self._styles, self._columns = sheet, styles, {}

    def reference(self, labels: tuple[str, ...]) -> str:
        """Return the range that holds these labels, written once."""
        column = self._columns.get(labels)
        if column is None:
            column = self._columns[labels] = len(self._columns)
            for row, label in enumerate(labels):
                self.sheet.write_string(row, column, label, self._styles.cell)
        letters = _letters(column)
        return f"='{CODES_SHEET}'!${letters}$1:${letters}${len(labels)}"


def _letters(column: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return xl_col_to_name(column)


def _validation(f: Field, labels: tuple[str, ...], codes: _CodeSheet) -> dict[str, object]:
    """Return what Excel watches in a column. It only warns: intake decides, and says more than Excel can."""
    if labels:
        inline = sum(len(label) + 1 for label in labels) <= _INLINE and not any("," in label for label in labels)
        return {
            "validate": "list",
            "source": list(labels) if inline else codes.reference(labels),
            # Several labels in one cell, and 其他-…, are lawful but not in the list.
            "show_error": f.type in (FieldType.CODE, FieldType.BOOL),
            "error_type": "warning",
            "error_message": "所填的值不在下拉列表中。",
        }
    if f.type is FieldType.DATE:
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": _FIRST_DAY,
            "maximum": _LAST_DAY,
            "error_type": "warning",
            "error_message": "请填日期，如 2026/03/09。",
        }
    if f.type in _NUMBERS or f.type is FieldType.INT:
        return {
            "validate": "integer" if f.type is FieldType.INT else "decimal",
            "criteria": ">=",
            "value": 0,
            "error_type": "warning",
            "error_message": f"请只填数字{f'，单位：{f.unit}' if f.unit else ''}。",
        }
    if f.max_length is not None:
        return {
            "validate": "length",
            "criteria": "<=",
            "value": f.max_length,
            "error_type": "warning",
            "error_message": f"最多 {f.max_length} 个字。",
        }
    return {"validate": "any"}


def _short(text: str) -> str:
    return text if len(text) <= 255 else text[:254] + "…"
