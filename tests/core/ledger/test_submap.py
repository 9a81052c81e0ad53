"""The subject map: bulk agrees with plain, all and none are shown, and never both."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.core.ledger import submap, submap_bulk
from xinheng.core.ledger.hashing import SHA256
from xinheng.core.ledger.refusals import NotProved
from xinheng.core.ledger.submap import Listed, MapProof

# Keys that share long prefixes too: somebody may grind codes until their hashes begin alike.
NEAR = st.builds(lambda head, tail: (head * 31)[:31] + tail, st.sampled_from([b"\0", b"\xff", b"\x80"]), st.binary(min_size=1, max_size=1))  # fmt: skip
KEYS = st.sets(st.one_of(st.binary(min_size=32, max_size=32), NEAR), max_size=60)


def rows(values):
    return np.frombuffer(b"".join(values), dtype=np.uint8).reshape(-1, 32)


@given(KEYS)
def test_bulk_agrees_with_plain(keys):
    entries = {key: hashlib.sha256(key).digest() for key in keys}
    ordered = sorted(entries)
    if not ordered:
        assert submap.root_of(entries) == SHA256.empty
        return
    hashes = submap_bulk.leaves(rows(ordered), rows([entries[k] for k in ordered]))
    first, root = submap_bulk.merge(rows(ordered), hashes, 0)
    assert (first.tolist(), root.tobytes()) == ([0], submap.root_of(entries))


@given(KEYS, st.integers(0, 20))
def test_the_lower_part_and_the_upper_part_make_the_whole(keys, low):
    ordered = sorted(keys)
    if not ordered:
        return
    hashes = submap_bulk.leaves(rows(ordered), rows(ordered))
    first, subtrees = submap_bulk.merge(rows(ordered), hashes, low)
    _, root = submap_bulk.merge(rows(ordered)[first], subtrees, 0)
    assert root.tobytes() == submap.root_of(dict(zip(ordered, ordered, strict=True)))


SUBJECTS = st.dictionaries(st.text(max_size=4), st.lists(st.integers(0, 99), min_size=1, max_size=3, unique=True))


def listed_of(indexes):
    return [Listed(i, hashlib.sha256(bytes([i])).digest()) for i in sorted(indexes)]


def built(subjects):
    entries = {submap.key_of(s): submap.value_of(listed_of(i)) for s, i in subjects.items()}
    keys = sorted(entries)
    return entries, keys, [submap.leaf_of(k, entries[k]) for k in keys], submap.root_of(entries)


@given(SUBJECTS, st.text(max_size=4))
def test_these_are_all_or_there_are_none(subjects, asked):
    entries, keys, hashes, root = built(subjects)
    if not keys:
        submap.verify_listed(asked, [], MapProof(()), root)
        return
    at, found = submap.prove(submap.key_of(asked), keys, hashes)
    other = None if asked in subjects else (keys[at], entries[keys[at]])
    listed = listed_of(subjects.get(asked, []))
    submap.verify_listed(asked, listed, MapProof(found.path, other), root)
    # Nothing else can be shown about this subject: not fewer, not more, not none, not some.
    wrong = [[*listed, Listed(200, bytes(32))], listed[1:] or [Listed(0, bytes(32))]]
    for lie in wrong:
        for stands in (None, other, (submap.key_of(asked), bytes(32))):
            with pytest.raises(NotProved):
                submap.verify_listed(asked, lie, MapProof(found.path, stands), root)
    if asked in subjects:
        for stands in (None, (keys[at], entries[keys[at]]), (bytes(32), entries[keys[at]])):
            with pytest.raises(NotProved):
                submap.verify_listed(asked, [], MapProof(found.path, stands), root)


@given(SUBJECTS.filter(len), st.data())
def test_one_flipped_bit_in_a_map_proof_is_refused(subjects, data):
    _, keys, hashes, root = built(subjects)
    asked = data.draw(st.sampled_from(sorted(subjects)))
    _, found = submap.prove(submap.key_of(asked), keys, hashes)
    whole = bytearray(root + b"".join(h for _, h in found.path))
    at = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[at // 8] ^= 1 << at % 8
    changed = [bytes(whole[i : i + 32]) for i in range(0, len(whole), 32)]
    path = tuple((depth, h) for (depth, _), h in zip(found.path, changed[1:], strict=True))
    with pytest.raises(NotProved):
        submap.verify_listed(asked, listed_of(subjects[asked]), MapProof(path), changed[0])


def test_depths_that_do_not_fall_are_refused():
    with pytest.raises(NotProved):
        submap.root_of_proof(bytes(32), bytes(32), MapProof(((3, bytes(32)), (3, bytes(32)))))
    with pytest.raises(NotProved):
        submap.root_of_proof(bytes(32), bytes(32), MapProof(((256, bytes(32)),)))
