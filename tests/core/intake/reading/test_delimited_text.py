"""Delimited text as it really arrives: titles above, totals below, broken quotes, broken bytes."""

from __future__ import annotations

import pytest

from support import files
from xinheng.core.intake.finding import FileUnusable
from xinheng.core.intake.reading import csv_careful, csv_text, open_source, transcoding

from .reading import read, read_bytes

HEADER = ",".join(files.HEADER)
GOOD = "示例公司,914403000000000001,深罚〔2026〕1号,0.5,2026-03-09,"


def text(*lines: str, encoding: str = "utf-8") -> bytes:
    return ("\n".join(lines) + "\n").encode(encoding)


def refused(tmp_path, content: bytes, name: str = "a.csv") -> FileUnusable:
    with pytest.raises(FileUnusable) as caught:
        read_bytes(tmp_path, content, name)
    return caught.value


def test_titles_above_the_header_are_skipped_and_told(tmp_path):
    found = read_bytes(tmp_path, text("深圳市行政处罚信息汇总表,,,,,", ",,,,,", "填报单位：某局,,,,,", HEADER, GOOD))
    assert found.header_rows == [4]
    assert found.rows == [5]
    assert found.note("reading.title-rows-skipped").rows == (1, 3)


def test_a_header_below_a_title_longer_than_the_first_piece_looked_at_is_found(tmp_path):
    title = "说明：" + "按附件填报" * 20_000  # 300 kB; 256 are looked at first
    found = read_bytes(tmp_path, text(f"{title},,,,,", HEADER, *[GOOD] * 40))
    assert found.header_rows == [2]
    assert found.rows == list(range(3, 43))


def test_rows_are_counted_as_records_not_as_lines(tmp_path):
    found = read_bytes(tmp_path, text('"多行\n标题",,,,,', HEADER, '"甲\n乙",1,2,3,4,5', GOOD))
    assert found.rows == [3, 4]
    assert found.frame.item(0, 0) == "甲\n乙"


def test_blank_rows_keep_their_numbers(tmp_path):
    found = read_bytes(tmp_path, text(HEADER, GOOD, "", ",,,,,", "  ,,,,,", GOOD))
    assert found.rows == [2, 6]
    assert found.codes == set()


def test_totals_notes_and_repeated_headers_are_skipped_and_told(tmp_path):
    found = read_bytes(
        tmp_path,
        text(
            HEADER,
            GOOD,
            HEADER,
            GOOD,
            "合计,,,1.0,,",
            ",小计：2 条,,,,",
            "填表人：张三,,,,,",
            "备注：以上为一季度,,,,,",
        ),
    )
    assert found.rows == [2, 4]
    assert found.note("reading.repeated-header").rows == (3,)
    assert found.note("reading.totals-skipped").rows == (5, 6, 7, 8)


def test_a_company_called_like_a_total_is_data(tmp_path):
    rows = ["合计科技有限公司,1,2,3,4,5", "注册测量师事务所,1,,,,", "备注,1,2,3,4,5"]
    assert read_bytes(tmp_path, text(HEADER, *rows)).rows == [2, 3, 4]


def test_codes_below_the_chinese_header_are_a_header_too(tmp_path):
    found = read_bytes(tmp_path, text("行政相对人名称,行政处罚决定书文号", "CF_XDR_MC,CF_WSH", "甲,1号"))
    assert found.rows == [3]
    assert found.note("reading.repeated-header").rows == (2,)


def test_cells_beyond_the_header_are_told(tmp_path):
    found = read_bytes(tmp_path, text(HEADER, GOOD + ",多出,的", GOOD, GOOD + ",,"))
    assert found.rows == [2, 3, 4]
    assert found.note("reading.ragged-row").rows == (2,)


def test_missing_cells_are_told(tmp_path):
    found = read_bytes(tmp_path, text(HEADER, GOOD, "示例公司,914403000000000001", GOOD))
    assert found.note("reading.short-row").rows == (3,)
    assert found.frame.row(1) == ("示例公司", "914403000000000001", None, None, None, None)


def test_separators_of_line_and_paragraph_do_not_split_rows(tmp_path):
    found = read_bytes(tmp_path, text(HEADER, "甲\u2028乙\u2029丙\x85丁,1,2,3,4,5"))
    assert found.frame.item(0, 0) == "甲\u2028乙\u2029丙\x85丁"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_an_unclosed_quote_names_its_line(tmp_path, encoding):
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    content = mark + text(HEADER, GOOD, '"示例公司,1,2,3,4,5', GOOD, GOOD, encoding=encoding)
    error = refused(tmp_path, content)
    assert error.code == "file.unclosed-quote"
    assert "第 3 行" in error.message


