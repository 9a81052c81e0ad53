"""What a channel compares: the form of each of its items, and the key of the pair."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import orjson

from xinheng.apps.clock import today
from xinheng.apps.exchange import keyring
from xinheng.apps.exchange.models import Channel, Way
from xinheng.apps.policy import current_policy
from xinheng.core.exchange.pairing import pair_key, table_key
from xinheng.core.ledger.keys import read_verifier
from xinheng.core.policy.model import Item, UnknownItem
from xinheng.core.reconciliation.canonical import VERSION, Form


def item_of(item: str, on: date | None = None) -> Item:
    """Return a catalogue item as it is in force."""
    return current_policy().item(item, on=on or today())


def granted(channel: Channel, item: str, on: date | None = None) -> frozenset[str]:
    """Return the personal fields of an item that may travel on this day."""
    if channel.granted_until is None or (on or today()) >= channel.granted_until:
        return frozenset()
    return frozenset(channel.granted.get(item, ()))


def forms_of(channel: Channel, on: date | None = None) -> dict[str, Form]:
    """Return the form of each item; an item the catalogue does not know any more is left out."""
    found = {}
    for name in channel.items:
        try:
            item = item_of(name, on)
        except UnknownItem:
            continue
        found[name] = Form.of(item, granted=granted(channel, name, on))
    return found


def form_digest(form: Form, on: date | None = None) -> str:
    """Return sixteen digits that differ wherever two sides would write a statement otherwise."""
    item = item_of(form.item, on)
    told = {
        "version": VERSION,
        "item": form.item,
        "fields": sorted(f.name for f in item.fields if f.name not in form.left_out),
        "sets": sorted(form.sets - form.left_out),
    }
    return sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def pair_key_of(channel: Channel) -> bytes:
    """Return the key under which the fingerprints of a channel are made."""
    other, own = channel.counterpart, keyring.own()
    if other.way == Way.TABLE:
        return table_key(own.secret, code=other.code, epoch=other.epoch)
    names = (own.name, read_verifier(other.key).name)
    return pair_key(own.secret, bytes.fromhex(other.public), names=names, epoch=other.epoch)
