"""The report on a proposal: what differs, whom it hits, and how recent records of the register would fare under the new edition."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import orjson
import polars as pl
from django.conf import settings

from xinheng.apps.accounts.models import Account, ApiKey
from xinheng.apps.changes import editions
from xinheng.apps.changes.models import Change
from xinheng.apps.policy import current_policy
from xinheng.apps.records import queries as records
from xinheng.core.access.words import matches
from xinheng.core.changes.adding import AlreadyThere, effects_of, require_new, said_of
from xinheng.core.changes.differing import Difference, differences
from xinheng.core.changes.impact import Effect, Weight, effects
from xinheng.core.intake.checked import GOOD
from xinheng.core.intake.engine import check_source
from xinheng.core.intake.table import ROW, FrameTable, Note, Table
from xinheng.core.policy.model import Item, Policy

TRIED = 500
NO_TRIAL: dict[str, Any] = {"rows": 0, "returned": 0, "because": {}}


@dataclass(slots=True)
class _Rows:
    table: FrameTable
    format: str = "register"
    encoding: str | None = None
    size: int = 0
    notes: list[Note] = field(default_factory=list)

    def tables(self) -> Iterator[Table]:
        yield self.table


def report(change: Change, *, on: date) -> dict[str, Any]:
    """Return the report on a proposal, for a page: differences, effects, senders, the trial on recent records."""
    policy = current_policy()
    old = editions.latest(policy, change.item)
    if change.is_new:
        return _on_new(change, policy)
    assert old is not None  # proposed on an item of the catalogue, and items are never taken away
    with editions.with_edition(tomllib.loads(change.table)) as trial:
        new = editions.latest(trial, change.item)
        assert new is not None
        told, ours = differences(old, new), editions.added_here(old)
        found = effects(told, old=old, new=new, authority=settings.XINHENG_AUTHORITY, ours=ours)
        senders = _senders(change.item, policy)
        return _told(policy, told, found, senders) | {
            "trial": _trial(old, new, trial, on=max(on, change.effective_from))
        }


def _on_new(change: Change, policy: Policy) -> dict[str, Any]:
    """Return the report on a wholly new item: all it says is new, and there is no record to try."""
    table = tomllib.loads(change.table)
    try:
        require_new(policy, item=change.item, zh=table["zh"])
    except AlreadyThere as there:  # another proposal of it was approved meanwhile
        stopped = Effect(Weight.STOP, there.code, there.message.format(**there.facts))
        return _told(policy, (), (stopped,), _senders(change.item, policy))
    with editions.with_edition(table) as trial:
        new = editions.latest(trial, change.item)
        assert new is not None
        found = effects_of(new, [str(one["name"]) for one in table["field"]])
        return _told(policy, said_of(new), found, _senders(change.item, trial))


def _told(
    policy: Policy, told: Iterable[Difference], found: Iterable[Effect], senders: dict[str, Any]
) -> dict[str, Any]:
    return {
        "policy": policy.digest,
        "differences": [asdict(one) for one in told],
        "effects": [asdict(one) for one in found],
        "senders": senders,
        "trial": NO_TRIAL,
    }


def _senders(item: str, policy: Policy) -> dict[str, Any]:
    """Return who hands this item in: departments with the power, officers, keys."""
    departments = [d for d in policy.departments if matches(item, d.items)]
    codes = {d.code for d in departments}
    officers = Account.objects.filter(department__code__in=codes, is_active=True, role="reporter")
    keys = ApiKey.objects.filter(account__department__code__in=codes, revoked_at=None).select_related("account")
    return {
        "departments": [d.short or d.name for d in departments],
        "officers": officers.count(),
        "keys": [key.name for key in keys if not key.account.items or matches(item, tuple(key.account.items))],
    }


def _trial(old: Item, new: Item, policy: Policy, *, on: date) -> dict[str, Any]:
    """Check recent records of the item once under each edition: what passed and would not any more?"""
    held = [
        orjson.loads(text)
        for text in records.current().filter(item=old.id).order_by("-pk").values_list("canonical", flat=True)[:TRIED]
    ]
    if not held:
        return NO_TRIAL
    before = _checked(held, old, current_policy(), on=on)
    after = _checked(held, new, policy, on=on)
    lost = [number for number, (was, now) in enumerate(zip(before[0], after[0], strict=True)) if was and not now]
    because = dict((after[1] - before[1]).most_common(8))
    return {"rows": len(held), "returned": len(lost), "because": because}


def _checked(rows: list[dict[str, Any]], item: Item, policy: Policy, *, on: date) -> tuple[list[bool], Counter[str]]:
    titles = {one.name: one.zh for one in item.fields}
    frame = pl.DataFrame(
        {title: [_text(row.get(name)) for row in rows] for name, title in titles.items()},
        schema=dict.fromkeys(titles.values(), pl.String),
    )
    checking = check_source(_Rows(FrameTable(frame)), policy, on=on, item_id=item.id)
    good = [bool(one) for block in checking for one in block.rows.sort(ROW).get_column(GOOD).to_list()]
    return good, Counter(checking.report.counts)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
