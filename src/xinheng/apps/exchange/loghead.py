"""How far our own log has come: what a statement of reconciliation names beside the position of the register."""

from __future__ import annotations

from base64 import b64encode

from xinheng.apps.exchange import keyring
from xinheng.apps.ledger.models import Checkpoint, Turn, TurnKind
from xinheng.core.reconciliation.statement import Party


def own_party(position: int) -> Party:
    """Return our side as statements name it: with the newest checkpoint of our log that goes no further than this position."""
    cuts = Turn.objects.filter(kind=TurnKind.CUT, position__lte=position).values("number")
    newest = Checkpoint.objects.filter(turn__in=cuts).order_by("-number").first()
    return _party(position, newest)


def is_own(party: Party, position: int) -> bool:
    """Say whether a party is us as of a position: at any checkpoint we have signed since."""
    if party.log_size == 0:
        return party == _party(position, None)
    return party == _party(position, Checkpoint.objects.filter(size=party.log_size).first())


def _party(position: int, checkpoint: Checkpoint | None) -> Party:
    name = keyring.own().name
    if checkpoint is None:
        return Party(name=name, position=position)
    root = b64encode(bytes(checkpoint.root)).decode()
    return Party(name=name, position=position, log_size=checkpoint.size, log_root=root)
