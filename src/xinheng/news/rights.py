"""Who may write and who may publish: officers write, the credit centre reviews. Told anew at each sign-in, from the account's role."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account

WRITES, REVIEWS = "Editors", "Moderators"  # the page editor's own groups, with its own review workflow
_BY_RIGHT = {"news.review": REVIEWS, "news.write": WRITES}  # of the one table of rights, the greater first


def give_rights(*, user: Account, **_signal: Any) -> None:
    """Put the account into the one group its role asks for; everybody else into none."""
    wanted = next((group for right, group in _BY_RIGHT.items() if rights.grant(user, right)), None)
    for group in Group.objects.filter(name__in=(WRITES, REVIEWS)):
        (user.groups.add if group.name == wanted else user.groups.remove)(group)
