"""The checks of one item over one block: typed columns in, one Boolean for each check out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import polars as pl

from xinheng.core.identifiers import doc_no
from xinheng.core.intake.check import FLAG, Category, Check, Context, all_checks, has
from xinheng.core.intake.columns import TYPED
from xinheng.core.intake.finding import Level
from xinheng.core.intake.judged import Judged
from xinheng.core.policy.model import FieldType, Item, Policy


class Plan:
    """What must be computed for an item, worked out once for each sheet."""

    def __init__(self, item: Item, policy: Policy, on: date) -> None:
        self.item, self.policy = item, policy
        context = Context(item=item, policy=policy, on=on)
        known = all_checks()
        self.checks = [known[code] for code in item.checks] + list(_derived(item, policy))
        self._expressions = {check.code + "@" + check.field: check.expression(context) for check in self.checks}
        needed = {name for e in self._expressions.values() for name in e.meta.root_names()}
        self._flags: dict[str, list[str]] = {}
        for name in sorted(needed):
            base, mark, label = name.partition(FLAG)
            if mark:
                self._flags.setdefault(base, []).append(label)
        self._needed = sorted({name.partition(FLAG)[0] for name in needed})

    def frame(self, judged: Mapping[str, Judged], height: int) -> pl.DataFrame:
        """Return the typed columns the checks read; fields the file lacks are null columns."""
        columns: dict[str, pl.Series] = {}
        for name in self._needed:
            spec, column = self.item.by_name.get(name), judged.get(name)
            if column is None:
                dtype: type[pl.DataType] = pl.String
                if spec is not None and spec.type in TYPED:
                    dtype = pl.Date if spec.type is FieldType.DATE else pl.Int64
                columns[name] = pl.Series(name, [None], dtype=dtype).new_from_index(0, height)
            else:
                columns[name] = column.value if column.typed is None else column.typed
        for base, labels in self._flags.items():
            columns |= _flags(columns[base], base, labels)
        return pl.DataFrame(columns) if columns else pl.DataFrame({"": pl.Series([None]).new_from_index(0, height)})

    def run(self, frame: pl.DataFrame) -> Iterator[tuple[Check, pl.Series]]:
        """Yield each check that fails somewhere, with the mask of the rows that break it."""
        if not self.checks:
            return
        masks = frame.lazy().select(e.alias(name) for name, e in self._expressions.items()).collect()
        for check in self.checks:
            mask = masks.get_column(check.code + "@" + check.field)
            if mask.any():
                yield check, mask

    def keys(self, judged: Mapping[str, Judged], height: int) -> pl.Series:
        """Return the identity of each statement; null where it cannot be told (no subject, or none of its fields)."""
        empty = pl.Series("", [None], dtype=pl.String).new_from_index(0, height)
        frame = pl.DataFrame(
            {
                name: judged[name].value if name in judged else empty
                for name in dict.fromkeys(("subject_code", "subject_name", *self.item.identity))
            }
        )
        identity = [pl.col(name) for name in self.item.identity if name not in ("subject_code", "subject_name")]
        # A decision names several parties (D02): the subject is always part of the key. By name only where no code is.
        subject = pl.coalesce("subject_code", "subject_name")
        told = subject.is_not_null() & (
            pl.any_horizontal(e.is_not_null() for e in identity) if identity else pl.lit(True)
        )
        numbers = [name for name in frame.columns if self.item.field(name).type is FieldType.DOC_NO]
        frame = frame.with_columns(doc_no.keys(frame.get_column(name)).alias(name) for name in numbers)
        parts = [pl.lit(self.item.id), subject, *(e.fill_null("") for e in identity)]
        return frame.select(pl.when(told).then(pl.concat_str(parts, separator="\x1f")).alias("key")).to_series()

    def governing(self, judged: Mapping[str, Judged], height: int) -> pl.Series:
        """Return the item's governing day of each row."""
        column = judged.get(self.item.governing)
        if column is None or column.typed is None:
            return pl.Series("governing", [None], dtype=pl.Date).new_from_index(0, height)
        return column.typed


def _flags(values: pl.Series, base: str, labels: list[str]) -> dict[str, pl.Series]:
    distinct = values.unique()
    padded = ";" + distinct + ";"
    table = pl.DataFrame(
        {base: distinct}
        | {
            f"{base}{FLAG}{label}": padded.str.contains(f";{label};", literal=True)
            | padded.str.contains(f";{label}-", literal=True)
            for label in labels
        }
    )
    back = values.to_frame(base).join(table, on=base, how="left", maintain_order="left", nulls_equal=True)
    return {name: back.get_column(name) for name in back.columns if name != base}


def _derived(item: Item, policy: Policy) -> Iterator[Check]:
    """Checks that follow from the fields themselves: order of dates, conditional fields, labels no longer in force."""
    for f in item.fields:
        if f.before is not None:
            earlier = item.field(f.before)
            yield Check(
                code="dates.order",
                level=Level.FATAL,
                field=f.name,
                title="日期先后颠倒",
                message=f"“{f.zh}”早于“{earlier.zh}”，请核对两个日期。",
                basis="目录字段规则",
                category=Category.ACCURACY,
                applies=pl.col(f.name).is_not_null() & pl.col(earlier.name).is_not_null(),
                fails=pl.col(f.name) < pl.col(earlier.name),
            )
        if f.required_when is not None:
            other, wanted = f.required_when
            kind = item.field(other).type
            trigger = pl.any_horizontal(has(other, w) if kind is FieldType.SET else pl.col(other) == w for w in wanted)
            yield Check(
                code="field.required-when",
                level=Level.FATAL,
                field=f.name,
                title="有条件必填项为空",
                message=f"“{item.field(other).zh}”为{'或'.join(f'“{w}”' for w in wanted)}时，“{f.zh}”必须填写。",
                basis="目录字段规则",
                category=Category.COMPLETENESS,
                applies=trigger,
                fails=pl.col(f.name).is_null(),
            )
        if f.type is FieldType.CODE and f.codelist is not None and item.governing in item.by_name:
            ended = [e for e in policy.codelists[f.codelist].entries if e.effective_from or e.effective_to]
            if ended and item.field(item.governing).type is FieldType.DATE:
                day, value = pl.col(item.governing), pl.col(f.name)
                outside = pl.any_horizontal(
                    (value == e.label)
                    & (
                        (day < e.effective_from if e.effective_from else pl.lit(False))
                        | (day >= e.effective_to if e.effective_to else pl.lit(False))
                    )
                    for e in ended
                )
                yield Check(
                    code="code.not-in-force",
                    level=Level.WARNING,
                    field=f.name,
                    title="代码当日未生效",
                    message=f"“{f.zh}”所填的值在“{item.field(item.governing).zh}”当日不在有效代码表内，请核对。",
                    basis="代码表生效日期",
                    category=Category.COMPLIANCE,
                    applies=day.is_not_null(),
                    fails=outside,
                )
