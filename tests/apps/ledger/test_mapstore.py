"""The map on disk agrees with the plain definition after any changes, proves all and none, and forgets only what it may."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.apps.ledger import mapstore
from xinheng.apps.ledger.mapstore import MapStore
from xinheng.core.ledger import submap

# Few first bytes, so that pages are shared, emptied and filled again.
KEYS = st.builds(lambda a, b, c: bytes([a, b]) + c * 15, st.sampled_from([0, 1, 255]), st.sampled_from([0, 7, 128]), st.binary(min_size=2, max_size=2))  # fmt: skip
STEPS = st.lists(st.dictionaries(KEYS, st.one_of(st.none(), st.binary(min_size=32, max_size=32)), max_size=12), min_size=1, max_size=4)  # fmt: skip


def rows(pieces):
    return np.frombuffer(b"".join(pieces), dtype=np.uint8).reshape(-1, 32)


def applied(store, number, changes):
    keys = list(changes)
    values = [changes[k] or bytes(32) for k in keys]
    present = np.array([changes[k] is not None for k in keys], dtype=bool)
    return store.apply(number, rows(keys), rows(values), present)


@pytest.mark.parametrize("at_once", [1, 4_096], ids=["one pass", "page by page"])
@given(steps=STEPS, asked=KEYS)
def test_the_map_on_disk_is_the_map_of_the_definition(tmp_path_factory, at_once, steps, asked):
    store, plain = MapStore(tmp_path_factory.mktemp("map") / "map.sqlite3"), {}
    mapstore._PAGES_AT_ONCE = at_once
    for number, changes in enumerate(steps, start=1):
        before = dict(plain)
        plain.update({k: v for k, v in changes.items() if v is not None})
        for key in [k for k, v in changes.items() if v is None]:
            plain.pop(key, None)
        head = applied(store, number, changes)
        assert (head.root, head.subjects) == (submap.root_of(plain), len(plain))
        for version, content in ((number, plain), (number - 1, before)):
            value, proof = store.prove(version, asked)
            assert value == content.get(asked)
            if content:
                key, told = (asked, value) if value else proof.other
                assert submap.root_of_proof(asked, submap.leaf_of(key, told), proof) == submap.root_of(content)  # fmt: skip
        store.keep_from(number)
        assert store.prove(number, asked)[0] == plain.get(asked)


def test_a_map_cannot_be_brought_back(tmp_path):
    store = MapStore(tmp_path / "map.sqlite3")
    one = {hashlib.sha256(b"a").digest(): bytes(32)}
    applied(store, 1, one)
    with pytest.raises(ValueError, match="stands at 1"):
        applied(store, 1, one)
    assert store.latest() == 1


def test_keys_that_begin_alike_for_eight_bytes_are_kept_apart(tmp_path):
    """Somebody may grind two codes until their hashes share their first words."""
    keys = [b"\x05" * 8 + bytes([n]) + bytes(23) for n in (9, 3, 200)] + [b"\x05" * 16 + bytes(16)]
    store = MapStore(tmp_path / "map.sqlite3")
    applied(store, 1, dict.fromkeys(keys[:2], b"\x01" * 32))
    head = applied(store, 2, dict.fromkeys(keys, b"\x02" * 32))
    assert (head.root, head.subjects) == (submap.root_of(dict.fromkeys(keys, b"\x02" * 32)), 4)


def test_a_damaged_page_proves_nothing(tmp_path):
    import sqlite3

    keys = sorted(hashlib.sha256(bytes([n])).digest() for n in range(9))
    store = MapStore(tmp_path / "map.sqlite3")
    head = applied(store, 1, dict.fromkeys(keys, bytes(32)))
    with sqlite3.connect(store.path) as raw:
        ((body,),) = raw.execute("SELECT body FROM page WHERE level = 0").fetchall()
        changed = body[:2] + bytes([body[2] ^ 1]) + body[3:]  # the subtree of the first key
        raw.execute("UPDATE page SET body = ? WHERE level = 0", (changed,))
    value, proof = store.prove(1, keys[-1])
    assert value is not None
    assert submap.root_of_proof(keys[-1], submap.leaf_of(keys[-1], value), proof) != head.root
