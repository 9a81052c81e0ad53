"""A model (评价模型) as a value: dimensions, indicators, caps, bands. Whole numbers only, and no way to name a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xinheng.core.evaluation.organisations import OrganisationKind
from xinheng.core.evaluation.scoring import Scoring, Take
from xinheng.core.policy.model import Basis, Certainty

NO_RESULT = "N"


class Family(StrEnum):
    """The four kinds of result that must not be mixed; market ratings are not ours."""

    COMPREHENSIVE = "comprehensive"  # 公共信用综合评价
    RISK = "risk"  # 企业信用风险分类: a tool of supervision, never published
    SECTOR = "sector"  # 公共信用专项评价
    DISTRICT = "district"


class Direction(StrEnum):
    """What a high number means."""

    CREDIT = "credit"
    RISK = "risk"


class Status(StrEnum):
    """Where a model stands in its life: its results count only in force."""

    PROPOSED = "proposed"  # 建议稿: may be simulated and shown to its subject, marked as such; nobody acts on it
    IN_FORCE = "in-force"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One part of the score: starts at ``start`` and stays between ``least`` and ``most``."""

    id: str
    zh: str
    en: str
    start: int
    least: int
    most: int

    def __post_init__(self) -> None:
        if not self.least <= self.start <= self.most:
            raise ValueError(f"{self.id}: start {self.start} lies outside {self.least}…{self.most}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator (指标): what it takes, how that becomes points, and what it rests on."""

    id: str
    dimension: str
    zh: str
    en: str
    scoring: Scoring
    bases: tuple[Basis, ...]
    certainty: Certainty  # of the points and windows
    enabled: bool = True
    off_because: str = ""  # where it is off by default
    advice: str = ""  # what the organisation can lawfully do about it, in Chinese
    advice_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """A veto (否决项): while its evidence stands, the grade is this one at best. The score stays visible."""

    id: str
    zh: str
    en: str
    at_best: str
    takes: tuple[Take, ...] = ()  # any of them
    grades: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (indicator, levels): the level that indicator found
    younger_than_months: int | None = None
    bases: tuple[Basis, ...] = ()
    advice: str = ""
    advice_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One grade: from this many points on."""

    grade: str
    least: int
    zh: str
    en: str
    shared: str = ""  # how it is called when passed on: 优良中差
    points100: int | None = None  # how it is read on a scale of 0 to 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NoResult:
    """When there is no result (N), and why. N is never a bad grade."""

    id: str
    zh: str
    en: str
    younger_than_months: int | None = None
    states: tuple[str, ...] = ()  # states of the registration
    needs: tuple[str, ...] = ()  # kinds of evidence whose items must be collected; empty otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whom a model is for."""

    kinds: frozenset[OrganisationKind]
    on_application: frozenset[OrganisationKind] = frozenset()
    divisions: tuple[str, ...] = ()  # trades by their two digits; empty: every trade
    regions: tuple[str, ...] = ()  # where it is registered: a district's own model; never a reason for points
    holding: tuple[Take, ...] = ()  # or who holds one of these, a licence for instance

    def __post_init__(self) -> None:
        if not all(isinstance(kind, OrganisationKind) for kind in self.kinds | self.on_application):
            raise TypeError("a model is for organisations")
        if not self.kinds:
            raise ValueError("a model is for someone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The model card: what it is for, who answers for it, what a person decides, where it may be wrong."""

    purpose: str
    used_by: str
    human_role: str
    limits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One version of one model."""

    id: str
    version: int
    zh: str
    en: str
    family: Family
    direction: Direction
    status: Status
    authority: str  # whose policy holds it
    organ: str  # who answers for it
    scope: Scope
    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...]
    bands: tuple[Band, ...]  # the best first
    caps: tuple[Cap, ...] = ()
    no_results: tuple[NoResult, ...] = ()
    bases: tuple[Basis, ...]
    certainty: Certainty
    card: Card
    public: tuple[str, ...] = ()  # what anyone may see of a result: "grade", "score"; nothing by default
    notice_days: int = 15  # a bad result is told to its subject so long before anyone else sees it
    bad_grades: tuple[str, ...] = ()
    valid_months: int = 12
    effective_from: date | None = None
    effective_to: date | None = None
    approved_by: str = ""
    approved_document: str = ""
    path: str = ""

    @property
    def key(self) -> str:
        """Name this version: xh.comprehensive@1."""
        return f"{self.id}@{self.version}"

    @property
    def grades(self) -> tuple[str, ...]:
        """Return the grades, the best first."""
        return tuple(band.grade for band in self.bands)

    def in_force(self, on: date) -> bool:
        """Say whether its results count on this day."""
        begun = self.effective_from is not None and self.effective_from <= on
        return self.status is Status.IN_FORCE and begun and (self.effective_to is None or on < self.effective_to)

    def indicator(self, name: str) -> Indicator:
        """Return an indicator by its id, or raise KeyError."""
        for indicator in self.indicators:
            if indicator.id == name:
                return indicator
        raise KeyError(name)

    def place_of(self, score: int) -> int:
        """Return the place of the band a score falls into; 0 is the best grade."""
        if self.direction is Direction.CREDIT:  # the best band has the highest floor
            return next(i for i, band in enumerate(self.bands) if score >= band.least)
        return max(i for i, band in enumerate(self.bands) if score >= band.least)

    def takes(self) -> tuple[Take, ...]:
        """Return everything the model looks at."""
        found = [take for indicator in self.indicators for take in indicator.scoring.all_takes()]
        found += [take for cap in self.caps for take in cap.takes]
        return (*found, *self.scope.holding)


Switches = Mapping[str, str]  # indicator or cap that is off → why
