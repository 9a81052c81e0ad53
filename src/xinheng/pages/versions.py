"""Which state of the register a page was made from: while it stands, the page made once is the page."""

from __future__ import annotations

from typing import NamedTuple

from xinheng.apps import driver

# The instant stands beside the position: a register restored from a backup may reach the same position another way.
_SQL = "SELECT position, at, (SELECT max(id) FROM records_event) FROM intake_register WHERE id = 1"


class RegisterState(NamedTuple):
    """Something that changes whenever anything visible of the register does, and only grows while it is the same register."""

    position: int
    event: int
    at: str


def register_state() -> RegisterState:
    """Return the state the register is in."""
    position, at, event = (driver.rows(_SQL) or [(0, None, None)])[0]
    return RegisterState(position, event or 0, str(at or ""))
