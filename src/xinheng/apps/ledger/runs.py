"""Which leaf is which version, and the other way round: runs of neighbouring ids at neighbouring leaves."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from xinheng.apps.ledger.models import Run
from xinheng.apps.ledger.reading import Part, run_starts


@dataclass(slots=True)
class Placing:
    """Gives leaves to parts in order and remembers the runs, to be stored with the checkpoint."""

    size: int
    runs: list[Run] = field(default_factory=list)

    def place(self, part: Part) -> None:
        """Give the next leaves to a part."""
        if part.ids is None:
            self._add(len(part.entries), part.turn.number, None)
            return
        starts = run_starts(part.ids)
        for start, end in zip(starts, [*starts[1:], len(part.ids)], strict=True):
            self._add(int(end - start), part.turn.number, int(part.ids[start]))

    def end(self, turn: int) -> None:
        """Give the next leaf to a cut's map."""
        self._add(1, turn, None)

    def _add(self, leaves: int, turn: int, first: int | None) -> None:
        last = self.runs[-1] if self.runs else None
        follows = last is not None and first is not None and last.first_version is not None and last.turn == turn
        if follows and last.first_version + last.leaves == first:
            last.leaves += leaves
        else:
            self.runs.append(Run(first_leaf=self.size, leaves=leaves, turn=turn, first_version=first))
        self.size += leaves


@dataclass(frozen=True, slots=True)
class Places:
    """Leaf of each version, for many versions at once."""

    versions: NDArray[np.int64]
    leaves: NDArray[np.int64]

    @classmethod
    def load(cls, fresh: list[Run], *, stored: bool = True) -> Places:
        """Read the stored runs and add those not yet stored, or take the latter alone."""
        known = Run.objects.filter(first_version__isnull=False) if stored else Run.objects.none()
        rows = list(known.values_list("first_version", "first_leaf")) + [
            (r.first_version, r.first_leaf) for r in fresh if r.first_version is not None
        ]
        table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 2)
        return cls(table[:, 0], table[:, 1])

    def of(self, versions: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the leaf of each of these versions; they have one."""
        at = np.searchsorted(self.versions, versions, side="right") - 1
        return self.leaves[at] + versions - self.versions[at]


def leaf_of(version: int) -> int | None:
    """Return the leaf of one version, or None while it has none."""
    run = Run.objects.filter(first_version__lte=version).order_by("-first_version").first()
    if run is None or version >= run.first_version + run.leaves:
        return None
    return run.first_leaf + version - run.first_version
