"""The order of the register: each acceptance and each withdrawal takes the next position, one at a time."""

from __future__ import annotations

from datetime import datetime

from xinheng.apps.intake.models import Register


def position() -> int:
    """Return the position the register has reached."""
    return Register.objects.filter(pk=1).values_list("position", flat=True).first() or 0


def hold() -> Register:
    """Lock the register's order until the end of the transaction."""
    Register.objects.get_or_create(pk=1)
    return Register.objects.select_for_update().get(pk=1)


def advance(register: Register, *, at: datetime) -> tuple[int, datetime]:
    """Take the next position and its instant. A clock set back does not change answers already given."""
    register.position += 1
    register.at = max(at, register.at) if register.at else at
    register.save(update_fields=["position", "at"])
    return register.position, register.at
