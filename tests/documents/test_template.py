"""A template is filled in without thinking, and what it holds as an example passes the checks."""

from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from documents.small import ON, PENALTY, code_list
from xinheng.core.intake.engine import check_source
from xinheng.core.intake.finding import FileUnusable
from xinheng.core.intake.headers import known_headers
from xinheng.core.intake.reading import open_source
from xinheng.core.policy import default_policy
from xinheng.core.policy.model import Status
from xinheng.documents.template import template


@pytest.fixture
def book(policy, tmp_path):
    path = tmp_path / "template.xlsx"
    template(PENALTY, policy, path, on=ON)
    return openpyxl.load_workbook(path)


def check(path, policy, item_id=None, on=ON):
    checking = check_source(open_source(path, known_headers=known_headers(policy)), policy, on=on, item_id=item_id)
    for _ in checking:
        pass
    return checking.report


def move_example(path, to):
    """Hand the example in as data."""
    book = openpyxl.load_workbook(path)
    del book[book.sheetnames[0]]
    book["示例"].title = "数据"
    book.save(to)
    return to


def test_the_first_sheet_has_the_official_headers_and_nothing_else(book):
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows == [tuple(f.zh for f in PENALTY.fields if f.name != "person_id")]


def test_numbers_of_persons_documents_are_not_asked_for(book):
    assert all("证件号码" not in str(cell.value) for sheet in book for row in sheet for cell in row)


def test_headers_carry_code_and_rule_as_comments(book):
    comments = {cell.value: cell.comment.text for cell in book.worksheets[0][1]}
    assert "必填" in comments["处罚类别"]
    assert "CF_CFLB1" in comments["处罚类别"]
    assert "多个类别用英文分号隔开" in comments["处罚类别"]


def test_code_lists_drop_down_short_ones_in_place_and_long_ones_from_a_hidden_sheet(book):
    by_column = {str(rule.sqref)[0]: rule for rule in book.worksheets[0].data_validations.dataValidation}
    assert by_column["B"].formula1 == '"法人及非法人组织,个体工商户,自然人"'
    assert by_column["E"].formula1 == "'代码表'!$A$1:$A$62"
    assert book["代码表"].sheet_state == "hidden"
    assert book["代码表"]["A2"].value == "罚款"


def test_codes_are_text_and_dates_are_dates(book):
    sheet = book.worksheets[0]
    assert sheet.column_dimensions["C"].width > 0
    validations = {str(rule.sqref)[0]: rule.type for rule in sheet.data_validations.dataValidation}
    assert validations["G"] == "date"
    assert validations["F"] == "decimal"
    assert validations["D"] == "textLength"


def test_the_guide_lists_every_column_with_its_basis(book):
    text = "\n".join(str(cell) for row in book["填表说明"].iter_rows(values_only=True) for cell in row if cell)
    assert "发改办财金〔2018〕790号" in text
    assert "7 个工作日" in text
    assert all(f.zh in text for f in PENALTY.fields if f.name != "person_id")


def test_an_empty_template_handed_in_is_told_to_have_no_rows(policy, tmp_path):
    template(PENALTY, policy, tmp_path / "t.xlsx", on=ON)
    with pytest.raises(FileUnusable) as refused:
        check(tmp_path / "t.xlsx", policy)
    assert refused.value.code == "file.no-rows"


def test_nobody_hands_in_the_example_by_handing_in_the_template(policy, tmp_path):
    path = tmp_path / "t.xlsx"
    template(PENALTY, policy, path, on=ON)
    book = openpyxl.load_workbook(path)
    example = [cell.value for cell in book["示例"][2]]
    example[2] = "深市监罚〔2026〕99号"
    book.worksheets[0].append(example)
    book.save(path)
    report = check(path, policy)
    assert report.rows == 1
    assert [note.code for note in report.notes] == []


def test_data_written_into_the_example_sheet_is_noticed(policy, tmp_path):
    path = tmp_path / "t.xlsx"
    template(PENALTY, policy, path, on=ON)
    book = openpyxl.load_workbook(path)
    row = [cell.value for cell in book["示例"][2]]
    book.worksheets[0].append(row)
    book["示例"].append(row)
    book.save(path)
    assert [note.code for note in check(path, policy).notes] == ["reading.example-not-read"]


def test_the_example_passes_the_checks(policy, tmp_path):
    template(PENALTY, policy, tmp_path / "t.xlsx", on=ON)
    report = check(move_example(tmp_path / "t.xlsx", tmp_path / "e.xlsx"), policy)
    assert (report.rows, report.returned) == (1, 0)


def test_a_code_list_with_commas_still_drops_down(policy, tmp_path):
    lists = dict(policy.codelists) | {"subject-type": code_list("subject-type", "类别", "甲,乙", "丙")}
    template(PENALTY, replace(policy, codelists=lists), tmp_path / "t.xlsx", on=ON)
    rules = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0].data_validations.dataValidation
    assert next(r.formula1 for r in rules if str(r.sqref).startswith("B")).startswith("'代码表'!")


LATER = date(2026, 12, 1)  # the catalogue's examples are of this year
ACTIVE = [item.id for item in default_policy().items(on=LATER) if item.status is Status.ACTIVE]


@pytest.mark.parametrize("item_id", ACTIVE)
def test_the_example_of_every_active_item_passes_the_checks(item_id, tmp_path):
    policy = default_policy()
    template(policy.item(item_id, on=LATER), policy, tmp_path / "t.xlsx", on=LATER)
    report = check(move_example(tmp_path / "t.xlsx", tmp_path / "e.xlsx"), policy, item_id, on=LATER)
    assert report.rows == 1
    assert [f"{f.column}: {f.code} {f.seen} {f.message}" for f in report.findings] == []
