"""Our side of a comparison: from the maintained sums where they hold for the state asked about, else worked out from the register."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import orjson
import polars as pl

from xinheng.apps.exchange import keeping, saying, trees
from xinheng.apps.exchange.forms import forms_of, pair_key_of
from xinheng.apps.exchange.models import Channel
from xinheng.apps.exchange.saying import State
from xinheng.core.reconciliation import leaves
from xinheng.core.reconciliation.canonical import Form
from xinheng.core.reconciliation.descent import Found
from xinheng.core.reconciliation.differences import Only
from xinheng.core.reconciliation.elements import Array, Elements
from xinheng.core.reconciliation.ranges import SetSide, Side
from xinheng.core.reconciliation.tables import places_of


class OwnSide(Side, Protocol):
    """A side whose statements can be looked up."""

    def find(self, found: Found) -> tuple[Elements, Array]:
        """Return the elements behind fingerprints, and how many copies too many each has."""
        ...

    def holds(self, names: list[bytes]) -> dict[bytes, str]:
        """Return which names are held, with a fingerprint of each."""
        ...


class ColdSide(SetSide):
    """An item as of an earlier state, worked out from the register."""

    def find(self, found: Found) -> tuple[Elements, Array]:
        """Return the elements behind fingerprints."""
        at, copies = places_of(self, found)
        return self.held.take(at), copies

    def holds(self, names: list[bytes]) -> dict[bytes, str]:
        """Return which names are held."""
        wanted, raw = set(names), self.held.names.tobytes()
        return {
            raw[16 * i : 16 * i + 16]: f"{int(high):016x}{int(low):016x}"
            for i, (low, high) in enumerate(self.held.prints)
            if raw[16 * i : 16 * i + 16] in wanted
        }


def own_sides(channel: Channel, state: State, *, progress: keeping.Progress = lambda n: None) -> dict[str, OwnSide]:
    """Return our side of each item as of a state."""
    channel.refresh_from_db()
    found: dict[str, OwnSide] = {}
    up = keeping.is_up(channel, state)
    for item, form in forms_of(channel).items():
        tree = trees.active(channel, item) if up else None
        found[item] = trees.TreeSide(tree) if tree is not None else cold(channel, item, form, state, progress=progress)
    return found


def cold(
    channel: Channel, item: str, form: Form, state: State, *, progress: keeping.Progress = lambda n: None
) -> ColdSide:
    """Work out an item from the register, as of a state."""
    key, parts = pair_key_of(channel), [np.zeros(0, dtype=leaves.ELEMENT)]
    for ids in saying.all_records(item):
        parts.append(saying.packed(saying.said(channel, ids, state, form).rows, key))
        progress(len(ids))
    return ColdSide(leaves.unpacked(np.concatenate(parts)))


def statements(channel: Channel, item: str, state: State, held: Elements, copies: Array | None = None) -> list[Only]:
    """Return elements with what they say, for the other side to see."""
    form = forms_of(channel)[item]
    texts: dict[int, str] = {}
    ids = np.unique(held.at).tolist()
    for start in range(0, len(ids), saying.STEP):
        rows = saying.said(channel, ids[start : start + saying.STEP], state, form).rows
        texts |= dict(rows.select("record", pl.col("canonical")).iter_rows())
    return [
        Only(
            item=item,
            name=held.name(i),
            print=f"{int(high):016x}{int(low):016x}",
            content=orjson.loads(texts.get(int(held.at[i]), "{}")),
            copies=1 if copies is None else int(copies[i]),
        )
        for i, (low, high) in enumerate(held.prints)
    ]
