"""Departments follow the policy; accounts are opened by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from xinheng.apps.accounts.models import Account, Appointment, Department, Role
from xinheng.apps.audit import actions as audit
from xinheng.apps.clock import local_date
from xinheng.core.policy.model import Policy

if TYPE_CHECKING:
    from xinheng.apps.subjects.models import Subject


@transaction.atomic
def sync_departments(*, policy: Policy) -> int:
    """Bring the stored departments in line with the policy; return how many there are. None is ever removed."""
    stored = {d.code: d for d in Department.objects.all()}
    for told in policy.departments:
        department = stored.setdefault(told.code, Department(code=told.code))
        department.name, department.short, department.region = told.name, told.short, told.region
        department.effective_from, department.effective_to = told.effective_from, told.effective_to
        department.save()
    for told in policy.departments:
        parent = stored.get(told.parent) if told.parent else None
        if stored[told.code].parent_id != (parent.pk if parent else None):
            stored[told.code].parent = parent
            stored[told.code].save(update_fields=["parent"])
    return len(policy.departments)


@transaction.atomic
def open_account(
    *,
    username: str,
    display_name: str,
    role: Role,
    by: Account | None,
    at: datetime,
    department: Department | None = None,
    post: str = "",
    items: Sequence[str] = (),
    password: str | None = None,
    subject: Subject | None = None,
) -> Account:
    """Open an account for a named officer, or for somebody who acts for an organisation; without a password it cannot log in."""
    account = Account(
        username=username,
        display_name=display_name,
        role=role,
        department=department,
        post=post,
        items=list(items),
        subject=subject,
        is_active=True,
    )
    account.set_password(password)
    account.save()
    Appointment.objects.create(
        account=account,
        role=role,
        department=department,
        post=post,
        items=list(items),
        effective_from=local_date(at),
    )
    audit.record(
        "account.opened", about=account, by=by, at=at, role=role, **({"subject": subject.pk} if subject else {})
    )
    return account
