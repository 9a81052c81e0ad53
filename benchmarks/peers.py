"""The same rules in other validators: dataframely and pandera (lent our kernels), frictionless, pydantic, plain Python.

The rules: fourteen mandatory columns, nine lengths, two code lists (one of them a set), three unified codes with both check
digits, three dates in several spellings, two orders of dates, amounts with six decimals, fine against kind in both
directions, forbidden characters, duplicates by number and party. Each job reads first and returns the work to be timed.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Callable
from datetime import date

import polars as pl

from xinheng.core.identifiers import uscc
from xinheng.core.intake.fields import amounts, dates
from xinheng.demo.bulk import COLUMNS

NAME, TYPE, CODE, NUMBER, KIND, FACTS, GROUND, KINDS, CONTENT, FINE = (
    COLUMNS[i] for i in (0, 1, 2, 9, 10, 11, 12, 13, 14, 15)
)
DECIDED, VALID, ORGAN, ORGAN_CODE, SOURCE, SOURCE_CODE = (COLUMNS[i] for i in (18, 19, 21, 22, 23, 24))
MANDATORY = (NAME, TYPE, CODE, NUMBER, KIND, FACTS, GROUND, KINDS, CONTENT, DECIDED, VALID, ORGAN, ORGAN_CODE, SOURCE)
LENGTHS = {
    NAME: 200,
    NUMBER: 64,
    KIND: 2000,
    FACTS: 5000,
    GROUND: 2048,
    CONTENT: 4000,
    ORGAN: 200,
    SOURCE: 200,
    COLUMNS[8]: 50,
}
CODES = (CODE, ORGAN_CODE, SOURCE_CODE)
TYPES = ("法人及非法人组织", "个体工商户", "自然人")
LABELS = frozenset(
    [
        "警告",
        "罚款",
        "通报批评",
        "没收违法所得",
        "没收非法财物",
        "暂扣许可证件",
        "降低资质等级",
        "吊销许可证件",
        "限制开展生产经营活动",
        "责令停产停业",
        "责令关闭",
        "限制从业",
        "行政拘留",
    ]
)
ON = date(2026, 4, 1)
FORBIDDEN = r"[\x00-\x08\x0b-\x1f\x7f]"


def _good_code(values: pl.Series) -> pl.Series:
    return uscc.judge(values).get_column("reason").is_null()


def _good_date(values: pl.Series, *, past: bool) -> pl.Series:
    distinct = values.unique()  # the kernel that made ours fast is lent whole
    judged = dates.judge(distinct, on=ON, past=past, open_ended=True).frame()
    table = pl.DataFrame({"v": distinct, "good": judged.get_column("reason").is_null()})
    return (
        values.to_frame("v").join(table, on="v", how="left", maintain_order="left", nulls_equal=True).get_column("good")
    )


def _day(values: pl.Series) -> pl.Series:
    distinct = values.unique()
    judged = dates.judge(distinct, on=ON, past=False, open_ended=True).frame()
    table = pl.DataFrame({"v": distinct, "day": judged.get_column("typed")})
    return (
        values.to_frame("v").join(table, on="v", how="left", maintain_order="left", nulls_equal=True).get_column("day")
    )


def _good_amount(values: pl.Series) -> pl.Series:
    judged = amounts.judge(values, unit="万元", scale=6).frame()
    return judged.get_column("reason").is_null()


def _labels_known() -> pl.Expr:
    return pl.col(KINDS).str.split(";").list.eval(pl.element().is_in(list(LABELS))).list.all()


def expressions() -> dict[str, pl.Expr]:
    """Return each rule as an expression that is true where a row is good."""
    found = {f"mandatory {c}": pl.col(c).is_not_null() for c in MANDATORY}
    found |= {f"length {c}": pl.col(c).str.len_chars() <= n for c, n in LENGTHS.items()}
    found |= {f"code {c}": pl.col(c).map_batches(_good_code, return_dtype=pl.Boolean) for c in CODES}
    found |= {f"text {c}": ~pl.col(c).str.contains(FORBIDDEN) for c in (NAME, KIND, FACTS, GROUND, CONTENT)}
    day = {c: pl.col(c).map_batches(_day, return_dtype=pl.Date) for c in (DECIDED, VALID)}
    found |= {
        "type": pl.col(TYPE).is_in(TYPES),
        "kinds": _labels_known(),
        "decided": pl.col(DECIDED).map_batches(lambda s: _good_date(s, past=True), return_dtype=pl.Boolean),
        "valid": pl.col(VALID).map_batches(lambda s: _good_date(s, past=False), return_dtype=pl.Boolean),
        "order": (day[VALID] >= day[DECIDED]).fill_null(True),
        "amount": pl.col(FINE).map_batches(_good_amount, return_dtype=pl.Boolean),
        "fine stated": pl.col(FINE).is_not_null() | ~pl.col(KINDS).str.contains("罚款", literal=True),
        "fine named": pl.col(FINE).is_null() | pl.col(KINDS).str.contains("罚款", literal=True),
        "once": pl.struct(NUMBER, CODE).is_first_distinct(),
    }
    return {name: e.fill_null(True) for name, e in found.items()}


def _read(path: str, rows: int | None = None) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False, n_rows=rows)


def run_dataframely(path: str) -> Callable[[], dict]:
    """Filter with dataframely, counts by rule included."""
    import dataframely as dy

    frame = _read(path)
    rules = {re.sub(r"\W", "_", name): e for name, e in expressions().items()}
    body: dict[str, object] = {f"c{i}": dy.String(alias=c, nullable=True) for i, c in enumerate(COLUMNS)}
    for name, e in rules.items():
        body[f"rule_{name}"] = dy.rule()(lambda cls, e=e: e)
    schema = type("Penalties", (dy.Schema,), body)

    def work() -> dict:
        _, failed = schema.filter(frame)
        return {"findings": sum(failed.counts().values())}

    return work


def run_pandera(path: str) -> Callable[[], dict]:
    """Validate lazily with pandera's Polars backend."""
    import pandera.polars as pa
    from pandera.errors import SchemaErrors

    frame = _read(path)
    checks = [pa.Check(lambda data, e=e: data.lazyframe.select(e), name=name) for name, e in expressions().items()]
    schema = pa.DataFrameSchema({c: pa.Column(pl.String, nullable=True) for c in COLUMNS}, checks=checks)

    def work() -> dict:
        try:
            schema.validate(frame, lazy=True)
        except SchemaErrors as errors:
            return {"findings": errors.failure_cases.height}
        return {"findings": 0}

    return work


