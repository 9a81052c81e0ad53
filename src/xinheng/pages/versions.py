"""Which state of the register a page was made from: while it stands, the page made once is the page."""

from __future__ import annotations

from django.db import connection

# The instant stands beside the position: a register restored from a backup may reach the same position another way.
_SQL = "SELECT position, at, (SELECT max(id) FROM records_event) FROM intake_register WHERE id = 1"


def register_state() -> tuple[int, str]:
    """Return the position the register has reached, and a text that changes whenever anything visible of it does."""
    with connection.cursor() as cursor:
        position, at, event = cursor.execute(_SQL).fetchone() or (0, None, None)
    return position, f"{position}-{at}-{event or 0}".replace(" ", "T")


def register_version() -> str:
    """Return a short text that changes whenever anything visible of the register does."""
    return register_state()[1]
