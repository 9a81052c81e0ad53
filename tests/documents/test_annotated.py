"""The sender's own workbook comes back with every error marked."""

import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from documents.small import GOOD, ON, PENALTY
from xinheng.core.intake.engine import check_source
from xinheng.core.intake.finding import FileUnusable
from xinheng.core.intake.findings import MASK
from xinheng.core.intake.headers import known_headers
from xinheng.core.intake.reading import open_source
from xinheng.core.intake.table import ROW
from xinheng.documents.annotated import AnnotatedWorkbook

ERRORS = "x_问题及修改建议"


def write(checking, path: Path, through=lambda block: block, **how) -> dict[str, list[tuple]]:
    """Check, write the answer, and read it back as sheet → rows of values."""
    with AnnotatedWorkbook(path, checking, file_name="三月处罚.xlsx", **how) as book:
        for block in checking:
            book.add_block(through(block))
        book.close()
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(path)}


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "answer.xlsx"


def test_cells_stay_at_the_rows_and_columns_the_sender_knows(checking, path):
    sheets = write(checking({}, {"罚款金额(万元)": None}), path)
    header, first, second = sheets["行政处罚"]
    assert header[:6] == (
        "行政相对人名称",
        "行政相对人类别",
        "行政处罚决定书文号",
        "处罚类别",
        "罚款金额(万元)",
        "处罚决定日期",
    )
    assert header[6] == ERRORS
    assert first[2] == "深市监罚〔2026〕1号"
    assert first[6] is None
    assert second[2] == "深市监罚〔2026〕2号"
    assert "罚款未填金额" not in second[6]
    assert "5000 元填 0.5" in second[6]


def test_a_wrong_cell_is_red_and_says_how_to_mend_it_even_when_it_is_empty(checking, path):
    write(checking({"罚款金额(万元)": None}), path)
    cell = openpyxl.load_workbook(path)["行政处罚"]["E2"]
    assert cell.fill.start_color.rgb == "FFFFC7CE"
    assert "请在“罚款金额（万元）”填写大于 0 的金额" in cell.comment.text


def test_a_doubtful_cell_is_amber_and_the_row_is_not_returned(checking, path):
    check = checking({"处罚类别": "罚款;警告", "备注": "字\ue000形"})
    write(check, path)
    assert check.report.returned == 0
    sheet = openpyxl.load_workbook(path)["行政处罚"]
    assert sheet["G2"].fill.start_color.rgb == "FFFFEB9C"
    assert sheet["H2"].value.startswith("【提醒】")


def test_the_first_sheet_holds_the_totals(checking, path):
    sheets = write(checking({}, {"行政相对人名称": None}, {"处罚决定日期": "2026/02/30"}), path)
    assert next(iter(sheets)) == "核验结果"
    lines = {row[0]: row[1] for row in sheets["核验结果"] if row[0]}
    assert lines["文件"] == "三月处罚.xlsx"
    assert (lines["数据行数"], lines["通过行数"], lines["退回行数"]) == (3, 1, 2)
    assert "行政处罚信息（adm.penalty）" in lines["目录项"]
    assert lines["政策版本"] == "sha256:example"
    counted = {row[2]: (row[0], row[3]) for row in sheets["核验结果"] if row[2]}
    assert counted["date.impossible"] == ("错误", 1)
    assert counted["field.required"] == ("错误", 1)


def test_columns_outside_the_catalogue_are_listed_and_marked(checking, path):
    sheets = write(checking({"楼层": "三", "x_流水号": "7"}), path)
    text = "\n".join(str(cell) for row in sheets["核验结果"] for cell in row if cell)
    assert "楼层（目录项没有这些列" in text
    assert "x_流水号（以 x_ 开头" in text
    header = openpyxl.load_workbook(path)["行政处罚"][1]
    assert next(c for c in header if c.value == "楼层").comment is not None
    assert next(c for c in header if c.value == "x_流水号").comment is None


def test_what_may_not_be_collected_is_not_given_back_either(checking, path):
    sheets = write(checking({"宗教信仰": "某教", "证件号码": "440399194912312102"}), path)
    header, row = sheets["行政处罚"]
    cells = dict(zip(header, row, strict=True))
    assert cells["宗教信仰"] == MASK
    assert cells["证件号码"] == MASK
    assert b"440399194912312102" not in _unpacked(path)


