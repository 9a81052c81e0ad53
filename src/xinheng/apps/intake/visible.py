"""Which submissions count at an instant: accepted by then and not withdrawn by then. Everything visible hangs on this."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

# The same in SQL, for bulk work: ``s`` is the submission.
NOW = "(s.accepted_at IS NOT NULL AND s.withdrawn_at IS NULL)"


def visible(as_of: datetime | None, path: str = "submission") -> Q:
    """Return the condition that a row's submission counts, now or as of an instant."""
    if as_of is None:
        return Q(**{f"{path}__accepted_at__isnull": False, f"{path}__withdrawn_at__isnull": True})
    return Q(**{f"{path}__accepted_at__lte": as_of}) & (
        Q(**{f"{path}__withdrawn_at__isnull": True}) | Q(**{f"{path}__withdrawn_at__gt": as_of})
    )
