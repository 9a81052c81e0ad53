"""Versions that speak for their subjects, as whole columns: what the subject map hashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinheng.core.ledger import submap
from xinheng.core.ledger.hashing import SIZE, Hashing

Numbers = NDArray[np.int64]
Bytes = NDArray[np.uint8]
_PLACE = 8  # bytes
_LISTED = _PLACE + SIZE


@dataclass(frozen=True, slots=True)
class Standing:
    """Subject (-1: none), version, record and place in the log of some versions, each with its leaf hash (n × 32 bytes)."""

    subjects: Numbers
    ids: Numbers
    records: Numbers
    places: Numbers
    leaves: Bytes

    @classmethod
    def of(cls, parts: Sequence[Standing]) -> Standing:
        """Return all parts as one."""
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return cls(*(np.empty(0, dtype=np.int64),) * 4, rows_of_digests(b""))
        columns = ("subjects", "ids", "records", "places", "leaves")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))

    def __len__(self) -> int:
        return len(self.ids)

    def pick(self, which: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Standing:
        """Return some of them, in this order."""
        return Standing(
            self.subjects[which], self.ids[which], self.records[which], self.places[which], self.leaves[which]
        )

    def ordered(self) -> Standing:
        """Return them by subject, those of one subject in the order of the log."""
        return self.pick(np.lexsort((self.places, self.subjects)))

    def newest_of_each_record(self) -> Standing:
        """Return, of each record, the one that was given last."""
        order = np.argsort(self.records, kind="stable")
        last = np.append(np.diff(self.records[order]) != 0, True) if len(order) else order
        return self if np.all(last) else self.pick(np.sort(order[last]))

    def of_subjects(self, first: int, last: int) -> Standing:
        """Return those of the subjects from one to another, both included; ordered already."""
        start, end = np.searchsorted(self.subjects, [first, last + 1])
        return self.pick(slice(start, end))

    def values(self, subjects: Numbers, hashing: Hashing) -> tuple[Bytes, NDArray[np.bool_]]:
        """Return the map's value of each of these subjects, and which have any; ordered already."""
        listed = np.empty((len(self), _LISTED), dtype=np.uint8)
        listed[:, :_PLACE] = self.places.astype(">i8").view(np.uint8).reshape(-1, _PLACE)
        listed[:, _PLACE:] = self.leaves
        starts = np.searchsorted(self.subjects, subjects)
        ends = np.searchsorted(self.subjects, subjects, side="right")
        present, data = ends > starts, listed.tobytes()
        bounds = zip((starts[present] * _LISTED).tolist(), (ends[present] * _LISTED).tolist(), strict=True)
        values = np.zeros((len(subjects), SIZE), dtype=np.uint8)
        values[present] = rows_of_digests(hashing.each((data[a:b] for a, b in bounds), prefix=submap.LISTED))
        return values, present


def rows_of_digests(digests: bytes) -> Bytes:
    """Return digests that follow one another as rows."""
    return np.frombuffer(digests, dtype=np.uint8).reshape(-1, SIZE)
