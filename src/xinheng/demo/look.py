"""How a department's files look: their format, headers, dates, and the clutter around the data. None of it is an error."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from xinheng.core.policy.model import Field, FieldType, Item
from xinheng.demo.dice import Dice

_NO_END = date(2099, 12, 31)
_EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One department's habits for one kind of file."""

    format: str = "xlsx"  # xlsx csv jsonl
    encoding: str = "utf-8"
    headers: str = "zh"  # official names, "code" short codes of the national table, "alias" variants really seen
    dates: str = "%Y/%m/%d"  # or "cell": a real date cell, "serial": the number Excel keeps for it
    title_rows: int = 0
    groups: bool = False  # a row of merged group names above the header
    totals: bool = False
    hidden: bool = False  # one hidden row
    own_column: bool = False  # x_ column for the sender's own use
    unknown_column: bool = False
    wide_digits: bool = False  # full-width digits in codes of some rows
    lower_case: bool = False  # codes of some rows in lower case
    numbers: bool = False  # amounts as number cells


PLAIN = Look()
_DATES = ("%Y/%m/%d", "%Y-%m-%d", "%Y年%m月%d日", "%Y.%m.%d", "%Y%m%d", "%Y-%m-%d 00:00:00", "cell", "serial")


def look_for(item: Item, rows: int, dice: Dice) -> Look:
    """Return a department's habits: mostly workbooks by the template, system exports where there are many rows."""
    if rows > 1500 or dice.random.random() < 0.14:
        kind, encoding = (
            ("csv", "utf-8"),
            ("csv", "gb18030"),
            ("csv", "utf-8-sig"),
            ("csv", "utf-16"),
            ("jsonl", "utf-8"),
        )[int(dice.places(5, 1, (4, 3, 3, 1, 2))[0])]
        dates = str(dice.pick(_DATES[:5], 1, (4, 4, 1, 1, 2))[0])
        return Look(format=kind, encoding=encoding, dates=dates, headers="name" if kind == "jsonl" else "zh")
    yes = dice.random.random(9) < (0.15, 0.25, 0.1, 0.15, 0.1, 0.2, 0.12, 0.1, 0.1)
    has_codes = sum(f.code is not None for f in item.fields) * 2 > len(item.fields)
    has_aliases = any(f.aliases for f in item.fields)
    return Look(
        headers="code" if has_codes and yes[0] else "alias" if has_aliases and yes[0] else "zh",
        dates=str(dice.pick(_DATES, 1, (6, 3, 1, 1, 1, 1, 3, 1))[0]),
        title_rows=int(yes[1]) + int(yes[2]),
        groups=bool(yes[2]),
        totals=bool(yes[3]),
        hidden=bool(yes[4]),
        own_column=bool(yes[5]),
        unknown_column=bool(yes[6]),
        wide_digits=bool(yes[7]),
        lower_case=bool(yes[8]),
        numbers=bool(yes[0]),
    )


def render(rows: pl.DataFrame, item: Item, look: Look) -> pl.DataFrame:
    """Return the rows as the text that stands in the cells, columns still named like the fields."""
    columns = [as_text(rows[f.name], f, look.dates) for f in item.fields if f.name in rows.columns]
    frame = pl.DataFrame(columns)
    every = pl.int_range(pl.len()) % 11 == 5
    if look.wide_digits and "subject_code" in frame.columns:
        wide = pl.col("subject_code").str.replace_many(list("0123456789"), list("０１２３４５６７８９"))
        frame = frame.with_columns(pl.when(every).then(wide).otherwise("subject_code").alias("subject_code"))
    if look.lower_case and "subject_code" in frame.columns:
        low = pl.col("subject_code").str.to_lowercase()
        frame = frame.with_columns(pl.when(every).then(low).otherwise("subject_code").alias("subject_code"))
    return frame


def as_text(column: pl.Series, field: Field, dates: str) -> pl.Series:
    """Return one column as cell text."""
    if column.dtype != pl.Date:
        return column.cast(pl.String).alias(field.name)
    if dates == "serial":
        text = (column.cast(pl.Int32) - (_EXCEL_EPOCH - date(1970, 1, 1)).days).cast(pl.String)
    else:
        text = column.dt.strftime("%Y/%m/%d" if dates == "cell" else dates)
    if field.open_ended:
        text = pl.select(pl.when(column == _NO_END).then(pl.lit("2099/12/31")).otherwise(text)).to_series()
    return text.alias(field.name)


def headers(item: Item, names: list[str], look: Look) -> list[str]:
    """Return the titles of these fields as this department writes them."""
    titles = []
    for place, name in enumerate(names):
        field = item.field(name)
        if look.headers == "name":
            titles.append(field.name)
        elif look.headers == "code" and field.code:
            titles.append(field.code)
        elif look.headers == "alias" and field.aliases and place % 3 == 0:
            titles.append(field.aliases[0])
        else:
            titles.append(field.zh)
    return titles


def is_number(field: Field) -> bool:
    """Say whether a careful clerk's workbook keeps this field as a number."""
    return field.type in (FieldType.AMOUNT, FieldType.DECIMAL, FieldType.INT)
