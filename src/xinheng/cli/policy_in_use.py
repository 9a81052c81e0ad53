"""The policy data a command works with."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from xinheng.cli.outcome import CannotDo

if TYPE_CHECKING:
    from xinheng.core.policy.model import Item, Policy


def policy_root() -> Path:
    """Return the folder of policy data: XINHENG_POLICY, else the one beside the program."""
    told = os.environ.get("XINHENG_POLICY")
    return Path(told) if told else Path(__file__).resolve().parents[3] / "policy"


def policy_authority() -> str:
    """Return the authority this installation serves."""
    return os.environ.get("XINHENG_AUTHORITY") or "shenzhen"


def policy_in_use() -> Policy:
    """Return the policy of this installation."""
    from xinheng.core.policy import default_policy

    return default_policy()


def item_of(policy: Policy, item_id: str, on: date) -> Item:
    """Return a catalogue item, or say how to find the right name."""
    from xinheng.core.policy.model import UnknownItem

    try:
        return policy.item(item_id, on=on)
    except UnknownItem:
        raise CannotDo("item.unknown", f"目录中没有“{item_id}”。用 xinheng items 可列出全部目录项。") from None
