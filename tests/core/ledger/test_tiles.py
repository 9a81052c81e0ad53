"""The tree as files: paths, which tiles appear, and nodes read back from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ledger.small import tree_of
from xinheng.core.ledger import proof
from xinheng.core.ledger.hashing import SIZE
from xinheng.core.ledger.tiles import Tile, index_path, nodes_of, tiles_between


def test_paths_are_those_of_the_format():
    assert index_path(1_234_067) == "x001/x234/067"
    assert index_path(0) == "000"
    assert Tile(0, 5).path == "tile/0/005"
    assert Tile(1, 1000, 17).path == "tile/1/x001/000.p/17"
    assert Tile(-1, 0, 1).path == "tile/entries/000.p/1"


def test_a_tree_of_70000_has_the_tiles_the_format_says():
    tiles = list(tiles_between(0, 70_000, entries=False))
    full = [sum(t.level == level and t.width == 256 for t in tiles) for level in range(3)]
    partial = {t.level: t.width for t in tiles if t.width != 256}
    assert (full, partial) == ([273, 1, 0], {0: 112, 1: 17, 2: 1})


@given(st.lists(st.integers(0, 700), min_size=1, max_size=4))
def test_nodes_read_from_tiles_are_those_of_the_tree(steps):
    tree, files, size = tree_of(sum(steps)), {}, 0
    for step in steps:
        for tile in tiles_between(size, size + step, entries=False):
            start = tile.index * 256
            files[tile] = b"".join(tree.node(tile.level * 8, start + i) for i in range(tile.width))
        size += step
    if not size:
        return
    nodes = nodes_of(size, files.__getitem__)
    for index in {0, size // 2, size - 1}:
        assert proof.inclusion(index, size, nodes) == proof.inclusion(index, size, tree.node)
    for old in {1, size // 3 or 1, size}:
        assert proof.consistency(old, size, nodes) == proof.consistency(old, size, tree.node)


def test_a_damaged_tile_is_noticed():
    nodes = nodes_of(3, lambda tile: b"x" * SIZE * 2)
    with pytest.raises(ValueError, match="bytes"):
        nodes(0, 0)
