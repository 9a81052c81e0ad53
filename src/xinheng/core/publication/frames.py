"""Publication of thousands of records of one item at once: the same answers as ``decide`` and ``window``, as columns.

``decide`` is the reference; generated cases hold these expressions to it. One frame holds records of one item, so that
class and rule are single values; what differs from row to row stands in columns, and a missing column is a null one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl

from xinheng.core.calendar.months import Period
from xinheng.core.policy.model import Item, SubjectKind
from xinheng.core.publication import grading
from xinheng.core.publication.facts import NO_END, State
from xinheng.core.publication.rules import GRADED, CountsFrom, Ends, Rule, Rules

_DATES: Final = ("governing_on", "closing_on", "published_on")
_VALUES: Final = ("credit_grade", "kinds", "case_procedure", "organ_name", "opt_out", "state")
_TEXTS: Final = ("subject_kind", "record_state", *_VALUES)
_IN_ORDER: Final = 64  # more rules than one key will ever have: keeps a rule's number beside its rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the records of one frame have in common."""

    item: str
    publish: str
    publish_person: str
    publication_rule: str
    stands: bool = True

    @classmethod
    def of(cls, item: Item, *, on: date) -> Frame:
        """Take it from a catalogue item."""
        return cls(
            item=item.id,
            publish=item.publish,
            publish_person=item.publish_person,
            publication_rule=item.publication_rule,
            stands=item.stands(on),
        )


def rows_of(rows: pl.DataFrame, item: Item, *, governing: str, subject_kind: SubjectKind | None = None) -> pl.DataFrame:
    """Return the columns publication reads, from rows of canonical text (dates as ISO) and a Date column ``governing``.

    ``subject_kind`` is one kind for all rows; without it a column ``subject_kind`` is taken, and its absence means that no
    row is about a person (such rows stop at the person gate).
    """
    closing = pl.lit(None, dtype=pl.Date)
    if item.closing in rows.columns:
        closing = pl.col(item.closing).cast(pl.String).str.to_date("%Y-%m-%d")
    kind = pl.lit(None if subject_kind is None else subject_kind.value, dtype=pl.String)
    if subject_kind is None and "subject_kind" in rows.columns and "subject_kind" not in item.by_name:
        kind = pl.col("subject_kind")
    return rows.select(
        pl.col(governing).alias("governing_on"),
        pl.when(closing < NO_END).then(closing).alias("closing_on"),
        kind.alias("subject_kind"),
        *(pl.col(name) for name in _VALUES if name in rows.columns and name in item.by_name),
    )


def decide_frame(frame: pl.DataFrame, common: Frame, rules: Rules, *, on: date) -> pl.DataFrame:
    """Return ``shown`` (Boolean), ``until`` (Date), ``reason`` and ``rule_id`` (String) for each row.

    Columns read: ``governing_on`` (Date, never null), ``closing_on``, ``published_on`` (Date), ``subject_kind``,
    ``record_state`` (as in ``State``; null is current), and the fields ``credit_grade``, ``kinds``, ``case_procedure``,
    ``organ_name``, ``opt_out``, ``state``. ``rows_of`` makes such a frame from checked rows.
    """
    return _Answers(common, rules).at(_prepared(frame, rules), pl.lit(on))


def window_frame(frame: pl.DataFrame, common: Frame, rules: Rules, *, on: date) -> pl.DataFrame:
    """Return ``shown_from``, ``shown_until`` (Date), ``rule_id`` and ``reason`` for each row, as ``window`` does."""
    answers = _Answers(common, rules)
    rows = _prepared(frame, rules).with_columns(
        start=pl.max_horizontal("governing_on", "published_on"),
    )
    rows = rows.with_columns(asked=pl.max_horizontal("start", pl.lit(on)))
    first = answers.at(rows, pl.col("asked"))
    shown, ended = pl.col("shown"), pl.col("reason") == "ended"
    runs = pl.concat([rows.select("start", "asked"), first], how="horizontal").select(
        "start",
        "asked",
        "rule_id",
        "reason",
        first_day=pl.when(shown | ended).then("start"),
        last_day=pl.when(shown | ended).then("until"),
        running=shown,
        open=pl.lit(True),
    )
    for day in rules.change_days(common.publication_rule):
        if day <= on:
            continue
        later = answers.at(rows, pl.lit(day)).select(pl.all().name.prefix("later_"))
        runs = _continued(pl.concat([runs, later], how="horizontal"), day)
    return runs.select(shown_from="first_day", shown_until="last_day", rule_id="rule_id", reason="reason")


def _continued(runs: pl.DataFrame, day: date) -> pl.DataFrame:
    """Carry each run of days over one change of rules."""
    running, later = pl.col("running"), pl.col("later_shown")
    over = running & (pl.col("last_day") < day).fill_null(False)
    here = pl.col("open") & (pl.lit(day) > pl.col("asked")) & ~over
    begins, goes_on, stops = here & ~running & later, here & running & later, here & running & ~later
    return runs.select(
        "start",
        "asked",
        rule_id=pl.when(begins | goes_on | stops).then("later_rule_id").otherwise("rule_id"),
        reason=pl.when(begins).then("later_reason").otherwise("reason"),
        first_day=pl.when(begins).then(pl.lit(day)).otherwise("first_day"),
        last_day=pl.when(stops)
        .then(pl.lit(day - timedelta(days=1)))
        .when(begins | goes_on)
        .then("later_until")
        .otherwise("last_day"),
        running=running | begins,
        open=pl.col("open") & ~over & ~stops,
    )


