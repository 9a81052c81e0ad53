"""One column at a time: each field type has its reader; columns of few values are judged once for each value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import polars as pl

from xinheng.core.identifiers import citizen_id, doc_no, orgcode, region, regno, uscc
from xinheng.core.identifiers import column as whole
from xinheng.core.intake.fields import amounts, codes, dates, flags, text
from xinheng.core.intake.judged import Judged, Known, Numbered, Spotted, spotted
from xinheng.core.places import places
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
_BY_THE_CELL = {FieldType.DATE, FieldType.AMOUNT, FieldType.DECIMAL, FieldType.INT, FieldType.CODE, FieldType.SET} | {
    *_FLAGS,
    *_IDENTIFIERS,
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
        self._known: Known | None = None
        self._numbering = self._number()
        self._first_look = tuple(_named(spec, _first_look(spec)))

    def judge(self, values: pl.Series) -> Judged:
        """Read the cells of one block."""
        return read_columns({self.spec.name: self}, {self.spec.name: values})[self.spec.name]

    def first_look(self, values: pl.Series) -> tuple[pl.Expr, ...]:
        """Return what is to be computed of the column (by its field's name) before it is read."""
        if values.null_count() == len(values):
            return ()
        if self._repeats is None:
            filled = values.drop_nulls()
            sample = filled.gather_every(max(len(filled) // _SAMPLE, 1))
            self._repeats = sample.n_unique() <= max(_REPEATS * len(sample), 1) or len(values) <= 64
        return self._numbering if self._repeats and len(self._raw) <= _REMEMBERED else self._first_look

    def read(self, values: pl.Series, seen: Sequence[pl.Series]) -> Judged:
        """Read the cells of one block; ``seen``: the first look at them."""
        if values.null_count() == len(values):
            typed = pl.Series("typed", [None], dtype=_dtype(self.spec)) if self.spec.type in TYPED else None
            return Judged(values, typed=None if typed is None else typed.new_from_index(0, len(values)))
        if self._repeats and len(self._raw) <= _REMEMBERED:
            return self._by_value(values, seen[0])
        return _judge(values, self.spec, self._policy, self._on, seen)

    def _by_value(self, values: pl.Series, numbers: pl.Series) -> Judged:
        if numbers.null_count() > values.null_count():
            self._learn(values.filter(numbers.is_null() & values.is_not_null()).unique())
            numbers = values.to_frame(self.spec.name).select_seq(self._numbering).to_series()
        assert self._known is not None
        return Numbered(values, self._known, numbers.fill_null(len(self._raw)) if numbers.null_count() else numbers)

    def _learn(self, strange: pl.Series) -> None:
        new = _judge(strange.extend_constant(None, 1), self.spec, self._policy, self._on).frame()
        judged = new if self._known is None else pl.concat([self._known.judged[:-1], new])
        self._raw = pl.concat([self._raw, strange.rename("raw")])
        self._known = Known(self._raw, judged)
        self._numbering = self._number()

    def _number(self) -> tuple[pl.Expr, ...]:
        """Return how cells become numbers of known values; null where a cell is empty or not known."""
        cells = pl.col(self.spec.name)
        return (cells.cast(pl.Enum(self._raw), strict=False).to_physical().cast(pl.UInt32),)


def read_columns(readers: Mapping[str, ColumnReader], cells: Mapping[str, pl.Series]) -> dict[str, Judged]:
    """Read the columns of one block, by the names of their fields.

    What each reader wants to see first is computed for all columns in one go: a block is short, and asking costs as much as
    several columns do.
    """
    looks = {name: reader.first_look(cells[name]) for name, reader in readers.items()}
    block = pl.DataFrame([cells[name].alias(name) for name, look in looks.items() if look])
    seen = iter(block.select_seq(expression for look in looks.values() for expression in look).get_columns())
    return {name: reader.read(cells[name], [next(seen) for _ in looks[name]]) for name, reader in readers.items()}


def _first_look(spec: Field) -> tuple[pl.Expr, ...]:
    if spec.type in _BY_THE_CELL:
        return ()
    cells = pl.col(spec.name)
    if spec.type is FieldType.DOC_NO:
        return cells.str.contains(doc_no.PLAIN).fill_null(True), cells.str.len_bytes()
    return text.first_look(cells, spec.max_length)


def _named(spec: Field, look: Iterable[pl.Expr]) -> Iterator[pl.Expr]:
    return (expression.alias(f"{spec.name}:{number}") for number, expression in enumerate(look))


def _dtype(spec: Field) -> type[pl.DataType]:
    return pl.Date if spec.type is FieldType.DATE else pl.Int64


def _judge(values: pl.Series, spec: Field, policy: Policy, on: date, seen: Sequence[pl.Series] = ()) -> Judged:
    """Read cells one by one; ``seen``: the first look at them, where it has been taken already."""
    kind = spec.type
    if not seen and (look := _first_look(spec)):
        seen = values.to_frame(spec.name).select_seq(_named(spec, look)).get_columns()
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
        return _doc_no(values, spec.max_length, *seen)
    if kind in _IDENTIFIERS:
        return _identifier(values, kind)
    return text.judge(values, *seen, max_length=spec.max_length)


def _doc_no(values: pl.Series, max_length: int | None, usual: pl.Series, size: pl.Series) -> Judged:
    """Most numbers have the usual form and need no second look: 深市监罚字〔2026〕12号."""
    if max_length is not None and (longest := size.max()) is not None and longest > max_length:  # type: ignore[operator]
        usual = usual & (size <= max_length).fill_null(True)
    marks = {"usual": usual}
    at = places(~usual)
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
    return spotted(values, at, frame, marks=marks)


def _identifier(values: pl.Series, kind: FieldType) -> Judged:
    """Blank out "无" and the like: an empty code is empty, not malformed. They are among the cells that are not right as they stand."""
    way = _IDENTIFIERS[kind].WAY
    rest, warned = whole.glance_over(values, way)
    doubtful = None if warned is None else (pl.Series(warned[0], dtype=pl.UInt32), warned[1])
    if not len(rest):
        return Judged(values) if doubtful is None else Spotted(values, {"warning": doubtful})
    raw = values.gather(rest)
    cleaned, emptied = text.blank_out(raw)
    closer = whole.read_closely(cleaned, way) if emptied is None else whole.judge(cleaned, way)
    frame = _emptied(closer.rename({"normalised": "repair"}), emptied, raw)
    if kind is FieldType.PERSON_ID:  # which kind of document it is stands in another column: only a check can say
        frame = frame.with_columns(reason=pl.lit(None, dtype=pl.String), value=pl.coalesce("value", cleaned))
    elif frame.get_column("reason").null_count() < frame.height:
        frame = frame.with_columns(value=pl.when(pl.col("reason").is_null()).then("value"))
    return spotted(values, pl.Series(rest, dtype=pl.UInt32), frame, warned=doubtful)


def _emptied(frame: pl.DataFrame, emptied: pl.Series | None, values: pl.Series) -> pl.DataFrame:
    if emptied is None:
        return frame
    return frame.with_columns(repair=pl.when(emptied & (values != "")).then(pl.lit("empty-like")).otherwise("repair"))
