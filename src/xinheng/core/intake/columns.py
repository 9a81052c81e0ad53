"""One column at a time: each field type has its reader; columns of few values are judged once for each value."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.core.identifiers import citizen_id, doc_no, orgcode, region, regno, uscc
from xinheng.core.intake.fields import amounts, codes, dates, flags, text
from xinheng.core.intake.judged import Judged, Known, Numbered, of_frame
from xinheng.core.policy.model import Field, FieldType, Policy

_SAMPLE = 1_000
_REPEATS = 0.5  # a sample with fewer distinct values than this share comes from a column worth judging by value
_REMEMBERED = 20_000  # distinct values kept from block to block; beyond that the column is judged cell by cell

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
    FieldType.REGION: region,
}
TYPED = (FieldType.DATE, FieldType.AMOUNT, FieldType.DECIMAL, FieldType.INT)


class ColumnReader:
    """Reads one column of a sheet, block after block.

    Dates, codes and names of authorities repeat: such a column is judged once for each value, and what was learned from
    one block is remembered for the next. Parsing 400 days is 400 times cheaper than parsing 150,000 cells.
    """

    def __init__(self, spec: Field, policy: Policy, *, on: date) -> None:
        self.spec, self._policy, self._on = spec, policy, on
        self._repeats: bool | None = None
        self._raw = pl.Series("raw", [], dtype=pl.String)  # the distinct cells seen so far, as sent
        self._numbering = pl.Enum([])
        self._known: Known | None = None

    def judge(self, values: pl.Series) -> Judged:
        """Read the cells of one block."""
        if values.null_count() == len(values):
            typed = pl.Series("typed", [None], dtype=_dtype(self.spec)) if self.spec.type in TYPED else None
            return Judged(values, typed=None if typed is None else typed.new_from_index(0, len(values)))
        if self._repeats is None:
            filled = values.drop_nulls()
            sample = filled.gather_every(max(len(filled) // _SAMPLE, 1))
            self._repeats = sample.n_unique() <= max(_REPEATS * len(sample), 1) or len(values) <= 64
        if not self._repeats or len(self._raw) > _REMEMBERED:
            return _judge(values, self.spec, self._policy, self._on)
        return self._by_value(values)

    def _by_value(self, values: pl.Series) -> Judged:
        numbers = values.cast(self._numbering, strict=False)
        if numbers.null_count() > values.null_count():
            self._learn(values.filter(numbers.is_null() & values.is_not_null()).unique())
            numbers = values.cast(self._numbering, strict=False)
        assert self._known is not None
        at = numbers.to_physical().cast(pl.UInt32)
        return Numbered(values, self._known, at.fill_null(len(self._raw)) if at.null_count() else at)

    def _learn(self, strange: pl.Series) -> None:
        new = _judge(strange.extend_constant(None, 1), self.spec, self._policy, self._on).frame()
        judged = new if self._known is None else pl.concat([self._known.judged[:-1], new])
        self._raw = pl.concat([self._raw, strange.rename("raw")])
        self._numbering = pl.Enum(self._raw)
        self._known = Known(self._raw, judged)


def _dtype(spec: Field) -> type[pl.DataType]:
    return pl.Date if spec.type is FieldType.DATE else pl.Int64


def _judge(values: pl.Series, spec: Field, policy: Policy, on: date) -> Judged:
    kind = spec.type
    if kind is FieldType.DATE:
        return dates.judge(values, on=on, past=spec.past, open_ended=spec.open_ended)
    if kind in (FieldType.AMOUNT, FieldType.DECIMAL, FieldType.INT):
        return amounts.judge(
            values,
            unit=spec.unit,
            scale=spec.scale,
            whole=kind is FieldType.INT,
            foreign=spec.currency_into is not None,
        )
    if kind in (FieldType.CODE, FieldType.SET):
        if spec.codelist is None:
            raise ValueError(f"field {spec.name} is a {kind} without a code list")
        return codes.judge(values, policy.codelists[spec.codelist], several=kind is FieldType.SET)
    if kind in _FLAGS:
        return flags.judge(values, _FLAGS[kind], on=on)
    if kind is FieldType.DOC_NO:
        return _doc_no(values, spec.max_length)
    if kind in _IDENTIFIERS:
        return _identifier(values, kind)
    return text.judge(values, max_length=spec.max_length)


def _doc_no(values: pl.Series, max_length: int | None) -> Judged:
    """Most numbers have the usual form and need no second look: 深市监罚字〔2026〕12号."""
    usual = values.str.contains(doc_no.PLAIN).fill_null(True)
    if max_length is not None:
        usual = usual & (values.str.len_bytes() <= max_length).fill_null(True)
    at = (~usual).arg_true()
    marks = {"usual": usual}
    if not len(at):
        return Judged(values, marks=marks)
    rest = values[at]
    cleaned, emptied = text.blank_out(rest)
    frame = doc_no.judge(cleaned).rename({"normalised": "repair"})
    frame = frame.with_columns(
        reason=pl.when(pl.col("value").str.len_chars() > (max_length or 1 << 30))
        .then(pl.lit("text.too-long"))
        .otherwise("reason")
    )
    frame = _emptied(frame, emptied, rest).with_columns(value=pl.when(pl.col("reason").is_null()).then("value"))
    reason, warning, repair = (
        text.spread(frame.get_column(name), at, len(values)) for name in ("reason", "warning", "repair")
    )
    return Judged(values.clone().scatter(at, frame.get_column("value")), reason, warning, repair, marks=marks)


def _identifier(values: pl.Series, kind: FieldType) -> Judged:
    """Blank out "无" and the like first: an empty code is empty, not malformed."""
    cleaned, emptied = text.blank_out(values)
    frame = _emptied(_IDENTIFIERS[kind].judge(cleaned).rename({"normalised": "repair"}), emptied, values)
    if kind is FieldType.PERSON_ID:  # which kind of document it is stands in another column: only a check can say
        frame = frame.with_columns(reason=pl.lit(None, dtype=pl.String), value=pl.coalesce("value", cleaned))
    if frame.get_column("reason").null_count() < frame.height:
        frame = frame.with_columns(value=pl.when(pl.col("reason").is_null()).then("value"))
    return of_frame(frame)


def _emptied(frame: pl.DataFrame, emptied: pl.Series | None, values: pl.Series) -> pl.DataFrame:
    if emptied is None:
        return frame
    return frame.with_columns(repair=pl.when(emptied & (values != "")).then(pl.lit("empty-like")).otherwise("repair"))
