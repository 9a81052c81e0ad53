"""The answer as a text table, and the choice between it and a workbook."""

import csv
import io

import polars as pl
import pytest

from documents.small import GOOD, ON
from xinheng.core.intake.engine import check_source
from xinheng.core.intake.headers import known_headers
from xinheng.core.intake.reading import open_source
from xinheng.documents.answer import fits_worksheet, write_answers


def read(path) -> list[list[str]]:
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.fixture
def sent(tmp_path, policy):
    """Write a CSV as sent and open its checks."""

    def make(*records: list[str]):
        path = tmp_path / "sent.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(records)
        return check_source(open_source(path, known_headers=known_headers(policy)), policy, on=ON)

    return make


def row(**changes: str) -> list[str]:
    return list((GOOD | dict(changes.items())).values())


def test_two_columns_are_added_and_records_keep_their_numbers(sent, tmp_path):
    check = sent(
        ["某局报送表", "", "", "", "", ""],
        list(GOOD),
        row(),
        [""] * 6,
        row(行政处罚决定书文号="深市监罚〔2026〕2号", 处罚决定日期="去年"),
        row(行政处罚决定书文号="深市监罚〔2026〕3号", 行政相对人名称="深圳市\ue000贸易有限公司"),
    )
    out = tmp_path / "out.csv"
    write_answers(check, file_name="sent.csv", annotated=out)
    lines = read(out)
    assert lines[0][0] == "某局报送表"
    assert lines[1] == [*GOOD, "x_行核验结果", "x_问题及修改建议"]
    assert lines[2][-2:] == ["通过", ""]
    assert set(lines[3]) == {""}
    assert lines[4][-2] == "退回"
    assert "无法识别为日期" in lines[4][-1]
    assert lines[5][-2] == "通过（有提醒）"


def test_the_returned_rows_alone_carry_their_row_numbers(sent, tmp_path):
    check = sent(list(GOOD), row(), row(行政处罚决定书文号="深市监罚〔2026〕2号", 处罚决定日期="去年"))
    out = tmp_path / "out.csv"
    write_answers(check, file_name="sent.csv", returned=out)
    header, line = read(out)
    assert header[-3:] == ["x_原行号", "x_行核验结果", "x_问题及修改建议"]
    assert line[-3:-1] == ["3", "退回"]


def test_of_a_row_about_a_person_only_the_verdict_is_given_back(sent, tmp_path):
    check = sent(list(GOOD), row(行政相对人类别="自然人", 行政相对人名称="张某某"), row())
    out = tmp_path / "out.csv"
    write_answers(check, file_name="sent.csv", annotated=out)
    _, person, organisation = read(out)
    assert set(person[:-2]) == {""}
    assert person[-2] == "退回"
    assert organisation[0] == GOOD["行政相对人名称"]


def test_the_answer_handed_in_again_gets_the_same_verdict(sent, tmp_path, policy):
    check = sent(list(GOOD), row(), [""] * 6, row(行政处罚决定书文号="深市监罚〔2026〕2号", 处罚决定日期="去年"))
    out = tmp_path / "out.csv"
    first = write_answers(check, file_name="sent.csv", annotated=out)
    check = check_source(open_source(out, known_headers=known_headers(policy)), policy, on=ON)
    again = write_answers(check, file_name="out.csv", annotated=out)
    assert (again.rows, again.counts, again.quarantined) == (first.rows, first.counts, [])
    assert read(out)[0] == [*GOOD, "x_行核验结果", "x_问题及修改建议"]


def test_when_one_answer_cannot_be_written_none_is_left(sent, tmp_path):
    check = sent(list(GOOD), row())
    with pytest.raises(OSError):
        write_answers(check, file_name="x", annotated=tmp_path / "a.csv", returned=tmp_path / "missing" / "b.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["sent.csv"]


def test_records_of_json_lines_come_back_with_their_numbers(tmp_path, policy):
    path, out = tmp_path / "sent.jsonl", tmp_path / "out.xlsx"
    pl.DataFrame([GOOD, GOOD | {"行政处罚决定书文号": "深市监罚〔2026〕2号", "处罚决定日期": "去年"}]).write_ndjson(
        path
    )
    check = check_source(open_source(path, known_headers=known_headers(policy)), policy, on=ON)
    report = write_answers(check, file_name="sent.jsonl", annotated=out)
    wrong = report.findings[0]
    import openpyxl

    header, *rows = openpyxl.load_workbook(out)["数据"].iter_rows(values_only=True)
    assert header[-2:] == ("x_原行号", "x_问题及修改建议")
    assert next(r for r in rows if r[-2] == str(wrong.row))[-1].startswith("【错误】")


@pytest.mark.parametrize(("lines", "fits"), [(1_048_574, True), (1_048_580, False)])
def test_a_file_of_more_lines_than_a_worksheet_holds_is_told_before_it_is_read(tmp_path, lines, fits):
    path = tmp_path / "long.csv"
    path.write_bytes(b"a\n" * lines)
    assert fits_worksheet(path, "csv") is fits


def test_parquet_and_json_are_counted_too(tmp_path):
    pl.DataFrame({"a": ["1", "2"]}).write_parquet(tmp_path / "few.parquet")
    (tmp_path / "many.json").write_bytes(b"[" + b"{}," * 1_048_580 + b"{}]")
    assert fits_worksheet(tmp_path / "few.parquet", "parquet")
    assert not fits_worksheet(tmp_path / "many.json", "json")
