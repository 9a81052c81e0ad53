"""What pages of the desk ask for while they are written: rights of the reader, the code of a demo account."""

from __future__ import annotations

from typing import Any

from django import template

from xinheng.apps.accounts import factors, rights
from xinheng.apps.jobs import queries as jobs

register = template.Library()


@register.simple_tag(takes_context=True)
def demo_code(context: dict[str, Any]) -> str:
    """Return the code of a demo account at the door; nothing for any other account, and nothing outside a demo city."""
    stage = getattr(context["request"], "_login_stage", None)
    return factors.shown_code(stage.login.user) if stage else ""


@register.filter
def may(account: Any, action: str) -> bool:
    """Say whether the reader's role is given an action at all, for links in the frame."""
    return bool(account.is_authenticated) and rights.grant(account, action) is not None


@register.simple_tag
def unseen_notices(account: Any) -> int:
    """Return how many notices the reader has not seen."""
    return jobs.unseen(visible_to=account)
