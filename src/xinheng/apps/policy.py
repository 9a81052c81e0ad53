"""The policy data this installation runs on, read once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from xinheng.core.policy import load_policy
from xinheng.core.policy.model import Policy


@lru_cache(maxsize=2)
def _load(root: Path, authority: str) -> Policy:
    return load_policy(root, authority=authority)


def current_policy() -> Policy:
    """Return the policy of the authority this installation serves."""
    return _load(settings.XINHENG_POLICY, settings.XINHENG_AUTHORITY)
