"""One column at a time: each field type has its reader; columns of few values are judged once for each value."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.core.identifiers import citizen_id, doc_no, orgcode, region, regno, uscc
from xinheng.core.intake.fields import amounts, codes, dates, flags, text
from xinheng.core.intake.judged import Judged, of_frame
from xinheng.core.policy.model import Field, FieldType, Policy

# A column is judged on its distinct values where they are at most this share of the rows: dates, codes and names of
# authorities repeat, and parsing 400 days is 400 times cheaper than parsing 150,000 cells.
_WORTH_MAPPING = 0.3

_FLAGS = {
    FieldType.BOOL: "bool",
    FieldType.YEAR: "year",
    FieldType.MONTH: "month",
    FieldType.URL: "url",
    FieldType.JSON: "json",
    FieldType.DATETIME: "datetime",
}
_IDENTIFIERS = {
    FieldType.USCC: uscc,
    FieldType.ORGCODE: orgcode,
    FieldType.REGNO: regno,
    FieldType.PERSON_ID: citizen_id,
    FieldType.DOC_NO: doc_no,
    FieldType.REGION: region,
}
TYPED = (FieldType.DATE, FieldType.AMOUNT, FieldType.DECIMAL, FieldType.INT)


def judge_column(values: pl.Series, spec: Field, policy: Policy, *, on: date) -> Judged:
    """Read one column of cells as its field says."""
    if values.null_count() == len(values):
        typed = pl.Series("typed", [None] * len(values), dtype=_dtype(spec)) if spec.type in TYPED else None
        return Judged(values, typed=typed)
    distinct = values.unique()
    if len(distinct) > max(_WORTH_MAPPING * len(values), 64):
        return _judge(values, spec, policy, on)
    judged = _judge(distinct, spec, policy, on)
    if judged.reason is None and judged.warning is None and judged.repair is None and judged.typed is None:
        return Judged(values)  # every distinct value stands as it is
    looked_up = judged.frame().with_columns(distinct.alias("raw"))
    back = values.to_frame("raw").join(looked_up, on="raw", how="left", maintain_order="left", nulls_equal=True)
    return of_frame(back, typed=judged.typed is not None)


def _dtype(spec: Field) -> type[pl.DataType]:
    return pl.Date if spec.type is FieldType.DATE else pl.Int64


def _judge(values: pl.Series, spec: Field, policy: Policy, on: date) -> Judged:
    kind = spec.type
    if kind is FieldType.DATE:
        return dates.judge(values, on=on, past=spec.past, open_ended=spec.open_ended)
    if kind in (FieldType.AMOUNT, FieldType.DECIMAL, FieldType.INT):
        return amounts.judge(values, unit=spec.unit, scale=spec.scale, whole=kind is FieldType.INT)
    if kind in (FieldType.CODE, FieldType.SET):
        if spec.codelist is None:
            raise ValueError(f"field {spec.name} is a {kind} without a code list")
        return codes.judge(values, policy.codelists[spec.codelist], several=kind is FieldType.SET)
    if kind in _FLAGS:
        return flags.judge(values, _FLAGS[kind], on=on)
    if kind is FieldType.DOC_NO:
        return _within(_identifier(values, kind), spec.max_length)
    if kind in _IDENTIFIERS:
        return _identifier(values, kind)
    return text.judge(values, max_length=spec.max_length)


def _within(judged: Judged, max_length: int | None) -> Judged:
    """Find values over their length; a limit in characters cannot be passed by fewer bytes."""
    longest = judged.value.str.len_bytes().max()
    if max_length is None or longest is None or longest <= max_length:  # type: ignore[operator]
        return judged
    frame = judged.frame().with_columns(
        reason=pl.when(pl.col("value").str.len_chars() > max_length).then(pl.lit("text.too-long")).otherwise("reason")
    )
    return of_frame(frame.with_columns(value=pl.when(pl.col("reason").is_null()).then("value")))


def _identifier(values: pl.Series, kind: FieldType) -> Judged:
    """Blank out "无" and the like first: an empty code is empty, not malformed."""
    cleaned, emptied = text.blank_out(values)
    frame = _IDENTIFIERS[kind].judge(cleaned).rename({"normalised": "repair"})
    frame = frame.with_columns(value=pl.when(pl.col("reason").is_null()).then("value"))
    if emptied is not None:
        frame = frame.with_columns(
            repair=pl.when(emptied & (values != "")).then(pl.lit("empty-like")).otherwise("repair")
        )
    if kind is FieldType.PERSON_ID:  # which kind of document it is stands in another column: only a check can say
        frame = frame.with_columns(reason=pl.lit(None, dtype=pl.String), value=pl.coalesce("value", cleaned))
    return of_frame(frame)
