"""What the credit centre sees beyond the departments: the linking queue and the columns outside the catalogue."""

from __future__ import annotations

from django.db.models import QuerySet

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.intake.models import Quarantine
from xinheng.apps.intake.visible import visible
from xinheng.apps.records.models import LinkTask


def queue(*, visible_to: Account) -> QuerySet[LinkTask]:
    """Return the linking queue, decided ones included; nothing for anyone outside the centre."""
    return LinkTask.objects.filter(visible(None), rights.within(visible_to, "link.read", "submission__department"))


def quarantine(*, visible_to: Account) -> QuerySet[Quarantine]:
    """Return the columns outside the catalogue; nothing for anyone outside the centre."""
    return Quarantine.objects.filter(rights.within(visible_to, "quarantine.read", "submission__department"))
