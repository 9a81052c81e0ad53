"""What a department has to hand in: its catalogue items, their rhythm, and whether this period is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from xinheng.apps.accounts.models import Account, Department
from xinheng.apps.clock import local_date
from xinheng.apps.intake import queries
from xinheng.apps.intake.models import State, Submission
from xinheng.apps.policy import current_policy
from xinheng.core.calendar.months import add_months
from xinheng.core.policy.model import Item, Status
from xinheng.pages import words
from xinheng.workbench.showing import url_of

_URGENCY = {"is-bad": 0, "is-warn": 1, "": 2, "is-good": 3}
_MONTHS = {"m": 1, "q": 3, "h": 6, "y": 12}


@dataclass(frozen=True, slots=True)
class Duty:
    """One item a department answers for."""

    name: str
    item_url: str
    frequency: str
    last: date | None
    last_url: str
    state: str
    tone: str
    due_words: str
    upload_url: str
    template_url: str


def period(frequency: str, on: date) -> tuple[date, date] | None:
    """Return first day of the period that holds this day, and of the next; None where the rhythm is the event's own."""
    if frequency == "w":
        begin = on - timedelta(days=on.weekday())
        return begin, begin + timedelta(days=7)
    if frequency not in _MONTHS:
        return None
    months = _MONTHS[frequency]
    begin = date(on.year, (on.month - 1) // months * months + 1, 1)
    return begin, add_months(begin, months)


def items_of(department: Department, on: date) -> list[Item]:
    """Return the active items the department may decide on, by its powers in the policy."""
    policy = current_policy()
    powers = {power for d in policy.departments if d.code == department.code for power in d.items}
    return [
        item
        for item in policy.items(on=on)
        if item.status is Status.ACTIVE and powers & {"*", item.id, f"{item.id.split('.')[0]}.*"}
    ]


def duties(account: Account, on: date) -> list[Duty]:
    """Return what the department of this account answers for."""
    if account.department is None:
        return []
    latest: dict[str, Submission] = {}
    accepted = queries.submissions(visible_to=account).filter(state=State.ACCEPTED, department=account.department)
    for submission in accepted.order_by("-accepted_at"):
        latest.setdefault(submission.item, submission)
    told = [_duty(item, latest.get(item.id), on) for item in items_of(account.department, on)]
    return sorted(told, key=lambda duty: _URGENCY[duty.tone])


def _duty(item: Item, last: Submission | None, on: date) -> Duty:
    last_on = local_date(last.accepted_at) if last and last.accepted_at else None
    state, tone, due = _standing(item, last_on, on)
    return Duty(
        name=words.item_name(item),
        item_url=reverse("portal:item", args=[item.id]),
        frequency=words.say(words.FREQUENCIES, item.frequency),
        last=last_on,
        last_url=url_of(last) if last else "",
        state=state,
        tone=tone,
        due_words=due,
        upload_url=f"{reverse('workbench:upload')}?item={item.id}",
        template_url=reverse("portal:template", args=[item.id]),
    )


def _standing(item: Item, last_on: date | None, on: date) -> tuple[str, str, str]:
    now = period(item.frequency, on)
    if now is None:
        days = item.deadline_working_days
        due = _("作出后 %s 个工作日内") % days if days is not None else _("产生后及时报送")
        return (_("有数据就报"), "", due)
    begin, following = now
    if last_on is not None and last_on >= begin:
        return (_("本期已报"), "is-good", "")
    left = (following - on).days
    due = _("本期到 %(day)s，还有 %(left)s 天") % {"day": (following - timedelta(days=1)).isoformat(), "left": left}
    return (_("本期未报"), "is-warn" if left > 3 else "is-bad", due)
