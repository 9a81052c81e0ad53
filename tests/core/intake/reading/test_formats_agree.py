"""The same cells come out as the same text through every format."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from support import files

from .reading import read, read_bytes


@pytest.fixture
def expected(tmp_path: Path):
    return read(files.write_parquet(tmp_path / "reference.parquet")).frame


def test_the_reference_is_what_was_written(expected):
    assert expected.rows() == [tuple(row) for row in files.ROWS]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_delimited_text_in_every_encoding(tmp_path, expected, encoding, newline):
    found = read_bytes(tmp_path, files.csv_bytes(encoding=encoding, newline=newline))
    assert (found.format, found.encoding, found.rows) == ("csv", encoding, [2, 3, 4, 5])
    assert_frame_equal(found.frame, expected)


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_delimited_text_with_every_separator(tmp_path, expected, separator, quoting):
    assert_frame_equal(read_bytes(tmp_path, files.csv_bytes(separator=separator, quoting=quoting)).frame, expected)


def test_workbooks_new_and_old(tmp_path, expected):
    for path in (files.write_xlsx(tmp_path / "a.xlsx"), files.write_xls(tmp_path / "a.xls")):
        found = read(path)
        assert (found.format, found.encoding, found.rows) == (path.suffix[1:], None, [2, 3, 4, 5])
        assert_frame_equal(found.frame, expected)


@pytest.mark.parametrize("under", [None, "rows", "data", "records", "list"])
def test_json(tmp_path, expected, under):
    found = read_bytes(tmp_path, files.json_bytes(under=under), "a.json")
    assert (found.format, found.encoding, found.rows, found.header_rows) == ("json", "utf-8", [1, 2, 3, 4], [0])
    assert_frame_equal(found.frame, expected)


def test_json_lines(tmp_path, expected):
    found = read_bytes(tmp_path, files.json_lines_bytes(), "a.jsonl")
    assert (found.format, found.rows) == ("jsonl", [1, 2, 3, 4])
    assert_frame_equal(found.frame, expected)


def test_json_in_other_encodings(tmp_path, expected):
    for encoding in ("utf-8-sig", "gb18030"):
        found = read_bytes(tmp_path, files.json_bytes().decode().encode(encoding), "a.json")
        assert found.encoding == encoding
        assert_frame_equal(found.frame, expected)
        assert_frame_equal(
            read_bytes(tmp_path, files.json_lines_bytes().decode().encode(encoding), "a.jsonl").frame, expected
        )


# Carriage returns stay out: a workbook cannot hold one that a delimited text can.
cell = st.one_of(
    st.none(),
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\n\t,;|\"'"), min_size=1, max_size=12
    ).filter(lambda text: not text.startswith("\ufeff")),
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(st.text("甲乙丙丁abc123", min_size=1, max_size=6), cell, cell), min_size=1, max_size=8))
def test_any_cells_agree_between_delimited_text_json_and_workbook(tmp_path_factory, rows):
    folder, header = tmp_path_factory.mktemp("agree"), files.HEADER[:3]
    reference = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")
    assert_frame_equal(read_bytes(folder, files.csv_bytes(rows, header)).frame, reference)
    assert_frame_equal(read_bytes(folder, files.csv_bytes(rows, header, encoding="gb18030")).frame, reference)
    assert_frame_equal(read_bytes(folder, files.csv_bytes(rows, header, encoding="utf-16-le")).frame, reference)
    assert_frame_equal(read_bytes(folder, files.json_bytes(rows, header), "a.json").frame, reference)
    assert_frame_equal(read_bytes(folder, files.json_lines_bytes(rows, header), "a.jsonl").frame, reference)
    assert_frame_equal(read(files.write_xlsx(folder / "a.xlsx", ("数据", [header, *rows]))).frame, reference)