def _unpacked(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_of_a_row_about_a_person_only_the_message_is_given_back(checking, path):
    sheets = write(checking({"行政相对人类别": "自然人", "行政相对人名称": "张某某"}, {}), path)
    _, person, organisation = sheets["行政处罚"]
    assert set(person[:-1]) == {None}
    assert "自然人密封库尚未启用" in person[-1]
    assert organisation[0] == "深圳市示例贸易有限公司"
    assert "张某某".encode() not in _unpacked(path)


def test_titles_over_the_header_and_gaps_keep_their_places(policy, tmp_path, path):

    sent = tmp_path / "sent.xlsx"
    with xlsxwriter.Workbook(sent) as book:
        sheet = book.add_worksheet("三月")
        sheet.write(0, 1, "某局行政处罚信息报送表")
        sheet.write_row(2, 1, list(GOOD))
        sheet.write_row(3, 1, list(GOOD.values()))
        sheet.write_row(
            6, 1, list((GOOD | {"行政处罚决定书文号": "深市监罚〔2026〕2号", "处罚决定日期": "去年"}).values())
        )
    check = check_source(open_source(sent, known_headers=known_headers(policy)), policy, on=ON, item_id=PENALTY.id)
    write(check, path)
    sheet = openpyxl.load_workbook(path)["三月"]
    assert sheet["B1"].value == "某局行政处罚信息报送表"
    assert sheet["B3"].value == "行政相对人名称"
    assert sheet["B4"].value == "深圳市示例贸易有限公司"
    assert "未作为数据读取" in sheet["H5"].value
    assert sheet["G7"].comment is not None
    assert sheet["H7"].value.startswith("【错误】")
    assert sheet.freeze_panes == "C4"
    assert sheet.auto_filter.ref == "A3:H7"


def test_the_answer_handed_in_again_gets_the_same_verdict(checking, policy, path):

    first = checking({}, {"罚款金额(万元)": None}, {"处罚决定日期": "2026/02/30"})
    write(first, path)
    again = check_source(open_source(path, known_headers=known_headers(policy)), policy, on=ON)
    for _ in again:
        pass
    assert (again.report.rows, again.report.counts) == (first.report.rows, first.report.counts)
    assert again.report.passed_through == [ERRORS]


def test_only_the_returned_rows_with_their_row_numbers_can_be_handed_in_alone(checking, policy, path, tmp_path):

    sheets = write(checking({}, {"罚款金额(万元)": None}, {}, {"处罚决定日期": "去年"}), path, only_returned=True)
    header, *rows = sheets["行政处罚"]
    assert header[-2:] == ("x_原行号", ERRORS)
    assert [row[-2] for row in rows] == ["3", "5"]

    mended = tmp_path / "mended.xlsx"
    book = openpyxl.load_workbook(path)
    book["行政处罚"]["E2"], book["行政处罚"]["F3"] = "0.3", "2026/03/01"
    book.save(mended)
    again = check_source(open_source(mended, known_headers=known_headers(policy)), policy, on=ON)
    second = write(again, path, only_returned=True)
    assert (again.report.rows, again.report.returned, again.report.counts) == (2, 0, {})
    assert "行政处罚" not in second


def test_row_numbers_of_the_first_round_survive_a_second_return(checking, path):
    sheets = write(checking({"x_原行号": "88", ERRORS: "旧", "罚款金额(万元)": None}), path, only_returned=True)
    header, row = sheets["行政处罚"]
    assert header[-2:] == ("x_原行号", ERRORS)
    assert row[-2] == "88"
    assert row[-1].startswith("【错误】")


def test_a_missing_mandatory_column_is_said_on_every_row(checking, path):
    check = checking({}, {})
    table = next(check.source.tables())
    table.frame = table.frame.drop("处罚类别")
    sheets = write(check, path)
    assert all("缺少必填列" in row[-1] for row in sheets["行政处罚"][1:])


def test_comments_are_capped_and_the_first_sheet_says_so_while_the_column_stays_complete(checking, path):
    sheets = write(checking(*[{"处罚决定日期": "去年"}] * 12), path, comments=5)
    assert sum(c.comment is not None for row in openpyxl.load_workbook(path)["行政处罚"] for c in row) == 5
    assert all(row[-1] for row in sheets["行政处罚"][1:])
    assert any("单元格批注只做了前 5 处" in str(row[0]) for row in sheets["核验结果"])


def test_cells_that_look_like_markup_formulas_or_links_stay_text(checking, path):
    odd = ("<r><t>x</t></r>", "=1+1", "https://example.org/", "a<b>&\x07")
    sheets = write(checking(*[{"备注": text} for text in odd]), path)
    seen = [row[6] for row in sheets["行政处罚"][1:]]
    assert seen[0].strip() == odd[0]
    assert seen[1:3] == list(odd[1:3])
    assert openpyxl.load_workbook(path)["行政处罚"]["G3"].data_type == "s"


def test_codes_stay_text_when_the_officer_types_into_the_sheet(checking, path):
    write(checking({}), path)
    assert openpyxl.load_workbook(path)["行政处罚"]["C2"].number_format == "@"


def test_sheet_names_never_collide_with_ours(checking, path):
    sheets = write(checking({}, sheet="核验结果"), path)
    assert list(sheets) == ["核验结果", "核验结果 (2)"]


def test_more_rows_than_a_worksheet_holds_are_refused_with_the_way_out_and_nothing_is_left(checking, path):
    def far(block):
        return replace(block, original=block.original.with_columns(pl.lit(1_048_577, dtype=pl.UInt32).alias(ROW)))

    with pytest.raises(FileUnusable, match=r"\.csv"):
        write(checking({}), path, through=far)
    assert list(path.parent.iterdir()) == []


def test_an_answer_that_breaks_half_way_leaves_nothing_behind(checking, path):
    def breaks(block):
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        write(checking({}), path, through=breaks)
    assert list(path.parent.iterdir()) == []
