"""The versions a sequencer has just read: what the subject map needs of them is in memory already, and need not be asked for again."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from xinheng.apps.ledger.models import Turn, TurnKind
from xinheng.apps.ledger.reading import Part
from xinheng.core.ledger.hashing import SIZE

_QUIET = (
    TurnKind.BATCH,
    TurnKind.POLICY,
)  # turns after which everything that stood before still stands, unless told anew
_MOST_RANGES = 40  # more are not worth a condition in a query


@dataclass(slots=True)
class Fresh:
    """Versions since the last cut. ``quiet``: nothing but acceptances has happened since then."""

    quiet: bool = True
    _parts: list[pl.DataFrame] = field(default_factory=list)

    def take_in(self, turn: Turn, part: Part, first_place: int, leaves: bytes) -> None:
        """Remember the versions of a part."""
        self.quiet = self.quiet and turn.kind in _QUIET
        if part.ids is None or not self.quiet:
            return
        place = np.arange(first_place, first_place + len(part.ids))
        leaf = [leaves[i : i + SIZE] for i in range(0, len(leaves), SIZE)]
        columns = {"subject": part.subjects, "id": part.ids, "record": part.records, "place": place, "leaf": leaf}
        self._parts.append(pl.DataFrame(columns, schema_overrides={"leaf": pl.Binary}))

    def frame(self) -> pl.DataFrame:
        """Return the last version of each record, with its subject, id, record, place and leaf hash."""
        if not self._parts:
            schema = dict.fromkeys(("subject", "id", "record", "place"), pl.Int64) | {"leaf": pl.Binary}
            return pl.DataFrame(schema=schema)
        # Later places are later positions of the register: of a record told twice since the last cut, the later one stands.
        return pl.concat(self._parts).unique("record", keep="last", maintain_order=True)

    def ranges(self) -> list[tuple[int, int]]:
        """Return the ids as ranges, or none where there are too many of them."""
        ids: NDArray[np.int64] = np.sort(np.concatenate([part.get_column("id").to_numpy() for part in self._parts] or [np.empty(0, dtype=np.int64)]))  # fmt: skip
        if not len(ids):
            return []
        starts = np.concatenate([[0], np.flatnonzero(np.diff(ids) != 1) + 1])
        ends = np.append(starts[1:], len(ids)) - 1
        return list(zip(ids[starts].tolist(), ids[ends].tolist(), strict=True)) if len(starts) <= _MOST_RANGES else []
