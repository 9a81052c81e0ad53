"""From the table of an indicator to its scoring. ``of`` names evidence as kind:level|level@field|field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from xinheng.core.evaluation import shapes
from xinheng.core.evaluation.model import Indicator
from xinheng.core.evaluation.scoring import (
    Bin,
    Bins,
    Flag,
    Levels,
    LevelSum,
    Measure,
    Operator,
    PerRecord,
    Pick,
    Ratio,
    Scoring,
    States,
    Take,
    When,
)
from xinheng.core.policy.errors import Problems
from xinheng.core.policy.model import Basis, Certainty
from xinheng.core.policy.shape import conforms, one_of

Table = Mapping[str, Any]
_TIMES = {
    "current": When.CURRENT,
    "within_months": When.WINDOW,
    "ended_within_months": When.ENDED,
    "due_years": When.DUE_YEARS,
}


@dataclass
class Builder:
    """Builds the indicators of one file."""

    path: str
    bases: Mapping[str, Basis]
    problems: Problems

    def wrong(self, where: str, code: str, english: str, chinese: str) -> None:
        """Note one problem."""
        self.problems.add(self.path, where, code, english, chinese)

    def named(self, names: Iterable[str], where: str) -> tuple[Basis, ...]:
        """Return the bases of these ids."""
        found = []
        for name in names:
            if name in self.bases:
                found.append(self.bases[name])
            else:
                self.wrong(f"{where}.basis", "basis.unknown", f"no basis {name}", f"没有 id 为“{name}”的依据")
        return tuple(found)

    def take(self, text: str, table: Table, where: str) -> Take | None:
        """Read ``kind:level|level@field`` with the time its table gives."""
        times = [key for key in _TIMES if table.get(key)]
        if len(times) != 1:
            self.wrong(
                where,
                "window.missing" if not times else "window.twice",
                "one of current, within_months, ended_within_months, due_years",
                "须写明一种时间范围：current、within_months、ended_within_months 或 due_years",
            )
            return None
        named, _, domains = text.partition("@")
        kind, _, levels = named.partition(":")
        when = _TIMES[times[0]]
        return Take(
            kind=kind,
            levels=tuple(part for part in levels.split("|") if part),
            domains=tuple(part for part in domains.split("|") if part),
            when=when,
            months=0 if when is When.CURRENT else int(table[times[0]]),
        )

    def indicator(self, row: Table) -> Indicator | None:
        """Build one indicator."""
        where = f"indicator.{row.get('id', '?')}"
        kind = row.get("kind")
        if not one_of(str(kind), frozenset(shapes.INDICATOR), self.path, f"{where}.kind", self.problems):
            return None
        needs = (*shapes.COMMON_NEEDS, *shapes.INDICATOR_NEEDS[str(kind)])
        if not row.get("basis"):
            self.wrong(f"{where}.basis", "basis.missing", "no basis, no indicator", "指标没有依据，不得使用")
            return None
        fits = conforms(row, shapes.INDICATOR[str(kind)], needs, self.path, where, self.problems)
        if not fits or not one_of(row["certainty"], frozenset(Certainty), self.path, where, self.problems):
            return None
        if not row.get("enabled", True) and not row.get("off_because"):
            self.wrong(f"{where}.off_because", "indicator.no-reason", "say why it is off", "默认停用的指标须写明原因")
        scoring = self.scoring(str(kind), row, where)
        if scoring is None:
            return None
        return Indicator(
            id=row["id"],
            dimension=row["dimension"],
            zh=row["zh"],
            en=row["en"],
            scoring=scoring,
            bases=self.named(row["basis"], where),
            certainty=Certainty(row["certainty"]),
            enabled=row.get("enabled", True),
            off_because=row.get("off_because", ""),
            advice=row.get("advice", ""),
            advice_en=row.get("advice_en", ""),
        )

    def scoring(self, kind: str, row: Table, where: str) -> Scoring | None:
        """Build what the indicator does."""
        before = len(self.problems.found)
        try:
            built = getattr(self, f"_{kind}")(row, where)
        except (ValueError, KeyError, TypeError) as wrong:
            self.wrong(where, "indicator.impossible", f"cannot be: {wrong}", f"不成立：{wrong}")
            return None
        return built if len(self.problems.found) == before else None

    def _takes(self, row: Table, where: str) -> tuple[Take, ...]:
        texts = [row["of"]] if isinstance(row["of"], str) else row["of"]
        return tuple(take for text in texts if (take := self.take(text, row, where)) is not None)

    def _one(self, row: Table, where: str) -> Take:
        take = self.take(row["of"], row, where)
        if take is None:
            raise ValueError("no time")
        return take

    def _per_record(self, row: Table, where: str) -> PerRecord:
        take = self._one(row, where)
        if row.get("halves") and take.when is not When.WINDOW:
            raise ValueError("only points within a window are halved")
        return PerRecord(take=take, points=row["points"], cap=row.get("cap"), halves=row.get("halves", False))

    def _level_sum(self, row: Table, where: str) -> LevelSum:
        months, base = row.get("months", {}), str(row["of"])
        kind, _, domain = base.partition("@")
        parts = []
        for level, points in row["levels"].items():
            table = {"within_months": months[level]} if level in months else row
            text = f"{kind}:{level}@{domain}" if domain else f"{kind}:{level}"
            take = self.take(text, table, f"{where}.levels")
            if take is not None:
                parts.append((take, points))
        yields = None
        if "yields" in row:
            yielding = next(take for take, _ in parts if take.levels == (row["yields"]["level"],))
            to = self.take(row["yields"]["to"], {"current": True}, f"{where}.yields")
            yields = (yielding, to) if to is not None else None
        return LevelSum(parts=tuple(parts), cap=row.get("cap"), yields=yields)

    def _flag(self, row: Table, where: str) -> Flag:
        return Flag(takes=self._takes(row, where), points=row["points"])

    def _levels(self, row: Table, where: str) -> Levels:
        return Levels(take=self._one(row, where), pick=Pick(row["pick"]), points=tuple(row["levels"].items()))

    def _states(self, row: Table, where: str) -> States:
        found = []
        for state in row["state"]:
            if not conforms(state, shapes.STATE, ("id", "of"), self.path, f"{where}.state", self.problems):
                continue
            take = self.take(state["of"], state, f"{where}.state")
            if take is not None:
                found.append((state["id"], take, state.get("points", 0)))
        return States(states=tuple(found))

    def _bins(self, row: Table, where: str) -> Bins:
        takes, measure = self._takes(row, where), Measure(row["measure"])
        single = (Measure.LEAST, Measure.LATEST, Measure.MONTHS_SINCE)
        if len(takes) > 1 and measure in single:
            raise ValueError(f"{measure} is taken of one kind of evidence")
        if row.get("counted") and (measure is not Measure.COUNT or len(takes) > 1):
            raise ValueError("counted goes with a count of one kind")
        if row.get("complete") and (len(takes) > 1 or takes[0].when is not When.DUE_YEARS):
            raise ValueError("complete goes with due_years of one kind")
        return Bins(
            takes=takes,
            measure=measure,
            bins=self._steps(row, where),
            counted=tuple(row.get("counted", ())),
            complete=row.get("complete", False),
        )

    def _ratio(self, row: Table, where: str) -> Ratio:
        good, all_ = (self.take(row[key], row, where) for key in ("good", "all"))
        if good is None or all_ is None:
            raise ValueError("no time")
        return Ratio(good=good, all=all_, least=row.get("least", 1), bins=self._steps(row, where))

    def _steps(self, row: Table, where: str) -> tuple[Bin, ...]:
        steps = []
        for step in row["bins"]:
            if not conforms(step, shapes.BIN, (), self.path, f"{where}.bins", self.problems):
                continue
            (operator,) = [o for o in Operator if o.value in step]
            steps.append(
                Bin(
                    operator=operator,
                    bound=step[operator.value],
                    points=step["points"],
                    least_count=step.get("count", 0),
                )
            )
        return tuple(steps)
