"""How far our own log has come: what a statement of reconciliation names beside the position of the register."""

from __future__ import annotations

from xinheng.apps.exchange import keyring
from xinheng.core.reconciliation.statement import Party


def own_party(position: int) -> Party:
    """Return our side as statements name it."""
    return Party(name=keyring.own().name, position=position)
