"""Writing the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from xinheng.apps.accounts.models import Account
from xinheng.apps.audit.models import Event


def record(
    action: str,
    *,
    about: models.Model,
    by: Account | None,
    at: datetime,
    rule: str = "",
    policy: str = "",
    **facts: Any,
) -> Event:
    """Write one audit event. Callers are inside the transaction of the action itself: both happen or neither."""
    return Event.objects.create(
        at=at,
        by=by,
        action=action,
        about_type=about._meta.label_lower,
        about_id=str(about.pk),
        facts=facts,
        rule=rule,
        policy_digest=policy,
    )
