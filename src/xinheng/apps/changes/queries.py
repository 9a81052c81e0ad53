"""Reading proposals: a department sees its own and those below it, the centre and auditors all."""

from __future__ import annotations

from django.db.models import QuerySet

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.changes.models import Change


def changes(*, visible_to: Account) -> QuerySet[Change]:
    """Return the proposals an account may see."""
    found = Change.objects.filter(rights.within(visible_to, "change.read"))
    return found.select_related("department", "proposed_by", "decided_by")
