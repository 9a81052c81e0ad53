"""Records as pages show them: what, by whom, on which basis, until when, and what the subject can do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from xinheng.apps.policy import current_policy
from xinheng.core.policy.model import FieldType, Item, Policy
from xinheng.core.publication.deciding import Publication
from xinheng.pages import addresses, fields, words
from xinheng.pages.words import said as _

_NOT_SPEAKING = (
    FieldType.YEAR,
    FieldType.DATE,
    FieldType.CODE,
    FieldType.SET,
    FieldType.INT,
)  # need the item's name beside


@dataclass(frozen=True, slots=True)
class Mark:
    """A short word beside a title."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRecord:
    """A record on a page."""

    url: str
    subject_name: str
    subject_url: str
    item_name: str
    title: str
    summary: str
    organ: str
    decided_on: date | None
    last_day: date | None
    days_left: int | None
    term_days: int | None
    until_words: str
    earliest_repair: date | None = None
    repairable: bool = False  # repair may be asked for today
    negative: bool = False
    marks: list[Mark] = field(default_factory=list)

    def __getitem__(self, name: str) -> object:
        """Templates ask this way first; being refused cost more than the answer."""
        return getattr(self, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the register says of a record, as a page needs it."""

    id: int
    item: Item
    values: Mapping[str, str | None]
    public: Mapping[str, str]  # what of the values may be seen
    subject_code: str
    subject_name: str
    governing: date | None
    publication: Publication
    labels: Sequence[str] = ()  # annotations: under objection, in court …
    submission: str
    department: str
    accepted_at: datetime
    position: int


def shown(held: Held, *, on: date, as_of: str = "") -> ShownRecord:
    """Return the record for a list or a card."""
    until = held.publication.until
    begin = held.governing
    return ShownRecord(
        url=addresses.of_record(held.id) + as_of,
        subject_name=held.subject_name,
        subject_url=addresses.of_subject(held.subject_code) + as_of,
        item_name=words.item_name(held.item),
        title=title_of(held),
        summary=fields.summary(held.item, held.public),
        organ=organ_of(held),
        decided_on=held.governing,
        last_day=until,
        days_left=(until - on).days if until else None,
        term_days=(until - begin).days + 1 if until and begin and until >= begin else None,
        until_words=_("长期公示") if held.publication.shown else "",
        earliest_repair=held.publication.earliest_repair,
        repairable=held.publication.earliest_repair is not None and held.publication.earliest_repair <= on,
        negative=held.item.polarity == "negative",
        marks=marks(held),
    )


def title_of(held: Held) -> str:
    """Return what names the record on a page: its document, else the kind of information."""
    name, title = words.item_name(held.item), held.item.title
    text = held.public.get(title)
    if not text or title == "subject_name":
        return name
    return f"{name} {text}" if held.item.field(title).type in _NOT_SPEAKING else text


def organ_of(held: Held) -> str:
    """Return who decided: as written in the record, else who reported it."""
    for name in ("organ_name", "authority", "source_name"):
        if text := held.values.get(name):
            return text
    return held.department


def marks(held: Held) -> list[Mark]:
    """Return the degree of dishonesty and what is open about the record."""
    told = [Mark(_(label), "is-warn") for label in held.labels if label]
    grade = held.publication.grade
    if grade is not None:
        text = _("%s失信") % _(grade.value)
        told.append(Mark(_("%s（待确认）") % text if held.publication.grade_derived else text, "is-accent"))
    return told


def basis_of(item: Item) -> list[str]:
    """Return what the item rests on, as cited."""
    told = _bases.get(id(item))
    if told is None or told[0] is not item:
        if len(_bases) >= _MOST_ITEMS:
            _bases.clear()
        told = _bases[id(item)] = (item, _cited(item))
    return told[1]


_bases: dict[int, tuple[Item, list[str]]] = {}  # the item is kept beside, so that its id stays its own
_MOST_ITEMS = 4_000


def _cited(item: Item) -> list[str]:
    return [words.basis_text(basis) for basis in item.basis]


def repair_words(held: Held, *, on: date) -> str:
    """Say from when repair can be applied for."""
    earliest = held.publication.earliest_repair
    if earliest is None:
        return ""
    if earliest <= on:
        return _("最短公示期已满：履行义务、纠正行为后，可以在“信用中国”网站申请信用修复，不收费。")
    return _("%s 起可以申请信用修复（先履行义务、纠正行为），不收费。") % earliest.isoformat()


def item_of(item_id: str) -> Item | None:
    """Return the newest version of an item; None where the catalogue no longer knows it."""
    return newest_of(current_policy(), item_id)


def newest_of(policy: Policy, item_id: str) -> Item | None:
    """Return the newest version of an item in a policy; None where its catalogue does not know it."""
    versions = policy.item_versions.get(item_id, ())
    return versions[-1] if versions else None
