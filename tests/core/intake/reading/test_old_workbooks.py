"""An old workbook (xls) tells the same as a new one: hidden rows and columns, merged cells, error values, lost digits."""

from __future__ import annotations

import xlsxwriter
import xlwt
from polars.testing import assert_frame_equal

from support import files
from xinheng.core.intake.reading import xls

from .reading import read

HEADER = files.HEADER[:5]
DAY = "2026-03-09"


def old(path):
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("数据")
    for column, title in enumerate(HEADER):
        sheet.write(0, column + 1, title)
    sheet.write_merge(1, 3, 1, 2, "合并公司")
    for row in range(1, 6):
        sheet.write(row, 3, f"{row}号")
        sheet.write(row, 4, 0.5)
        sheet.write(row, 5, DAY)
    sheet.row(4).set_cell_text(1, "甲公司")
    sheet.row(5).set_cell_error(1, 0x2A)  # #N/A
    sheet.row(4).set_cell_boolean(2, True)
    sheet.row(5).set_cell_number(2, 914403001234567890)
    sheet.row(3).hidden = True
    sheet.col(4).hidden = True
    book.save(str(path))
    return path


def new(path):
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("数据")
    sheet.write_row(0, 1, HEADER)
    sheet.merge_range(1, 1, 3, 2, "合并公司")
    for row in range(1, 6):
        sheet.write_string(row, 3, f"{row}号")
        sheet.write_number(row, 4, 0.5)
        sheet.write_string(row, 5, DAY)
    sheet.write_string(4, 1, "甲公司")
    sheet.write_formula(5, 1, "=NA()", None, "#N/A")
    sheet.write_boolean(4, 2, True)
    sheet.write_number(5, 2, 914403001234567890)
    sheet.set_row(3, None, None, {"hidden": True})
    sheet.set_column(4, 4, None, None, {"hidden": True})
    book.close()
    return path


def test_both_tell_the_same(tmp_path):
    before, after = read(old(tmp_path / "a.xls")), read(new(tmp_path / "a.xlsx"))
    assert_frame_equal(before.frame, after.frame)
    assert before.rows == after.rows == [2, 3, 4, 5, 6]
    assert {(n.code, n.rows, n.message) for n in before.notes} == {(n.code, n.rows, n.message) for n in after.notes}
    assert before.note("reading.hidden-rows").rows == (4,)
    assert before.note("reading.hidden-columns").rows == (5,)
    assert before.note("reading.merged-cells-filled").rows == (3, 4)
    assert before.note("reading.cell-errors").rows == (6,)
    assert before.note("reading.number-lost-digits").rows == (6,)


def test_where_the_surroundings_cannot_be_read_the_cells_are_and_that_is_told(tmp_path, monkeypatch):
    path = files.write_xls(tmp_path / "a.xls")
    at_first = xls.load_sheet
    monkeypatch.setattr(xls, "load_sheet", lambda *told: (at_first(*told)[0], None))
    found = read(path)
    assert len(found.rows) == len(files.ROWS)
    assert "另存为 xlsx" in found.note("reading.xls-surroundings-unknown").message


def test_a_workbook_the_second_reader_cannot_open_yields_no_facts(tmp_path, monkeypatch):
    monkeypatch.setattr(xls, "_facts", lambda *told: 1 / 0)
    *_, told = xls.pieces(files.write_xls(tmp_path / "a.xls"), "cells", "数据")
    assert told == {"facts": None}
