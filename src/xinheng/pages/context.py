"""What the frame of every page says: the day it speaks of and the policy data in force."""

from django.conf import settings
from django.http import HttpRequest

from xinheng.apps.clock import today
from xinheng.apps.policy import current_policy


def frame(request: HttpRequest) -> dict[str, object]:
    """Return the day and the short form of the policy digest."""
    return {
        "news": settings.NEWS,
        "day": today(),
        "policy_digest": current_policy().digest.removeprefix("sha256:")[:12],
    }
