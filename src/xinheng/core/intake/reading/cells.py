"""A typed value as the text a person would have typed: the same for JSON, Parquet and workbooks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import polars as pl

from xinheng.core.intake.reading.refusal import refuse
from xinheng.core.intake.table import ROW

_LONGEST_EXPONENT = 400  # 1e999999999 is nine characters of JSON and a gigabyte of digits
_RECORDS = 10_000


def text_of(value: object) -> str | None:
    """Return a JSON value as cell text: numbers plain and exact, 是 and 否, what is nested as JSON."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return plain_number(Decimal(repr(value)))
    if isinstance(value, Decimal):
        return plain_number(value)
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=float)
    except RecursionError:
        raise refuse("file.json-malformed", what="嵌套过深") from None


def plain_number(value: Decimal) -> str | None:
    """0.10 → 0.1, 1E+5 → 100000, 20.0 → 20; not a number → nothing."""
    if value.is_nan():
        return None
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > _LONGEST_EXPONENT:
        return str(value)
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def frames_of(records: Iterator[tuple[int, Mapping[str, object]]], header: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Gather numbered records into frames of text cells."""
    keys = tuple(header)
    while True:
        numbers: list[int] = []
        columns: list[list[str | None]] = [[] for _ in keys]
        for number, record in records:
            numbers.append(number)
            for column, key in zip(columns, keys, strict=True):
                column.append(text_of(record.get(key)))
            if len(numbers) == _RECORDS:
                break
        if not numbers:
            return
        data = {ROW: numbers} | dict(zip(keys, columns, strict=True))
        yield pl.DataFrame(data, schema={ROW: pl.UInt32} | dict.fromkeys(keys, pl.String))


def typed_as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """Return the expression that turns a typed column into cell text."""
    column = pl.col(name)
    text: pl.Expr
    if dtype == pl.Boolean:
        text = pl.when(column).then(pl.lit("是")).when(~column).then(pl.lit("否"))
    elif dtype.is_decimal():
        text = _without_trailing_zeros(column.cast(pl.String))
    elif dtype.is_float():
        text = column.map_batches(_floats, return_dtype=pl.String)
    elif isinstance(dtype, pl.Datetime):
        local = column.dt.convert_time_zone("Asia/Shanghai") if dtype.time_zone else column
        text = local.dt.to_string("%Y-%m-%d %H:%M:%S%.3f").str.replace(r"\.000$", "").str.replace(r" 00:00:00$", "")
    elif dtype == pl.Time:
        text = column.dt.to_string("%H:%M:%S")
    elif dtype == pl.Date:
        text = column.dt.to_string("%Y-%m-%d")
    elif dtype == pl.Binary:
        text = column.cast(pl.String, strict=False)
    elif dtype.is_nested():
        text = column.map_batches(_nested, return_dtype=pl.String)
    elif dtype == pl.Null:
        text = pl.lit(None, dtype=pl.String)
    else:
        text = column.cast(pl.String)
    return text.alias(name)


def _without_trailing_zeros(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(".", literal=True)).then(text.str.replace(r"\.?0+$", "")).otherwise(text)


def _floats(values: pl.Series) -> pl.Series:
    distinct = values.unique()
    texts = [
        None if value is None else plain_number(Decimal(text))
        for value, text in zip(distinct, distinct.cast(pl.String), strict=True)
    ]
    return (
        values.to_frame("v")
        .join(
            pl.DataFrame({"v": distinct, "t": pl.Series(texts, dtype=pl.String)}),
            on="v",
            how="left",
            maintain_order="left",
        )["t"]
        .alias(values.name)
    )


def _nested(values: pl.Series) -> pl.Series:
    texts = [
        None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
        for value in values.to_list()
    ]
    return pl.Series(values.name, texts, dtype=pl.String)


def all_as_text(frame: pl.LazyFrame, schema: pl.Schema) -> pl.LazyFrame:
    """Turn every column of a typed frame into cell text."""
    return frame.select(typed_as_text(name, dtype) for name, dtype in schema.items())