def _prepared(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    missing = {name: pl.lit(None, dtype=pl.Date) for name in _DATES if name not in frame.columns}
    missing |= {name: pl.lit(None, dtype=pl.String) for name in _TEXTS if name not in frame.columns}
    rows = frame.with_columns(**missing).select(*_DATES, *_TEXTS)
    deciding = ["credit_grade", "kinds", "case_procedure"]
    distinct = rows.select(deciding).unique()
    grades = [grading.grade(given, kinds, way, rules.grade_of_kind).grade for given, kinds, way in distinct.iter_rows()]
    graded = distinct.with_columns(grade=pl.Series(grades, dtype=pl.String))
    return rows.join(graded, on=deciding, how="left", maintain_order="left", nulls_equal=True)


class _Answers:
    """The expressions of one frame."""

    def __init__(self, common: Frame, rules: Rules) -> None:
        self._common = common
        self._rules = [rule for rule in rules.of(common.publication_rule) if rule.decides]
        self._hidden_states = sorted(rules.hidden_states(common.item))
        self._graded = common.publication_rule == GRADED

    def at(self, rows: pl.DataFrame, on: pl.Expr) -> pl.DataFrame:
        """Return shown, until, reason and rule_id on a day, which may differ from row to row."""
        ranked = rows.with_columns(
            never=self._never(),
            best=pl.min_horizontal([self._rank(i, rule, on) for i, rule in enumerate(self._rules)]) % _IN_ORDER,
            on=on,
        )
        return ranked.with_columns(
            until=self._by_rule({i: _last_day(rule) for i, rule in enumerate(self._rules)}, pl.Date),
            publishes=self._by_rule({i: pl.lit(rule.publish) for i, rule in enumerate(self._rules)}, pl.Boolean),
            rule_id=self._by_rule({i: pl.lit(rule.id) for i, rule in enumerate(self._rules)}, pl.String),
        ).select(
            shown=self._reason() == "shown",
            until=pl.when(pl.col("never").is_null()).then("until"),
            reason=self._reason(),
            rule_id=pl.when(pl.col("never").is_null()).then("rule_id"),
        )

    def _never(self) -> pl.Expr:
        state = pl.col("record_state")
        reason = (
            pl.when(pl.col("subject_kind") == SubjectKind.PERSON.value)
            .then(pl.lit("person"))
            .when(state != State.CURRENT.value)
            .then(state)
        )
        if not self._common.stands:
            return reason.otherwise(pl.lit("basis-expired"))
        if self._common.publish != "P":
            return reason.otherwise(pl.lit("not-public"))
        reason = reason.when(pl.col("opt_out") == "是").then(pl.lit("opted-out"))
        if self._hidden_states:
            reason = reason.when(pl.col("state").is_in(self._hidden_states)).then(pl.lit("item-state"))
        return (
            reason.when(pl.col("grade").is_null() & pl.lit(self._graded)).then(pl.lit("grade-unknown")).otherwise(None)
        )

    def _rank(self, number: int, rule: Rule, on: pl.Expr) -> pl.Expr:
        """Return what puts the best rule first: not shown, then the earlier end, then in force today, then policy order."""
        today = _in_force(rule, on)
        applies = today
        if self._graded:
            applies = (today | _in_force(rule, pl.col("governing_on"))) & pl.col("grade").is_in(
                [g.value for g in rule.grades]
            )
            if rule.organs:
                applies &= pl.any_horizontal(
                    pl.col("organ_name").fill_null("").str.contains(word, literal=True) for word in rule.organs
                )
        end = pl.lit(0, dtype=pl.Int64)
        if rule.publish and self._graded:
            end = _last_day(rule).fill_null(date.max).cast(pl.Int32).cast(pl.Int64) + 1_000_000
        rank = (end * 2 + (~today).cast(pl.Int64) * int(self._graded)) * _IN_ORDER + number
        return pl.when(applies).then(rank)

    def _by_rule(self, values: Mapping[int, pl.Expr], dtype: type[pl.DataType]) -> pl.Expr:
        return pl.coalesce(
            *(pl.when(pl.col("best") == number).then(value) for number, value in values.items()),
            pl.lit(None, dtype=dtype),
        )

    def _reason(self) -> pl.Expr:
        silent = pl.lit("minor" if self._graded else "not-public")
        return (
            pl.when(pl.col("never").is_not_null())
            .then("never")
            .when(pl.col("best").is_null())
            .then(pl.lit("no-rule"))
            .when(~pl.col("publishes"))
            .then(silent)
            .when(pl.col("on") < pl.col("governing_on"))
            .then(pl.lit("not-yet"))
            .when(pl.col("on") > pl.col("until"))
            .then(pl.lit("ended"))
            .otherwise(pl.lit("shown"))
        )


def _in_force(rule: Rule, day: pl.Expr) -> pl.Expr:
    begun = pl.lit(True) if rule.effective_from is None else day >= rule.effective_from
    return begun if rule.effective_to is None else begun & (day < rule.effective_to)


def _after(day: pl.Expr, period: Period) -> pl.Expr:
    return day.dt.offset_by(f"{period.months}mo").dt.offset_by(f"{period.days}d")


def _last_day(rule: Rule) -> pl.Expr:
    """Return the last day a rule lets each record be shown: ``deciding.last_day`` as an expression."""
    if not rule.publish:
        return pl.lit(None, dtype=pl.Date)
    ends = []
    if rule.maximum:
        from_published = rule.counts_from is CountsFrom.PUBLISHED
        start = pl.coalesce("published_on", "governing_on") if from_published else pl.col("governing_on")
        ends.append(_after(start, rule.maximum))
    if rule.ends is not Ends.IGNORED:
        closing = _after(pl.col("closing_on"), rule.plus) if rule.plus else pl.col("closing_on")
        ends.append(closing.dt.offset_by("-1d") if rule.ends is Ends.BEFORE else closing)
    return pl.min_horizontal(ends) if ends else pl.lit(None, dtype=pl.Date)
