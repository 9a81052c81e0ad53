"""The maintained sums of one item: reading ranges of them, and bringing them up to date when records come and go."""

from __future__ import annotations

import numpy as np
from django.db import transaction

from xinheng.apps.exchange import blobs
from xinheng.apps.exchange.models import Channel, Leaf, Page, Tree
from xinheng.apps.records.store import store
from xinheng.core.reconciliation import leaves
from xinheng.core.reconciliation.descent import Found
from xinheng.core.reconciliation.elements import Array, Elements
from xinheng.core.reconciliation.leaves import PAGE_BITS
from xinheng.core.reconciliation.ranges import Children, Told, bounds, children_of, spans
from xinheng.core.reconciliation.sums import SUM, Sum, added

_PAGES = 1 << PAGE_BITS
_PAGES_IN_ONE = 16  # written in one transaction


class TreeSide:
    """One item of a channel as a side of a comparison."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def root(self) -> Sum:
        """Return the sum of everything."""
        return Sum.of_text(self.tree.count, self.tree.high + self.tree.low)

    def children(self, bits: int, prefixes: Array, fan: int) -> Children:
        """Return sums of parts: from pages while parts are no smaller than leaves, else from the elements themselves."""
        if bits + fan > self.tree.bits:
            return children_of(leaves.unpacked(self._held(bits, prefixes)), bits, prefixes, fan)
        counts = np.zeros((len(prefixes), 1 << fan), dtype=np.int64)
        lows = np.zeros((len(prefixes), 1 << fan), dtype=np.uint64)
        pages = self._pages(bits, prefixes)
        for row, prefix in enumerate(prefixes.tolist()):
            # All leaves below a range, or all of its page if the range is smaller than a page.
            sums = self._leaf_sums(pages, bits, prefix).reshape(1 << fan, -1)
            counts[row] = sums["count"].sum(axis=1)
            lows[row] = sums["low"].sum(axis=1, dtype=np.uint64)
        return Children(counts, lows)

    def told(self, bits: int, prefixes: Array) -> Told:
        """Return the fingerprints in each range."""
        held = self._held(bits, prefixes)
        begin, end = bounds(leaves.places(held), bits, prefixes)
        return Told(end - begin, held["low"][spans(begin, end)])

    def find(self, found: Found) -> tuple[Elements, Array]:
        """Return the elements behind fingerprints found here, and how many copies too many each has."""
        parts, copies = [], []
        for bits in np.unique(found.bits).tolist():
            which = np.flatnonzero(found.bits == bits)
            held = self._held(bits, np.unique(found.prefixes[which]))
            order = np.argsort(held["low"])
            at = order[np.searchsorted(held["low"], found.lows[which], sorter=order)]
            parts.append(held[at])
            copies.append(found.copies[which])
        kept = np.concatenate(parts) if parts else np.zeros(0, dtype=leaves.ELEMENT)
        return leaves.unpacked(kept), np.concatenate(copies) if copies else np.zeros(0, dtype=np.int64)

    def holds(self, names: list[bytes]) -> dict[bytes, str]:
        """Return which of these names are held, each with one of its fingerprints."""
        if not names:
            return {}
        raw = np.frombuffer(b"".join(names), dtype=np.uint8).reshape(-1, 16)
        place = np.ascontiguousarray(raw[:, :8]).view(">u8").reshape(-1).astype(np.uint64)
        held = self._held(self.tree.bits, np.unique(place >> np.uint64(64 - self.tree.bits)))
        wanted = set(names)
        return {
            bytes(name): f"{int(high):016x}{int(low):016x}"
            for name, low, high in zip(held["name"].tolist(), held["low"], held["high"], strict=True)
            if bytes(name) in wanted
        }

    def all(self) -> Array:
        """Return every element, in order."""
        return leaves.read([blob for _, blob in blobs.between("exchange_leaf", self.tree.pk, 0, 1 << 62)])

    def _pages(self, bits: int, prefixes: Array) -> dict[int, Array]:
        if bits >= PAGE_BITS:
            wanted = np.unique(prefixes >> np.uint64(bits - PAGE_BITS)).tolist()
            rows = blobs.at("exchange_page", self.tree.pk, wanted)
        else:
            rows = blobs.between("exchange_page", self.tree.pk, 0, _PAGES - 1)
        return {prefix: np.frombuffer(blob, dtype=SUM) for prefix, blob in rows}

    def _leaf_sums(self, pages: dict[int, Array], bits: int, prefix: int) -> Array:
        """Return the sums of all leaves below a range, in order."""
        size = 1 << (self.tree.bits - PAGE_BITS)
        empty = np.zeros(size, dtype=SUM)
        if bits <= PAGE_BITS:
            first = prefix << (PAGE_BITS - bits)
            return np.concatenate([pages.get(p, empty) for p in range(first, first + (1 << (PAGE_BITS - bits)))])
        page, within = prefix >> (bits - PAGE_BITS), prefix & ((1 << (bits - PAGE_BITS)) - 1)
        width = 1 << (self.tree.bits - bits)
        return pages.get(page, empty)[within * width : (within + 1) * width]

    def _held(self, bits: int, prefixes: Array) -> Array:
        """Return all elements of the leaves these ranges touch, in order."""
        own = self.tree.bits
        if bits >= own:
            wanted = np.unique(prefixes >> np.uint64(bits - own)).tolist()
            return leaves.read([blob for _, blob in blobs.at("exchange_leaf", self.tree.pk, wanted)])
        parts = []
        for prefix in np.unique(prefixes).tolist():
            first = prefix << (own - bits)
            rows = blobs.between("exchange_leaf", self.tree.pk, first, first + (1 << (own - bits)) - 1)
            parts += [blob for _, blob in rows]
        return leaves.read(parts)


def active(channel: Channel, item: str) -> Tree | None:
    """Return the tree of an item, if there is one."""
    return Tree.objects.filter(channel=channel, item=item, active=True).first()


def bring_up(
    channel: Channel, item: str, form: str, *, touched: Array, names: Array, fresh: Array, anew: bool = False
) -> Tree:
    """Make the tree say that the ``touched`` records hold exactly what ``fresh`` (dtype ELEMENT) holds. Doing it again changes nothing.

    ``names``: (n, 16) bytes, of the touched records. Written page by page, in short transactions: who reads in between sees some
    pages new and some old, so readers wait until nobody keeps the channel.
    """
    tree = active(channel, item)
    if anew or tree is None or tree.form != form:
        return _built_anew(channel, item, form, leaves.in_order(fresh))
    if leaves.crowded(tree.count + len(fresh), tree.bits):
        return _built_anew(channel, item, form, leaves.merged(TreeSide(tree).all(), touched, fresh))
    _apply(tree, touched, names, fresh)
    return tree


def _apply(tree: Tree, touched: Array, names: Array, fresh: Array) -> None:
    """Change the leaves where the touched records stand or are to stand: a name has one place, before and after."""
    place = np.ascontiguousarray(names[:, :8]).view(">u8").reshape(-1).astype(np.uint64)
    leaf = place >> np.uint64(64 - tree.bits)
    page = place >> np.uint64(64 - PAGE_BITS)
    fresh_leaf = leaves.prefixes(fresh, tree.bits) if len(fresh) else np.zeros(0, np.uint64)
    pages = np.unique(page).tolist()
    for start in range(0, len(pages), _PAGES_IN_ONE):
        with store().staging():
            locked = Tree.objects.select_for_update().get(pk=tree.pk)
            for number in pages[start : start + _PAGES_IN_ONE]:
                here = np.flatnonzero(page == number)
                _change_page(locked, number, np.unique(leaf[here]), touched[here], fresh, fresh_leaf)
            locked.save(update_fields=["count", "low", "high"])
    tree.refresh_from_db()


def _change_page(tree: Tree, page: int, wanted: Array, touched: Array, fresh: Array, fresh_leaf: Array) -> None:
    kept = leaves.read([blob for _, blob in blobs.at("exchange_leaf", tree.pk, wanted.tolist())])
    now = leaves.merged(kept, touched, fresh[np.isin(fresh_leaf, wanted)])
    found = dict(leaves.cut(now, tree.bits))
    empty = np.zeros(0, dtype=leaves.ELEMENT)
    blobs.write("exchange_leaf", tree.pk, [(p, found.get(p, empty).tobytes()) for p in wanted.tolist()])
    rows = blobs.at("exchange_page", tree.pk, [page])
    below = tree.bits - PAGE_BITS
    sums = np.frombuffer(rows[0][1], dtype=SUM).copy() if rows else np.zeros(1 << below, dtype=SUM)
    before = added(sums)
    first = page << below
    fresh_sums = leaves.sums_of(now, tree.bits, page)
    at = wanted.astype(np.int64) - first
    sums[at] = fresh_sums[at]
    blobs.write("exchange_page", tree.pk, [(page, sums.tobytes())])
    total = Sum.of_text(tree.count, tree.high + tree.low) + added(sums) - before
    _set_root(tree, total)


def _set_root(tree: Tree, total: Sum) -> None:
    text = total.text()
    tree.count, tree.high, tree.low = total.count, text[:16], text[16:]


def _built_anew(channel: Channel, item: str, form: str, held: Array) -> Tree:
    """Write a whole tree beside the one in use, then let it take its place."""
    tree = Tree.objects.create(channel=channel, item=item, form=form, bits=leaves.bits_for(len(held)))
    total = Sum()
    group = leaves.prefixes(held, PAGE_BITS) if len(held) else np.zeros(0, np.uint64)
    edges = np.searchsorted(group, np.arange(_PAGES + 1, dtype=np.uint64))
    for start in range(0, _PAGES, _PAGES_IN_ONE):
        with store().staging():
            for page in range(start, start + _PAGES_IN_ONE):
                part = held[edges[page] : edges[page + 1]]
                if not len(part):
                    continue
                blobs.write(
                    "exchange_leaf", tree.pk, [(prefix, rows.tobytes()) for prefix, rows in leaves.cut(part, tree.bits)]
                )
                sums = leaves.sums_of(part, tree.bits, page)
                blobs.write("exchange_page", tree.pk, [(page, sums.tobytes())])
                total = total + added(sums)
    _set_root(tree, total)
    old = list(Tree.objects.filter(channel=channel, item=item).exclude(pk=tree.pk))
    with transaction.atomic():
        Tree.objects.filter(channel=channel, item=item, active=True).update(active=False)
        tree.active = True
        tree.save()
    for other in old:
        remove(other)
    return tree


def remove(tree: Tree) -> None:
    """Take a tree away, in small steps."""
    for kind in (Leaf, Page):
        while ids := list(kind.objects.filter(tree=tree).values_list("pk", flat=True)[:2000]):
            with store().staging():
                kind.objects.filter(pk__in=ids).delete()
    tree.delete()
