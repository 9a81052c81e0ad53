"""Who may write and who may publish: officers write, the credit centre reviews. Told anew at each sign-in, from the account's role."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group

from xinheng.apps.accounts.models import Account, Role

WRITES, REVIEWS = "Editors", "Moderators"  # the page editor's own groups, with its own review workflow
_GROUP = {Role.REPORTER: WRITES, Role.CENTRE: REVIEWS, Role.ADMIN: REVIEWS}


def give_rights(*, user: Account, **_signal: Any) -> None:
    """Put the account into the one group its role asks for; everybody else into none."""
    wanted = _GROUP.get(Role(user.role)) if user.is_active and user.role in Role.values else None
    for group in Group.objects.filter(name__in=(WRITES, REVIEWS)):
        (user.groups.add if group.name == wanted else user.groups.remove)(group)
