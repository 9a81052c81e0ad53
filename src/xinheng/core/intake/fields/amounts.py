"""Money and other numbers: read exactly, never through floating point; a unit written in the cell is obeyed and reported."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

import polars as pl

from xinheng.core.intake.fields.text import blank_out
from xinheng.core.intake.judged import Judged, of_frame

_PLAIN = r"^[0-9]+(?:\.[0-9]+)?$"
_WIDE = str.maketrans("０１２３４５６７８９．，－＋（）￥", "0123456789.,-+()¥")
_NUMBER = re.compile(
    r"^(?:人民币|RMB|CNY|¥)?\s*(?P<n>[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]{1,2})?)\s*"
    r"\(?(?P<u>亿元|万元|亿|万|千元|元|圆)?(?:人民币|整|正|(?P<c>港币|港元|美元|美金|欧元|日元|英镑|加元|澳元|新加坡元|新加坡币|台币|新台币|韩元|瑞士法郎))?\)?$"
)
# As people write it → label of the code list of currencies.
CURRENCIES = {
    "港币": "港元", "港元": "港元", "美元": "美元", "美金": "美元", "欧元": "欧元", "日元": "日元", "英镑": "英镑", "加元": "加拿大元",
    "澳元": "澳大利亚元", "新加坡元": "新加坡元", "新加坡币": "新加坡元", "台币": "新台币", "新台币": "新台币", "韩元": "韩元",
    "瑞士法郎": "瑞士法郎",
}  # fmt: skip
CURRENCY_PATTERN = f"({'|'.join(sorted(CURRENCIES, key=len, reverse=True))})"
_UNITS = {
    "亿元": Decimal(100_000_000),
    "亿": Decimal(100_000_000),
    "万元": Decimal(10_000),
    "万": Decimal(10_000),
    "千元": Decimal(1_000),
}
_INTEGER_DIGITS = 12  # decimal(18,6) of the national table; the same room is kept for amounts in 元


def _read(text: str, *, unit: str | None, scale: int, foreign: bool) -> tuple[str | None, str | None, str | None]:
    """Return (plain decimal, reason, repair) for one cell that is not already plain."""
    folded = text.translate(_WIDE).replace(" ", "").replace("\u3000", "")
    match = _NUMBER.match(folded)
    if match is None:
        return None, "amount.not-a-number", None
    try:
        number = Decimal(match["n"].replace(",", ""))
    except InvalidOperation:
        return None, "amount.not-a-number", None
    repair = "thousands-separator" if "," in match["n"] else "number-cleaned"
    if match["u"] and unit:
        written, wanted = _UNITS.get(match["u"], Decimal(1)), _UNITS.get(unit, Decimal(1))
        if written != wanted:
            number, repair = number * written / wanted, "unit-converted"
    elif match["u"] and not unit:
        return None, "amount.not-a-number", None
    if match["c"]:
        if not foreign:
            return None, "amount.foreign-currency", None
        repair = "currency-noted"
    if number < 0:
        return None, "amount.negative", None
    reason = _size(number, scale)
    return (None, reason, None) if reason else (plain(number), None, repair)


def _size(number: Decimal, scale: int) -> str | None:
    if -int(number.normalize().as_tuple().exponent) > scale:
        return "amount.too-precise"
    if number >= Decimal(10) ** _INTEGER_DIGITS:
        return "amount.too-large"
    return None


def plain(number: Decimal) -> str:
    """Return the one canonical text of a number: no exponent, no trailing zeros."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def judge(values: pl.Series, *, unit: str | None, scale: int, whole: bool = False, foreign: bool = False) -> Judged:
    """Read a column of numbers; ``foreign``: another currency may be named, its name goes into a field of its own; ``typed`` is Int64 in units of 10⁻ˢᶜᵃˡᵉ (for 万元 with six decimals that is 分)."""
    scale = 0 if whole else scale
    stripped = values.str.strip_chars(" \t\n\r\u3000\u00a0\u200b\ufeff")
    cleaned, emptied = blank_out(stripped)
    frame = pl.DataFrame({"raw": values, "v": cleaned}).with_columns(ok=pl.col("v").str.contains(_PLAIN))
    whole_part, fraction = pl.col("v").str.extract(r"^0*([0-9]*)", 1), pl.col("v").str.extract(r"\.([0-9]*?)0*$", 1)
    frame = frame.with_columns(w=whole_part, f=fraction.fill_null("")).with_columns(
        reason=pl.when(pl.col("ok") & (pl.col("w").str.len_bytes() > _INTEGER_DIGITS))
        .then(pl.lit("amount.too-large"))
        .when(pl.col("ok") & (pl.col("f").str.len_bytes() > scale))
        .then(pl.lit("amount.too-precise"))
        .otherwise(None),
        value=pl.when("ok").then(
            pl.when(pl.col("w") == "").then(pl.lit("0")).otherwise("w")
            + pl.when(pl.col("f") == "").then(pl.lit("")).otherwise("." + pl.col("f"))
        ),
        repair=pl.lit(None, dtype=pl.String),
    )
    odd = frame.filter(pl.col("v").is_not_null() & ~pl.col("ok")).get_column("v").unique().to_list()
    if odd:
        read = [_read(text, unit=unit, scale=scale, foreign=foreign) for text in odd]
        looked_up = pl.DataFrame(
            {
                "v": odd,
                "value2": [r[0] for r in read],
                "reason2": [r[1] for r in read],
                "repair2": [r[2] for r in read],
            },
            schema={"v": pl.String, "value2": pl.String, "reason2": pl.String, "repair2": pl.String},
        )
        frame = frame.join(looked_up, on="v", how="left", maintain_order="left").with_columns(
            value=pl.coalesce("value", "value2"),
            reason=pl.coalesce("reason", "reason2"),
            repair=pl.col("repair2"),
        )
    frame = frame.with_columns(value=pl.when(pl.col("reason").is_null()).then("value"))
    cents = pl.col("value").str.split_exact(".", 1).struct.rename_fields(["a", "b"])
    typed = cents.struct.field("a").cast(pl.Int64) * 10**scale + (
        cents.struct.field("b").fill_null("").str.pad_end(scale, "0").cast(pl.Int64, strict=False).fill_null(0)
    )
    frame = frame.select(
        "value", "reason", pl.lit(None, dtype=pl.String).alias("warning"), "repair", typed.alias("typed")
    )
    if emptied is not None:
        frame = frame.with_columns(
            repair=pl.when(emptied & (stripped != "")).then(pl.lit("empty-like")).otherwise("repair")
        )
    return of_frame(frame, typed=True)
