"""The words of policy data: what an item, a field, a code list and a rule are, before any file is read.

Everything here is a frozen value. Nothing here opens a file (see ``loader``) or looks at a clock: a question about
the law always carries its day, ``on=``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xinheng.core.policy.keeping import KeepRule


class SubjectKind(StrEnum):
    """Kind of subject (信用主体类别), catalogue attribute ``kinds``."""

    ENTERPRISE = "E"  # 企业法人与非法人企业
    TRADER = "T"  # 个体工商户
    INSTITUTION = "I"  # 事业单位
    SOCIAL_ORG = "O"  # 社会组织
    GOVERNMENT = "G"  # 机关、群团
    PERSON = "N"  # 自然人: never scored, ranked or listed


class FieldType(StrEnum):
    """How a cell is read. One reader for each lives in ``core.intake.fields``."""

    TEXT = "text"
    CODE = "code"  # one label of a code list
    SET = "set"  # several labels of a code list, joined with ;
    DATE = "date"
    MONTH = "month"
    YEAR = "year"
    INT = "int"
    AMOUNT = "amount"  # money in `unit` (万元 or 元) with `scale` decimals
    DECIMAL = "decimal"  # any other number with `scale` decimals
    BOOL = "bool"  # 是 / 否
    USCC = "uscc"  # 统一社会信用代码
    ORGCODE = "orgcode"  # 组织机构代码
    REGNO = "regno"  # 工商注册号
    PERSON_ID = "person_id"  # number of a person's document: never stored, stops at the person gate
    DOC_NO = "doc_no"  # 文号: brackets, spaces and zero-width characters are folded
    REGION = "region"
    URL = "url"
    DATETIME = "datetime"
    JSON = "json"


class Required(StrEnum):
    """When a field must be filled."""

    MANDATORY = "M"  # blank is fatal
    CONDITIONAL = "C"  # a check of the item says when
    EXPECTED = "R"  # blank is a warning: the law wants it, old sources lack it
    OPTIONAL = "O"


class Privacy(StrEnum):
    """Who may ever be shown the value of a field."""

    PUBLIC = "public"
    INTERNAL = "internal"  # officers only
    PERSONAL = "personal"  # names of persons other than the legal representative, phones, home addresses: masked
    SEALED = "sealed"  # numbers of persons' documents: not stored outside the sealed store


class Certainty(StrEnum):
    """How surely a statement of law is known."""

    READ = "read"  # the text itself was read
    EXCERPT = "excerpt"  # read in a secondary source
    RECALLED = "recalled"  # from memory: never harms a subject silently, never activates an item
    PROPOSED = "proposed"  # our own proposal


class Status(StrEnum):
    """Whether an item takes rows in."""

    ACTIVE = "active"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """One document and article something rests on (依据), with its own days in force (half-open)."""

    document: str
    article: str = ""
    certainty: Certainty
    effective_from: date | None = None
    effective_to: date | None = None

    @property
    def usable(self) -> bool:
        """Say whether it is known surely enough to activate an item."""
        return self.certainty in (Certainty.READ, Certainty.EXCERPT)

    def in_force(self, on: date) -> bool:
        """Say whether the basis was in force on this day."""
        return (self.effective_from is None or self.effective_from <= on) and (
            self.effective_to is None or on < self.effective_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of an item."""

    name: str  # our name, snake_case
    zh: str  # official Chinese header
    en: str = ""
    code: str | None = None  # short code of the national table, CF_WSH
    type: FieldType = FieldType.TEXT
    required: Required = Required.OPTIONAL
    max_length: int | None = None  # characters
    codelist: str | None = None  # for CODE and SET
    unit: str | None = None  # 万元, 元, 吨 …
    scale: int = 2  # decimals of AMOUNT and DECIMAL
    aliases: tuple[str, ...] = ()  # header variants really seen
    older_codes: tuple[str, ...] = ()  # short codes of earlier standards
    privacy: Privacy = Privacy.PUBLIC
    privacy_trader: Privacy | None = (
        None  # where the subject is an individual business (个体工商户); None: as ``privacy``
    )
    open_ended: bool = False  # a date in which 2099-12-31 and 长期 mean "no end"
    before: str | None = None  # this date may not be before that field's date
    past: bool = False  # a date after today is an error
    required_when: tuple[str, tuple[str, ...]] | None = None  # (field, values): needed where that field holds one
    fill_from: str | None = None  # where blank, taken from that field and reported
    currency_into: str | None = None  # an amount that names a currency ("100万美元") fills that field with it
    rule: str = ""  # how to fill it, in Chinese, for the template
    example: str = ""  # one good value, for the template


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One catalogue item (目录项): a kind of information, its fields, its rules and its basis."""

    id: str
    zh: str
    en: str
    klass: str  # class number of the national catalogue, "03": never used by logic
    layer: str  # national, guangdong, shenzhen
    kinds: frozenset[SubjectKind]
    behaviour: str  # 具体行为
    sources: tuple[str, ...]  # source departments; "*" is every department with the power
    channel: str  # 归集渠道
    frequency: str  # rt d w m q h y e
    deadline_working_days: int | None  # counted from the governing day
    share: str  # U C N
    share_scope: tuple[str, ...]
    publish: str  # P Q G X for organisations
    publish_person: str  # the same for persons; never P
    publication_rule: str  # id of a rule of core.publication: valid, cured, grade, list, term, never …
    retention: str  # ISO 8601 duration after publication ends
    polarity: str  # neutral negative positive both
    score_use: bool  # may enter an organisation's evaluation; persons: never
    storage: str  # register or lake
    plan: tuple[int, ...]  # items of the city's work plan it serves
    basis: tuple[Basis, ...]
    status: Status
    inactive_because: str  # why it takes no rows in, for people
    governing: str  # field whose day governs rules and starts the deadline clock
    title: str  # field that names the decision on a page (文书号, 名单名称 …)
    identity: tuple[str, ...]  # fields that together name one statement; the subject is always added
    fields: tuple[Field, ...]
    checks: tuple[str, ...]  # codes of core.intake.checks
    closing: str = ""  # field whose day ends the matter: 有效期至, 移出日期, 结案日期 …
    # header → fields it may mean: asked, never guessed
    ambiguous: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    unit_hint: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False)  # fields by our name

    def __post_init__(self) -> None:
        """Lay the fields out by name once: they are asked for with every record."""
        object.__setattr__(self, "by_name", MappingProxyType({f.name: f for f in self.fields}))

    def stands(self, on: date) -> bool:
        """Say whether the item takes rows in on this day: active, and resting on a known basis still in force."""
        return self.status is Status.ACTIVE and any(b.usable and b.in_force(on) for b in self.basis)

    def field(self, name: str) -> Field:
        """Return the field of this name, or raise KeyError."""
        return self.by_name[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEntry:
    """One value of a code list, with its days in force."""

    code: str
    label: str
    en: str = ""
    aliases: tuple[str, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Say whether the value may be used on this day."""
        return (self.effective_from is None or self.effective_from <= on) and (
            self.effective_to is None or on < self.effective_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """A closed or open list of values. Some labels may take a suffix: 其他-补办."""

    id: str
    zh: str
    basis: Basis
    entries: tuple[CodeEntry, ...]
    closed: bool = True  # a value outside a closed list is fatal, outside an open one a warning
    suffix_labels: frozenset[str] = frozenset()  # labels that must be followed by "-…"
    labels_repeat: bool = False  # regions and trades: only the code tells entries apart, so no field may hold the label

    def labels(self, on: date) -> tuple[str, ...]:
        """Labels in force on this day, in order."""
        return tuple(e.label for e in self.entries if e.in_force(on))


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A body that reports or decides (部门), with its own days."""

    code: str  # 统一社会信用代码
    name: str
    short: str = ""
    region: str = ""
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    items: tuple[str, ...] = ("*",)  # items it may decide on: its competence (权力清单)
    effective_from: date | None = None
    effective_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyWord:
    """A word that names information no catalogue may hold (禁止归集), with the reason."""

    word: str
    topic: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """When a piece of policy was last read against its source, and how long that holds."""

    path: str  # national/catalog/adm.penalty.toml
    name: str  # adm.penalty 行政处罚信息
    verified_on: date
    verify_every: int  # days


@dataclass(frozen=True, eq=False)  # compared by identity: its digest is its value
class Policy:
    """All policy data of one authority and those above it, read once; ``digest`` names exactly which."""

    authority: str
    digest: str  # "sha256:…" over the canonical text of every file
    item_versions: Mapping[str, tuple[Item, ...]]
    codelists: Mapping[str, CodeList]
    departments: tuple[Department, ...]
    deny_words: tuple[DenyWord, ...] = ()
    tables: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    # `tables` holds the raw, validated tables of capabilities that model their own data (publication, calendar …),
    # keyed by "<folder>/<file stem>": their packages turn them into rules.
    readings: tuple[Reading, ...] = ()
    keep_rules: tuple[KeepRule, ...] = ()  # how long originals and returned rows are kept

    def item(self, item_id: str, *, on: date) -> Item:
        """Return the version of an item in force on this day; raise UnknownItem if there is none."""
        for version in self.item_versions.get(item_id, ()):
            if (version.effective_from is None or version.effective_from <= on) and (
                version.effective_to is None or on < version.effective_to
            ):
                return version
        raise UnknownItem(item_id)

    def items(self, *, on: date) -> tuple[Item, ...]:
        """Every item in force on this day, in catalogue order."""
        found = []
        for item_id in self.item_versions:
            try:
                found.append(self.item(item_id, on=on))
            except UnknownItem:
                continue
        return tuple(found)


class UnknownItem(KeyError):
    """No catalogue item of this id was in force on the day asked about."""