def _plain_check(row: dict[str, str], seen: set[tuple[str, str]]) -> int:
    from stdnum.cn import uscc as stdnum_uscc

    n = sum(not row[c] for c in MANDATORY)
    n += sum(len(row[c]) > m for c, m in LENGTHS.items())
    n += sum(bool(row[c]) and not stdnum_uscc.is_valid(row[c]) for c in CODES)
    n += sum(bool(re.search(FORBIDDEN, row[c])) for c in (NAME, KIND, FACTS, GROUND, CONTENT))
    n += bool(row[TYPE]) and row[TYPE] not in TYPES
    n += bool(row[KINDS]) and not all(k in LABELS for k in row[KINDS].split(";"))
    days = {c: _plain_day(row[c]) for c in (DECIDED, VALID)}
    n += bool(row[DECIDED]) and (days[DECIDED] is None or days[DECIDED] > ON)
    n += bool(row[VALID]) and days[VALID] is None
    n += bool(days[DECIDED] and days[VALID] and days[VALID] < days[DECIDED])
    n += bool(row[FINE]) and not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", row[FINE])
    n += ("罚款" in row[KINDS]) != bool(row[FINE])
    n += (row[NUMBER], row[CODE]) in seen
    seen.add((row[NUMBER], row[CODE]))
    return n


def _plain_day(text: str) -> date | None:
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def run_plain(path: str, rows: int) -> Callable[[], dict]:
    """Check row by row in plain Python with python-stdnum, reading included."""

    def work() -> dict:
        seen: set[tuple[str, str]] = set()
        with open(path, encoding="utf-8", newline="") as file:
            return {
                "rows": rows,
                "findings": sum(_plain_check(r, seen) for r in itertools.islice(csv.DictReader(file), rows)),
            }

    return work


def run_pydantic(path: str, rows: int) -> Callable[[], dict]:
    """Check row by row with a pydantic model, reading included."""
    from pydantic import ConfigDict, ValidationError, create_model, field_validator, model_validator
    from stdnum.cn import uscc as stdnum_uscc

    def code(cls: type, value: str) -> str:
        if value and not stdnum_uscc.is_valid(value):
            raise ValueError("code")
        return value

    def text(cls: type, value: str) -> str:
        if re.search(FORBIDDEN, value):
            raise ValueError("text")
        return value

    def mandatory(cls: type, value: str) -> str:
        if not value:
            raise ValueError("mandatory")
        return value

    def day(cls: type, value: str) -> str:
        if value and _plain_day(value) is None:
            raise ValueError("day")
        return value

    def whole(self: object) -> object:
        row = dict(zip(COLUMNS, self.__dict__.values(), strict=True))
        if ("罚款" in row[KINDS]) != bool(row[FINE]):
            raise ValueError("fine")
        return self

    names = {c: f"f{i}" for i, c in enumerate(COLUMNS)}
    model = create_model(
        "Penalty",
        __config__=ConfigDict(str_max_length=5000),
        __validators__={
            "code": field_validator(*(names[c] for c in CODES))(code),
            "text": field_validator(*(names[c] for c in (NAME, KIND, FACTS, GROUND, CONTENT)))(text),
            "mandatory": field_validator(*(names[c] for c in MANDATORY))(mandatory),
            "day": field_validator(names[DECIDED], names[VALID])(day),
            "whole": model_validator(mode="after")(whole),
        },
        **dict.fromkeys(names.values(), (str, ...)),
    )

    def work() -> dict:
        found = 0
        with open(path, encoding="utf-8", newline="") as file:
            for row in itertools.islice(csv.reader(file), 1, rows + 1):
                try:
                    model(**{f"f{i}": cell for i, cell in enumerate(row)})
                except ValidationError as error:
                    found += error.error_count()
        return {"rows": rows, "findings": found}

    return work


def run_frictionless(path: str, rows: int) -> Callable[[], dict]:
    """Check with a frictionless schema and a custom row check, reading included."""
    from frictionless import Check, Checklist, Resource, Schema, errors, fields
    from frictionless.detector import Detector
    from stdnum.cn import uscc as stdnum_uscc

    class Codes(Check):
        def validate_row(self, row):
            for c in CODES:
                if row[c] and not stdnum_uscc.is_valid(row[c]):
                    yield errors.CellError.from_row(row, note="code", field_name=c)

    described = [
        fields.StringField(
            name=c, constraints={"required": c in MANDATORY} | ({"maxLength": LENGTHS[c]} if c in LENGTHS else {})
        )
        for c in COLUMNS
    ]

    def work() -> dict:
        with open(path, encoding="utf-8", newline="") as file:
            head = list(itertools.islice(csv.reader(file), rows + 1))
        resource = Resource(head, schema=Schema(fields=described), detector=Detector())
        report = resource.validate(Checklist(checks=[Codes()]), limit_errors=1_000_000)
        return {"rows": rows, "findings": report.stats["errors"]}

    return work