def test_a_cell_that_goes_on_after_its_quotation_is_refused_not_altered(tmp_path):
    error = refused(tmp_path, text(HEADER, '"示例"公司,1,2,3,4,5', GOOD))
    assert error.code == "file.unclosed-quote"
    assert "第 2 行" in error.message


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_stray_quote_inside_a_cell_is_a_character(tmp_path, encoding):
    found = read_bytes(tmp_path, text(HEADER, '6"显示器店,1,2,3,4,5', GOOD, encoding=encoding))
    assert found.frame.item(0, 0) == '6"显示器店'
    assert found.rows == [2, 3]


def test_broken_bytes_name_the_row_and_are_never_replaced(tmp_path):
    content = text(HEADER, GOOD, GOOD.replace("示例", "示\x00例"), GOOD).replace(b"\x00", b"\xff")
    error = refused(tmp_path, content)
    assert error.code == "file.encoding-broken"
    assert "第 3 行" in error.message


def test_broken_gb18030_names_the_row(tmp_path):
    content = text(HEADER, *[GOOD] * 40, encoding="gb18030") + b"\xff\xff," * 5 + b"\n"
    error = refused(tmp_path, content)
    assert error.code == "file.encoding-broken"
    assert "第 42 行" in error.message


def test_utf16_without_its_mark_is_recognised(tmp_path):
    content = text(HEADER, GOOD)
    found = read_bytes(tmp_path, content.decode().encode("utf-16-le"))
    assert (found.encoding, found.rows) == ("utf-16-le", [2])


def test_carriage_returns_alone_end_rows_where_there_is_nothing_else(tmp_path):
    found = read_bytes(tmp_path, "\r".join([HEADER, GOOD, GOOD, ""]).encode())
    assert found.rows == [2, 3]


def test_a_header_without_rows_is_told_about_the_zero_report(tmp_path):
    error = refused(tmp_path, text(HEADER))
    assert error.code == "file.no-rows"
    assert "零报送" in error.message


def test_repeated_titles_are_made_unique(tmp_path):
    found = read_bytes(tmp_path, text("备注,备注,行政相对人名称,,备注 (2)", "1,2,3,4,5"))
    assert found.headers == [("备注", "备注 (3)", "行政相对人名称", "第4列（无标题）", "备注 (2)")]


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(transcoding, "BLOCK", 300)
    monkeypatch.setattr("xinheng.core.intake.reading.blocks.BLOCK_ROWS", 7)
    monkeypatch.setattr("xinheng.core.intake.reading.csv_careful._RECORDS", 5)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_many_blocks_number_their_rows_through(tmp_path, small_blocks, encoding):
    rows = [(f"公司{n}", f'引"号,{n}', f"多\n行{n}" if n % 3 else None, None, None, None) for n in range(100)]
    found = read_bytes(tmp_path, files.csv_bytes(rows, encoding=encoding))
    assert found.rows == list(range(2, 102))
    assert found.frame.rows() == rows


def test_the_careful_reader_takes_over_where_the_fast_one_stops(tmp_path, small_blocks):
    lines = [
        HEADER,
        *[f"公司{n},1,2,3,4,5" for n in range(60)],
        '6"显示器店,1,2,3,4,5',
        *[f"乙{n},1,2,3,4,5" for n in range(20)],
    ]
    found = read_bytes(tmp_path, text(*lines))
    assert found.rows == list(range(2, 83))
    assert found.frame.get_column(files.HEADER[0]).to_list() == [line.split(",")[0] for line in lines[1:]]


def test_both_readers_read_the_same(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(files.csv_bytes())
    source = open_source(path, known_headers=files.KNOWN)
    layout = next(iter(source.tables())).layout
    careful = next(csv_careful.frames(path, "utf-8", layout, beyond=csv_text._BEYOND, skip=1)).drop(csv_text._BEYOND)
    assert careful.rows() == read(path).frame.rows()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_first_blocks_are_short_so_that_checking_begins(tmp_path, encoding):
    found = read_bytes(tmp_path, text(HEADER, *[GOOD] * 120_000, encoding=encoding))
    heights = [frame.height for frame in found.frames]
    assert heights[0] < heights[1] < heights[2] <= heights[0] * 5
    assert found.rows == list(range(2, 120_002))
