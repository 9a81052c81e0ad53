"""Workbooks as people fill them in: titles, merged and hidden cells, totals, dates, numbers that should be text."""

from __future__ import annotations

import datetime

import pytest

from support import files
from xinheng.core.intake.finding import FileUnusable

from .reading import read

NAME, CODE, DOC, FINE, DAY, REMARK = files.HEADER
GOOD = ["示例公司", "914403000000000001", "深罚〔2026〕1号", 0.5, "2026-03-09", None]


def workbook(tmp_path, rows, dress=None, name="a.xlsx"):
    return files.write_xlsx(tmp_path / name, ("数据", rows), dress=dress)


def test_numbers_dates_and_truth_values_read_as_a_person_would_type_them(tmp_path):
    def dress(book, sheets):
        day, minute = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy/m/d hh:mm"})
        clock = book.add_format({"num_format": "hh:mm"})
        sheets[0].write_datetime(1, 4, datetime.datetime(2026, 3, 9), day)
        sheets[0].write_datetime(2, 4, datetime.datetime(2026, 3, 9, 10, 30), minute)
        sheets[0].write_number(3, 4, 0.4375, clock)
        sheets[0].write_number(4, 4, 46090)
        sheets[0].write_boolean(1, 5, True)
        sheets[0].write_boolean(2, 5, False)
        sheets[0].write_formula(3, 5, "=NA()", None, "#N/A")
        sheets[0].write_formula(4, 5, '="甲"&"乙"', None, "甲乙")

    rows = [list(files.HEADER)] + [["甲", "0012", "1号", fine, None, None] for fine in (0.5, 20.0, 1234.56, 100000)]
    found = read(workbook(tmp_path, rows, dress))
    assert found.frame.get_column(FINE).to_list() == ["0.5", "20", "1234.56", "100000"]
    assert found.frame.get_column(DAY).to_list() == ["2026-03-09", "2026-03-09 10:30:00", "10:30:00", "46090"]
    assert found.frame.get_column(REMARK).to_list() == ["是", "否", "#N/A", "甲乙"]
    assert found.note("reading.cell-errors").rows == (4,)


def test_long_codes_stored_as_numbers_are_told(tmp_path):
    rows = [
        list(files.HEADER),
        ["甲", 914403001234567890, "1号"],
        ["乙", "914403001234567890", "2号"],
        ["丙", 123456789012345, "3号"],
    ]
    found = read(workbook(tmp_path, rows))
    assert found.note("reading.number-lost-digits").rows == (2,)


def test_rows_are_numbered_as_in_the_sheet(tmp_path):
    rows = [["某市行政处罚汇总表"], [], ["填报单位：某局"], list(files.HEADER), GOOD, [], GOOD]
    found = read(workbook(tmp_path, rows, lambda book, sheets: sheets[0].merge_range("A1:F1", "某市行政处罚汇总表")))
    assert found.header_rows == [4]
    assert found.rows == [5, 7]
    assert found.note("reading.title-rows-skipped").rows == (1, 3)


def test_a_sheet_that_begins_away_from_the_corner(tmp_path):
    def dress(book, sheets):
        for at, row in enumerate([list(files.HEADER), GOOD, GOOD]):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheets[0].write(at + 3, column + 2, cell)
        sheets[0].merge_range("C5:C6", "合并公司")
        sheets[0].write_formula("F6", "=NA()", None, "#N/A")
        sheets[0].set_column("D:D", None, None, {"hidden": True})

    found = read(workbook(tmp_path, [], dress))
    assert found.header_rows == [4]
    assert found.rows == [5, 6]
    assert found.frame.get_column(NAME).to_list() == ["合并公司", "合并公司"]
    assert found.frame.get_column(FINE).to_list() == ["0.5", "#N/A"]
    assert found.note("reading.hidden-columns").rows == (4,)


def test_a_two_row_header_is_joined_only_where_it_must_be(tmp_path):
    upper = ["序号", "当事人", None, "行政处罚", None, None]
    lower = [None, NAME, CODE, DOC, DAY, "名称"]
    found = read(workbook(tmp_path, [["汇总表"], upper, lower, ["1", "甲", "0012", "1号", "2026-03-09", "乙"]]))
    assert found.headers == [("序号", NAME, CODE, DOC, DAY, "名称")]
    assert found.header_rows == [3]
    assert found.rows == [4]


