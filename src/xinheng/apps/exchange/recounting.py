"""Adding every sum up again from the kept elements: what a run costs when no sums were kept, and whether the kept ones are right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xinheng.apps.exchange import blobs
from xinheng.apps.exchange.models import Channel, Tree
from xinheng.apps.exchange.trees import TreeSide
from xinheng.core.reconciliation import leaves
from xinheng.core.reconciliation.elements import Array
from xinheng.core.reconciliation.leaves import PAGE_BITS
from xinheng.core.reconciliation.sums import SUM, Sum, added, grouped

_PAGES = 1 << PAGE_BITS
_PAGES_AT_ONCE = 16


class RecountedSide(TreeSide):
    """An item as its kept elements say, whatever its kept sums say."""

    def __init__(self, tree: Tree) -> None:
        super().__init__(tree)
        self._recounted = dict(_recounted(tree))

    def root(self) -> Sum:
        """Return the sum of everything."""
        return added(np.concatenate([*self._recounted.values(), np.zeros(0, dtype=SUM)]))

    def _pages(self, bits: int, prefixes: Array) -> dict[int, Array]:
        return self._recounted


def _recounted(tree: Tree) -> Iterator[tuple[int, Array]]:
    """Yield the sums of each page, added up from its leaves."""
    below = tree.bits - PAGE_BITS
    for first in range(0, _PAGES, _PAGES_AT_ONCE):
        start, end = first << below, (first + _PAGES_AT_ONCE) << below
        rows = blobs.between("exchange_leaf", tree.pk, start, end - 1)
        kept = leaves.read([blob for _, blob in rows])
        sizes = np.array([len(blob) for _, blob in rows], dtype=np.int64) // leaves.ELEMENT.itemsize
        group = np.repeat(np.array([prefix - start for prefix, _ in rows], dtype=np.int64), sizes)
        sums = grouped(np.stack((kept["low"], kept["high"]), axis=1), group, end - start)
        yield from enumerate(sums.reshape(_PAGES_AT_ONCE, -1), start=first)


def wrong_sums(channel: Channel) -> list[str]:
    """Return the items whose kept sums are not what their elements add up to. Empty is well."""
    wrong = []
    for tree in channel.trees.filter(active=True).order_by("item"):
        kept = {
            page: np.frombuffer(blob, dtype=SUM) for page, blob in blobs.between("exchange_page", tree.pk, 0, _PAGES)
        }
        again = RecountedSide(tree)
        empty = np.zeros(1 << (tree.bits - PAGE_BITS), dtype=SUM)
        same = all(np.array_equal(sums, kept.get(page, empty)) for page, sums in again._recounted.items())
        if not same or again.root() != TreeSide(tree).root():
            wrong.append(tree.item)
    return wrong
