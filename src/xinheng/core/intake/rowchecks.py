"""The checks of one item over one block: typed columns in, one Boolean for each check out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import polars as pl

from xinheng.core.identifiers import doc_no
from xinheng.core.intake.check import FLAG, Category, Check, Context, all_checks, has
from xinheng.core.intake.columns import TYPED
from xinheng.core.intake.finding import Level
from xinheng.core.intake.judged import Judged, Numbered
from xinheng.core.places import places
from xinheng.core.policy.model import FieldType, Item, Policy


class Plan:
    """What must be computed for an item, worked out once for each sheet."""

    def __init__(self, item: Item, policy: Policy, on: date) -> None:
        self.item, self.policy = item, policy
        context = Context(item=item, policy=policy, on=on)
        known = all_checks()
        self.checks = [known[code] for code in item.checks] + list(_derived(item, policy))
        parts = [check.parts(context) for check in self.checks]
        needed = {name for both in parts for e in both for name in e.meta.root_names()}
        self._applies = [applies.fill_null(False).alias(str(i)) for i, (applies, _) in enumerate(parts)]
        self._fails = [fails.fill_null(False).alias(str(i)) for i, (_, fails) in enumerate(parts)]
        self._names = [list(dict.fromkeys(fails.meta.root_names())) for _, fails in parts]
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
                unknown = pl.Series([None], dtype=pl.Boolean).new_from_index(0, height)
                columns |= {f"{name}{FLAG}{label}": unknown for label in self._flags.get(name, ())}
            else:
                columns[name] = column.value if column.typed is None else column.typed
                columns |= {f"{name}{FLAG}{label}": _flag(column, label) for label in self._flags.get(name, ())}
        return pl.DataFrame(columns) if columns else pl.DataFrame({"": _never(height)})

    def run(self, frame: pl.DataFrame, judged: Mapping[str, Judged]) -> Iterator[tuple[Check, pl.Series]]:
        """Yield each check that fails somewhere, with the mask of the rows that break it.

        First where each rule speaks at all, in one pass; then the rule itself, on those rows only where they are few, and
        on the distinct values only where it reads one column whose values repeat.
        """
        # One thread: the other processor reads the next block meanwhile, and handing these small pieces over costs more
        # than they do.
        applies = frame.select_seq(self._applies)
        whole: list[int] = []
        for i, check in enumerate(self.checks):
            names = self._names[i]
            by_value = _by_value(names, judged, i, self._fails[i])
            if by_value is not None and not by_value[1]:
                continue  # no value of the column breaks the rule
            where = applies.get_column(str(i))
            if applies.height != frame.height:
                where = where.new_from_index(0, frame.height)
            if by_value is not None:
                mask = where & by_value[0]
            else:
                speaks = int(where.sum())
                if speaks == 0:
                    continue
                if speaks >= _FEW * frame.height:
                    whole.append(i)
                    continue
                at = places(where)
                hit = pl.DataFrame([frame.get_column(n)[at] for n in names]).select_seq(self._fails[i]).to_series()
                if not hit.any():
                    continue
                mask = _never(frame.height).scatter(at.filter(hit), True)
            if mask.any():
                yield check, mask
        masks = frame.select_seq(self._fails[i] for i in whole)
        for i in whole:
            mask = applies.get_column(str(i)) & masks.get_column(str(i))
            if mask.any():
                yield self.checks[i], mask

    def keys(self, judged: Mapping[str, Judged], height: int) -> tuple[list[pl.Series], pl.Series]:
        """Return the columns that name each statement, and where it can be told (a subject, and one of its own fields).

        A decision may name several parties (rule D02), so the subject is always part of the key; by name only where
        no code is.
        """
        empty = pl.Series([None], dtype=pl.String).new_from_index(0, height)

        def values(name: str) -> pl.Series:
            column = judged.get(name)
            if column is None:
                return empty
            if self.item.field(name).type is FieldType.DOC_NO:
                return doc_no.keys(column.value, column.marks.get("usual"))
            return column.value

        code, name = values("subject_code"), values("subject_name")
        subject = code if code.null_count() == 0 else pl.select(pl.coalesce(code, name)).to_series()
        own = [values(f) for f in self.item.identity if f not in ("subject_code", "subject_name")]
        told = subject.is_not_null()
        if own and all(part.null_count() for part in own):
            told &= pl.select(pl.any_horizontal(part.is_not_null() for part in own)).to_series()
        return [subject, *own], told

    def key_text(self, parts: list[pl.Series], told: pl.Series) -> pl.Series:
        """Return the key as one text for the register: item and parts joined with U+001F; null where it cannot be told."""
        joined = pl.concat_str([pl.lit(self.item.id), *(p.fill_null("") for p in parts)], separator="\x1f")
        return pl.select(pl.when(told).then(joined).alias("key")).to_series()

    def governing(self, judged: Mapping[str, Judged], height: int) -> pl.Series:
        """Return the item's governing day of each row."""
        column = judged.get(self.item.governing)
        if column is None or column.typed is None:
            return pl.Series("governing", [None], dtype=pl.Date).new_from_index(0, height)
        return column.typed


_FEW = 0.3  # a rule that speaks about fewer rows than this share is asked about those only


def _never(height: int) -> pl.Series:
    return pl.Series([False], dtype=pl.Boolean).new_from_index(0, height)


def _flag(column: Judged, label: str) -> pl.Series:
    """Say where a set holds a label; an empty cell holds nothing and lacks nothing: rules that ask "without 罚款" must not fire."""
    if label in column.marks:
        return column.marks[label]
    if not isinstance(column, Numbered):
        return _holds(column.value, label)
    told, any_holds = column.known.answer(label, lambda known: _holds(known.get_column("value"), label))
    if not any_holds and told.null_count() == 1 and column.raw.null_count() == 0:  # only the empty cell cannot tell
        return _never(len(column.numbers))
    return told[column.numbers]


def _holds(values: pl.Series, label: str) -> pl.Series:
    padded = ";" + values + ";"
    return padded.str.contains(f";{label};", literal=True) | padded.str.contains(f";{label}-", literal=True)


def _by_value(
    names: list[str], judged: Mapping[str, Judged], question: int, fails: pl.Expr
) -> tuple[pl.Series, bool] | None:
    """Answer a rule about one column of repeating values from its distinct values; ``None`` where it is not one.

    Return where it is broken, and whether it is anywhere: if not, the first is only the answer for each value.
    """
    column = judged.get(names[0]) if len(names) == 1 else None
    if not isinstance(column, Numbered):
        return None

    def ask(known: pl.DataFrame) -> pl.Series:
        values = known.select(pl.col("typed" if "typed" in known.columns else "value").alias(names[0]))
        return values.select(fails).to_series()

    told, any_broken = column.known.answer(question, ask)
    return (told[column.numbers], True) if any_broken else (told, False)


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
