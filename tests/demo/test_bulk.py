"""Large penalty files for measuring."""

import io
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from xinheng.core.identifiers import uscc
from xinheng.demo import bulk

CODE, NUMBER = bulk.COLUMNS[2], bulk.COLUMNS[9]


def table(rows: int, **options: object) -> pl.DataFrame:
    return pl.concat(list(bulk.penalties(rows, **options)))  # type: ignore[arg-type]


def test_the_table_has_the_asked_number_of_rows_over_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BLOCK", 400)
    frame = table(1001)
    assert frame.shape == (1001, 26)
    assert tuple(frame.columns) == bulk.COLUMNS


def test_the_same_seed_gives_the_same_rows() -> None:
    assert_frame_equal(table(500, seed=4), table(500, seed=4))
    assert table(500, seed=5)[CODE].to_list() != table(500, seed=4)[CODE].to_list()


def test_a_clean_table_has_valid_codes_unique_numbers_and_matching_amounts() -> None:
    frame = table(2000, bad_share=0)
    assert uscc.judge(frame[CODE])["reason"].null_count() == 2000
    assert frame[NUMBER].n_unique() == 2000
    said = frame[bulk.COLUMNS[14]].str.extract(r"罚款人民币([0-9]+)元", 1).cast(pl.Float64)
    given = frame[bulk.COLUMNS[15]].cast(pl.Float64) * 10_000
    assert (said - given).abs().max() < 0.01


def test_about_the_asked_share_of_rows_is_wrong() -> None:
    clean, spoiled = table(10_000, bad_share=0), table(10_000, bad_share=0.03)
    differs = pl.select(pl.any_horizontal(spoiled[name].ne_missing(clean[name]) for name in bulk.COLUMNS)).to_series()
    assert 0.02 < differs.mean() < 0.04


def test_every_kind_of_error_changes_a_row() -> None:
    spoiled = table(20_000, bad_share=0.5)
    assert spoiled[bulk.COLUMNS[0]].null_count() > 0
    assert spoiled[bulk.COLUMNS[11]].str.starts_with("\x07").any()
    assert (spoiled[bulk.COLUMNS[18]] == "2025/02/30").any()
    assert (spoiled[NUMBER].str.len_chars() > 128).any()
    assert spoiled.is_duplicated().any()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_reads_back_in_every_encoding(tmp_path: Path, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BLOCK", 100)
    path = tmp_path / "penalties.csv"
    bulk.write_penalties(path, 250, encoding=encoding, seed=2)
    text = path.read_bytes().decode(encoding)
    assert "\ufeff" not in text
    frame = pl.read_csv(io.StringIO(text), infer_schema=False)
    assert_frame_equal(frame, table(250, seed=2))


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "xlsx"])
def test_other_formats_hold_the_same_rows(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"penalties.{kind}"
    bulk.write_penalties(path, 200, format=kind, seed=2, bad_share=0)
    if kind == "jsonl":
        frame = pl.read_ndjson(path, schema=dict.fromkeys(bulk.COLUMNS, pl.String))
    elif kind == "parquet":
        frame = pl.read_parquet(path)
    else:
        frame = pl.read_excel(path, infer_schema_length=0).select(bulk.COLUMNS)
        frame = frame.cast(pl.String)
    assert_frame_equal(frame, table(200, seed=2, bad_share=0))


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no writer"):
        bulk.write_penalties(tmp_path / "x.ods", 5, format="ods")


def test_no_decision_lies_after_the_day() -> None:
    days = table(1000, bad_share=0, on=date(2026, 5, 8))[bulk.COLUMNS[18]].str.to_date("%Y/%m/%d")
    assert days.max() < date(2026, 5, 8)