def test_a_group_name_is_put_before_names_that_repeat(tmp_path):
    upper = [NAME, CODE, "法定代表人", None, "联系人", None]
    lower = [None, None, "姓名", "电话", "姓名", "电话"]
    found = read(workbook(tmp_path, [upper, lower, ["甲", "1号", "张", "1", "李", "2"]]))
    assert found.headers == [(NAME, CODE, "法定代表人-姓名", "法定代表人-电话", "联系人-姓名", "联系人-电话")]


def test_hidden_rows_are_read_and_named(tmp_path):
    found = read(
        workbook(
            tmp_path, [list(files.HEADER), GOOD, GOOD, GOOD], lambda b, s: s[0].set_row(2, None, None, {"hidden": True})
        )
    )
    assert found.rows == [2, 3, 4]
    assert found.note("reading.hidden-rows").rows == (3,)


def test_merged_cells_of_data_are_filled_down_not_across(tmp_path):
    def dress(book, sheets):
        sheets[0].merge_range("A2:B4", "合并公司")

    rows = [list(files.HEADER), *[[None, None, f"{n}号", n, "2026-03-09", None] for n in range(3)]]
    found = read(workbook(tmp_path, rows, dress))
    assert found.frame.get_column(NAME).to_list() == ["合并公司"] * 3
    assert found.frame.get_column(CODE).to_list() == [None] * 3
    assert found.note("reading.merged-cells-filled").rows == (3, 4)


def test_totals_and_notes_at_the_foot_are_skipped_and_told(tmp_path):
    found = read(
        workbook(
            tmp_path,
            [
                list(files.HEADER),
                GOOD,
                ["合计", None, None, 0.5],
                ["填表人：张三", None, None, "审核人：李四"],
                ["注：单位为万元"],
            ],
        )
    )
    assert found.rows == [2]
    assert found.note("reading.totals-skipped").rows == (3, 4, 5)


def test_sheets_that_are_not_data_or_hidden_are_skipped_and_told(tmp_path):
    path = files.write_xlsx(
        tmp_path / "a.xlsx",
        ("说明", [["填写说明"], ["第一条", "请如实填写"]]),
        ("空表", []),
        ("一月", [list(files.HEADER), GOOD]),
        ("底稿", [list(files.HEADER), GOOD]),
        ("二月", [list(files.HEADER), GOOD, GOOD]),
        dress=lambda book, sheets: sheets[3].hide(),
    )
    found = read(path)
    assert found.sheets == ["一月", "二月"]
    assert found.note("reading.sheet-not-recognised").sheet == "说明"
    assert found.note("reading.hidden-sheet").sheet == "底稿"


def test_a_workbook_of_unknown_headers_is_still_handed_on(tmp_path):
    found = read(workbook(tmp_path, [["甲列", "乙列"], ["1", "2"]]))
    assert (found.headers, found.rows) == ([("甲列", "乙列")], [2])


def test_a_column_without_title_is_kept_only_if_it_holds_something(tmp_path):
    found = read(workbook(tmp_path, [[NAME, None, CODE, None, None], ["甲", "x", "1", None, "y"]]))
    assert found.headers == [(NAME, "第2列（无标题）", CODE, "第4列（无标题）", "第5列（无标题）")]


@pytest.mark.parametrize(("rows", "code"), [([], "file.empty"), ([list(files.HEADER)], "file.no-rows")])
def test_nothing_to_read_is_said(tmp_path, rows, code):
    with pytest.raises(FileUnusable) as caught:
        read(workbook(tmp_path, rows))
    assert caught.value.code == code


def test_a_sheet_in_prefixed_xml_is_read_alike(tmp_path):
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>{0}</t></is></c><c r="B1" t="inlineStr"><is><t>{1}</t></is></c></row><row r="2" hidden="1"><c r="A2" t="inlineStr"><is><t>甲</t></is></c><c r="B2"><v>914403001234567890</v></c></row>'
    xml = files.sheet_xml(cells.format(NAME, CODE)).decode()
    for tag in ("worksheet", "sheetData", "row", "c", "v", "is", "t"):
        xml = (
            xml.replace(f"<{tag} ", f"<x:{tag} ").replace(f"<{tag}>", f"<x:{tag}>").replace(f"</{tag}>", f"</x:{tag}>")
        )
    xml = xml.replace("xmlns=", "xmlns:x=")
    path = files.repacked(workbook(tmp_path, [["a"]]), tmp_path / "b.xlsx", {"xl/worksheets/sheet1.xml": xml.encode()})
    found = read(path)
    assert found.rows == [2]
    assert found.note("reading.hidden-rows").rows == (2,)
    assert found.note("reading.number-lost-digits").rows == (2,)
