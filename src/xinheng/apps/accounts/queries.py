"""Reading accounts, keys and the trail: what somebody may see is part of the question."""

from __future__ import annotations

from django.db.models import QuerySet

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account, ApiKey, Department, Role
from xinheng.apps.audit.models import Event


def accounts(*, visible_to: Account) -> QuerySet[Account]:
    """Return the accounts of people, for those who run or audit them; machines are seen with their keys."""
    found = Account.objects.exclude(role=Role.MACHINE).select_related("department", "subject")
    return found if rights.grant(visible_to, "account.read") else found.none()


def keys(*, visible_to: Account) -> QuerySet[ApiKey]:
    """Return the API keys, for those who run or audit them."""
    found = ApiKey.objects.select_related("account__department", "answers_for", "made_by")
    return found if rights.grant(visible_to, "key.read") else found.none()


def trail(*, visible_to: Account) -> QuerySet[Event]:
    """Return the audit trail, for those who may read it."""
    found = Event.objects.select_related("by")
    return found if rights.grant(visible_to, "audit.read") else found.none()


def departments() -> QuerySet[Department]:
    """Return the departments, by code."""
    return Department.objects.order_by("code")
