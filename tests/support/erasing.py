"""Having a record erased takes two people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xinheng.apps.accounts.models import Account


def erasing_by(first: Account) -> Callable[..., None]:
    """Return a function that has a record erased: this person asks, another approves."""
    from xinheng.apps.ledger import erasing

    second = Account.objects.create(username="second", role=first.role)

    def erased(record: Any, *, at: Any, because: str = "保存期限届满") -> None:
        told = {"basis": "测试依据第一条", "basis_on": at.date(), "because": because}
        asked = erasing.ask(record=record, **told, by=first, at=at)
        erasing.approve(erasure=asked, by=second, at=at)

    return erased
