"""What a department has to hand in: its catalogue items, their rhythm, what is due when, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.urls import reverse
from django.utils.translation import gettext as _

from xinheng.apps.accounts.models import Account, Department
from xinheng.apps.clock import local_date
from xinheng.apps.intake import queries
from xinheng.apps.intake.models import Kind, State
from xinheng.apps.policy import current_policy
from xinheng.core.access.words import matches
from xinheng.core.calendar.loading import calendar_of
from xinheng.core.calendar.working_days import Calendar
from xinheng.core.duties.periods import Span, standing
from xinheng.core.policy.model import Item, Policy, Status
from xinheng.pages import words
from xinheng.pages.tables import Cell

_URGENCY = {"is-bad": 0, "is-warn": 1, "": 2, "is-good": 3}


@dataclass(frozen=True, slots=True)
class Duty:
    """One item a department answers for."""

    id: str
    name: str
    item_url: str
    frequency: str
    last: date | None
    last_url: str
    state: str
    tone: str
    due_words: str
    due_on: date | None
    missing: tuple[str, ...]
    upload_url: str
    template_url: str
    zero_url: str

    @property
    def urgency(self) -> int:
        """How soon something has to be done: 0 is at once."""
        return _URGENCY[self.tone]


@dataclass(frozen=True, slots=True)
class Told:
    """What was accepted under an item: the days, by the period they are for, and the last submission."""

    days: tuple[date, ...]
    last_on: date
    last_ref: str


def items_of(department: Department, on: date) -> list[Item]:
    """Return the active items the department may decide on, by its powers in the policy."""
    policy = current_policy()
    powers = tuple(power for d in policy.departments if d.code == department.code for power in d.items)
    return [item for item in policy.items(on=on) if item.status is Status.ACTIVE and matches(item.id, powers)]


def own_items(account: Account, on: date) -> list[Item]:
    """Return the items an officer answers for: those of the department, within the post."""
    if account.department is None:
        return []
    mine = tuple(account.items) or ("*",)
    return [item for item in items_of(account.department, on) if matches(item.id, mine)]


def duties(account: Account, on: date) -> list[Duty]:
    """Return what the department of this account answers for, the most urgent first."""
    items = own_items(account, on)
    if not items:
        return []
    told, calendar = _told(account), _calendar(current_policy())
    found = [_duty(item, told.get(item.id), on, calendar) for item in items]
    return sorted(found, key=lambda duty: (duty.urgency, duty.due_on or date.max))


@lru_cache(maxsize=2)
def _calendar(policy: Policy) -> Calendar:
    return calendar_of(policy)


def _told(account: Account) -> dict[str, Told]:
    """Return item → what the account's department had accepted under it."""
    accepted = queries.submissions(visible_to=account).filter(state=State.ACCEPTED, department=account.department)
    days: dict[str, list[date]] = {}
    last: dict[str, tuple[date, str]] = {}
    for item, kind, period, at, ref in accepted.order_by("accepted_at").values_list(
        "item", "kind", "period", "accepted_at", "ref"
    ):
        day = local_date(at)
        days.setdefault(item, []).append(date.fromisoformat(f"{period}-01") if kind == Kind.ZERO else day)
        last[item] = (day, ref)
    return {item: Told(tuple(told), *last[item]) for item, told in days.items()}


def _duty(item: Item, told: Told | None, on: date, calendar: Calendar) -> Duty:
    state, due_words, due_on, missing = _standing(item, told, on, calendar)
    return Duty(
        id=item.id,
        name=words.item_name(item),
        item_url=reverse("workbench:item", args=[item.id]),
        frequency=words.say(words.FREQUENCIES, item.frequency),
        last=told.last_on if told else None,
        last_url=reverse("workbench:submission", args=[told.last_ref]) if told else "",
        state=state.text,
        tone=state.tone,
        due_words=due_words,
        due_on=due_on,
        missing=missing,
        upload_url=f"{reverse('workbench:upload')}?item={item.id}",
        template_url=reverse("portal:template", args=[item.id]),
        zero_url=f"{reverse('workbench:zero')}?item={item.id}",
    )


def _standing(
    item: Item, told: Told | None, on: date, calendar: Calendar
) -> tuple[Cell, str, date | None, tuple[str, ...]]:
    """Return the state of an item, what is due in words, the due day, and the periods left out."""
    stands = standing(
        item.frequency, reported=told.days if told else (), since=item.effective_from, on=on, calendar=calendar
    )
    if stands is None:
        return Cell(_("有数据就报")), _event_words(item, on, calendar), None, ()
    missing = tuple(_span_words(item.frequency, one) for one in stands.missing)
    left = stands.working_days_left
    due = _("%(day)s 前，还有 %(left)s 个工作日") % {"day": stands.due_on.isoformat(), "left": max(left, 0)}
    if stands.reported:
        return Cell(_("本期已报"), tone="is-warn" if missing else "is-good"), "", stands.due_on, missing
    return Cell(_("本期未报"), tone="is-warn" if left > 3 else "is-bad"), due, stands.due_on, missing


def _event_words(item: Item, on: date, calendar: Calendar) -> str:
    days = item.deadline_working_days
    if days is None:
        return _("产生后及时报送")
    last = calendar.add_working_days(on, days)
    return _("作出后 %(days)s 个工作日内（今天作出的，最迟 %(last)s）") % {"days": days, "last": last.day.isoformat()}


def _span_words(frequency: str, span: Span) -> str:
    """Name a period the way people do."""
    match frequency:
        case "m":
            return f"{span.begin:%Y-%m}"
        case "q":
            return _("%(year)s 年第 %(number)s 季度") % {"year": span.begin.year, "number": (span.begin.month + 2) // 3}
        case "y":
            return str(span.begin.year)
    return _("自 %s 的一期") % span.begin.isoformat()
