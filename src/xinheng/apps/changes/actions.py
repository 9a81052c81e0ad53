"""Proposing a change of the catalogue, reporting on it, deciding it: three steps, two people, one dated edition."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.changes import editions, reporting
from xinheng.apps.changes.models import Change, ChangeState
from xinheng.apps.changes.refusals import (
    AlreadyDecided,
    NoReasonGiven,
    NoSender,
    NotDated,
    NotReported,
    NotSound,
    NotYourItem,
    Overtaken,
    OwnProposal,
    Stopped,
)
from xinheng.apps.clock import local_date
from xinheng.apps.policy import current_policy
from xinheng.core.access.words import matches
from xinheng.core.changes.adding import Basis, new_item, require_new
from xinheng.core.changes.editing import Edits, new_edition
from xinheng.core.changes.impact import Effect, Weight, may_be_approved
from xinheng.core.policy import PolicyError
from xinheng.core.policy.model import Policy, UnknownItem
from xinheng.core.publication.rules import rules_of


def propose(
    *,
    item: str,
    edits: Edits,
    title: str,
    reason: str,
    basis: str,
    effective_from: date,
    by: Account,
    at: datetime,
) -> Change:
    """Propose a new edition of an item from a day to come. It is tried at once: what the policy would not load is refused."""
    rights.require(by, "change.propose", department=by.department, item=item)
    old = editions.latest(current_policy(), item)
    if old is None:
        raise UnknownItem(item)
    if not reason.strip() or not basis.strip():
        raise NoReasonGiven
    today = local_date(at)
    if effective_from <= today or (old.effective_from is not None and effective_from <= old.effective_from):
        raise NotDated(today=today.isoformat())
    table = new_edition(editions.table_of(old), old, edits, effective_from=effective_from)
    _tried(table)
    return _proposed(table, _as_data(edits), title=title, reason=reason, basis=basis, by=by, at=at)


def propose_item(
    *,
    told: Mapping[str, Any],
    fields: Sequence[Mapping[str, Any]],
    basis: Basis,
    title: str,
    reason: str,
    effective_from: date,
    by: Account,
    at: datetime,
) -> Change:
    """Propose a wholly new item from a day to come. ``told`` are its attributes, ``fields`` its own fields, as the policy writes them.

    An officer of a department proposes what that department would hand in; what the policy would not load is refused.
    """
    rights.require(by, "change.propose", department=by.department)
    if not reason.strip() or not basis.document.strip():
        raise NoReasonGiven
    if effective_from <= (today := local_date(at)):
        raise NotDated(today=today.isoformat())
    policy = current_policy()
    require_new(policy, item=told["id"], zh=told["zh"])
    table = new_item(
        told,
        fields,
        basis,
        layer=settings.XINHENG_AUTHORITY,
        rules=rules_of(policy).by_key,
        effective_from=effective_from,
        verified_on=today,
    )
    senders = [d.code for d in _tried(table).departments if matches(table["id"], d.items)]
    if not senders:
        raise NoSender(sources="、".join(table["sources"]))
    if by.department is not None and by.department.code not in senders:
        raise NotYourItem(department=by.department.short or by.department.name)
    cited = f"{basis.document} {basis.article}".strip()
    return _proposed(table, {"new": True}, title=title, reason=reason, basis=cited, by=by, at=at)


def _tried(table: dict[str, Any]) -> Policy:
    """Return the policy with an edition, or refuse with what is wrong."""
    try:
        with editions.with_edition(table) as trial:
            return trial
    except PolicyError as error:
        raise NotSound(problems=editions.said(error)) from None


def _proposed(
    table: dict[str, Any], edits: dict[str, Any], *, title: str, reason: str, basis: str, by: Account, at: datetime
) -> Change:
    item, effective_from = table["id"], table["effective_from"]
    with transaction.atomic():
        change = Change.objects.create(
            item=item,
            title=title.strip(),
            reason=reason.strip(),
            basis=basis.strip(),
            edits=edits,
            table=editions.as_text(table),
            effective_from=effective_from,
            department=by.department,
            proposed_by=by,
            proposed_at=at,
        )
        told = {"item": item, "effective_from": effective_from.isoformat()}
        audit.record("change.proposed", about=change, by=by, at=at, policy=current_policy().digest, **told)
    return change


def _as_data(edits: Edits) -> dict[str, Any]:
    return {
        "attributes": dict(edits.attributes),
        "added": [dict(one) for one in edits.added],
        "changed": {name: dict(keys) for name, keys in (edits.changed or {}).items()},
        "ended": list(edits.ended),
    }


def report(*, change: Change, at: datetime) -> Change:
    """Make the report on a proposal, against the catalogue as it is now."""
    told = reporting.report(change, on=local_date(at))
    with transaction.atomic():
        locked = _open(change)
        locked.report, locked.reported_at = told, at
        locked.save(update_fields=["report", "reported_at"])
        audit.record("change.reported", about=locked, by=None, at=at, policy=told["policy"])
    change.refresh_from_db()
    return change


def approve(*, change: Change, decision: str, by: Account, at: datetime) -> Change:
    """Approve a proposal that another person made: its edition is written, and in force from its day."""
    rights.require(by, "change.decide")
    if not change.report:
        raise NotReported
    if change.report["policy"] != current_policy().digest:
        report(change=change, at=at)
        raise Overtaken
    found = [Effect(**{**one, "weight": Weight(one["weight"])}) for one in change.report["effects"]]
    if not may_be_approved(found):
        raise Stopped(effects="；".join(one.message for one in found if one.weight is Weight.STOP))
    if not decision.strip():
        raise NoReasonGiven
    if change.effective_from <= local_date(at):
        raise NotDated(today=local_date(at).isoformat())
    before = current_policy().digest
    with editions.with_edition(tomllib.loads(change.table)) as trial:
        after = trial.digest
    with transaction.atomic():
        locked = _decided(change, ChangeState.APPROVED, decision, by=by, at=at)
        locked.policy_before, locked.policy_after = before, after
        locked.save(update_fields=["policy_before", "policy_after"])
        told = {"item": change.item, "effective_from": change.effective_from.isoformat(), "after": after}
        audit.record("change.approved", about=locked, by=by, at=at, policy=before, decision=decision, **told)
    # Behind the transaction: what the database does not hold must never be read as policy.
    editions.write_all()
    change.refresh_from_db()
    return change


def refuse(*, change: Change, decision: str, by: Account, at: datetime) -> Change:
    """Refuse a proposal, saying why."""
    rights.require(by, "change.decide")
    if not decision.strip():
        raise NoReasonGiven
    with transaction.atomic():
        locked = _decided(change, ChangeState.REFUSED, decision, by=by, at=at)
        audit.record("change.refused", about=locked, by=by, at=at, decision=decision)
    change.refresh_from_db()
    return change


def take_back(*, change: Change, by: Account, at: datetime) -> Change:
    """Take one's own proposal back before it is decided."""
    item = None if change.is_new else change.item  # a new item is in nobody's powers yet
    rights.require(by, "change.propose", department=change.department, item=item)
    with transaction.atomic():
        locked = _open(change)
        if locked.proposed_by_id != by.pk:
            raise rights.NotAllowed("change.propose")
        locked.state = ChangeState.WITHDRAWN
        locked.save(update_fields=["state"])
        audit.record("change.withdrawn", about=locked, by=by, at=at)
    change.refresh_from_db()
    return change


def _decided(change: Change, state: ChangeState, decision: str, *, by: Account, at: datetime) -> Change:
    locked = _open(change)
    if locked.proposed_by_id == by.pk:
        raise OwnProposal
    locked.state, locked.decision, locked.decided_by, locked.decided_at = state, decision.strip(), by, at
    locked.save(update_fields=["state", "decision", "decided_by", "decided_at"])
    return locked


def _open(change: Change) -> Change:
    locked = Change.objects.select_for_update().get(pk=change.pk)
    if locked.state != ChangeState.PROPOSED:
        raise AlreadyDecided
    return locked
