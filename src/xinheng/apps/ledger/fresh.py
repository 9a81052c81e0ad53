"""The versions a sequencer has just read: what the subject map needs of them is in memory already, and need not be asked for again."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from xinheng.apps.ledger.models import Turn, TurnKind
from xinheng.apps.ledger.reading import Part, run_starts
from xinheng.apps.ledger.standing import Standing, rows_of_digests

_QUIET = (
    TurnKind.BATCH,
    TurnKind.POLICY,
)  # turns after which everything that stood before still stands, unless told anew
_MOST_RANGES = 40  # more are not worth a condition in a query


@dataclass(slots=True)
class Fresh:
    """Versions since the last cut. ``quiet``: nothing but acceptances has happened since then."""

    quiet: bool = True
    newest_record: int = 0  # the greatest id among the records told of
    _parts: list[Standing] = field(default_factory=list)

    def take_in(self, turn: Turn, part: Part, first_place: int, leaves: bytes) -> None:
        """Remember the versions of a part."""
        self.quiet = self.quiet and turn.kind in _QUIET
        if part.ids is None or part.records is None or part.subjects is None:
            return
        self.newest_record = max(self.newest_record, int(part.records.max()))
        if self.quiet:
            place = np.arange(first_place, first_place + len(part.ids))
            self._parts.append(Standing(part.subjects, part.ids, part.records, place, rows_of_digests(leaves)))

    def standing(self) -> Standing:
        """Return the last version of each record, by subject and place."""
        # Later places are later positions of the register: of a record told twice since the last cut, the later one stands.
        return Standing.of(self._parts).newest_of_each_record().ordered()

    def ranges(self) -> list[tuple[int, int]]:
        """Return the ids as ranges, or none where there are too many of them."""
        ids: NDArray[np.int64] = np.sort(Standing.of(self._parts).ids)
        if not len(ids):
            return []
        starts = run_starts(ids)
        ends = np.append(starts[1:], len(ids)) - 1
        return list(zip(ids[starts].tolist(), ids[ends].tolist(), strict=True)) if len(starts) <= _MOST_RANGES else []
