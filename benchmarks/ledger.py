"""The ledger: leaves, proofs, SM3, the subject map, verification; beside pymerkle; and what the log adds to an acceptance."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import measure

LEAVES = 1_000_000
SUBJECTS = 4_000_000
# The root over the eight inputs that every implementation of RFC 6962 is checked with.
RFC_INPUTS = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
RFC_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def _entries(count: int) -> list[bytes]:
    drawn = os.urandom(32 * count)
    return [b"\x01" + drawn[i : i + 32] + b"adm.penalty" for i in range(0, len(drawn), 32)]


def _hashing(name: str) -> object:
    from xinheng.core.ledger.hashing import SHA256, SM3

    return {"sha256": SHA256, "sm3": SM3}[name]


def append(leaves: int, hash_name: str = "sha256") -> Callable[[], dict]:
    """Job: entries → leaf hashes → a tree with every node, and its root. The root is checked before."""
    from xinheng.core.ledger.tree import Tree

    hashing, entries = _hashing(hash_name), _entries(leaves)
    if hash_name == "sha256":
        small = Tree(hashing)
        small.append(hashing.each(RFC_INPUTS, prefix=b"\0"))
        assert small.root().hex() == RFC_ROOT

    def work() -> dict:
        begin = time.perf_counter()
        tree = Tree(hashing)
        tree.append(hashing.each(entries, prefix=b"\0"))
        tree.root()
        return {"leaves/s": round(leaves / (time.perf_counter() - begin))}

    return work


def durable(leaves: int) -> Callable[[], dict]:
    """Job: the same into tiles and entry bundles on the disk, flushed."""
    from xinheng.apps.ledger.files import TreeFiles
    from xinheng.apps.ledger.growing import Growing

    entries, folder = _entries(leaves), tempfile.TemporaryDirectory(prefix="xinheng-bench-")

    def work() -> dict:
        begin = time.perf_counter()
        growing = Growing(TreeFiles(Path(folder.name)), 0)
        for start in range(0, leaves, 1 << 16):
            growing.append(entries[start : start + (1 << 16)])
        growing.close()
        return {"leaves/s": round(leaves / (time.perf_counter() - begin))}

    return work


def inclusion(leaves: int, proofs: int) -> Callable[[], dict]:
    """Job: inclusion proofs of leaves here and there; some are verified before."""
    from xinheng.core.ledger import proof
    from xinheng.core.ledger.hashing import SHA256
    from xinheng.core.ledger.tree import Tree

    tree = Tree()
    tree.append(SHA256.each(_entries(leaves), prefix=b"\0"))
    levels, root = tree.levels(), tree.root()
    asked = np.random.default_rng(1).integers(0, leaves, proofs).tolist()
    for index, path in zip(asked[:100], proof.inclusions(asked[:100], leaves, levels), strict=True):
        hashes = [path[i : i + 32] for i in range(0, len(path), 32)]
        proof.verify_inclusion(index, leaves, tree.node(0, index), hashes, root)

    def work() -> dict:
        begin = time.perf_counter()
        proof.inclusions(asked, leaves, levels)
        return {"proofs/s": round(proofs / (time.perf_counter() - begin))}

    return work


def pymerkle_append(leaves: int) -> Callable[[], dict]:
    """Job: pymerkle in memory. Its root over the eight inputs is checked before: it hashes as RFC 6962 does."""
    from pymerkle import InmemoryTree

    small = InmemoryTree(algorithm="sha256")
    for entry in RFC_INPUTS:
        small.append_entry(entry)
    assert small.get_root().hex() == RFC_ROOT
    entries = _entries(leaves)

    def work() -> dict:
        begin = time.perf_counter()
        tree = InmemoryTree(algorithm="sha256")
        for entry in entries:
            tree.append_entry(entry)
        tree.get_root()
        return {"leaves/s": round(leaves / (time.perf_counter() - begin))}

    return work


def pymerkle_inclusion(leaves: int, proofs: int) -> Callable[[], dict]:
    """Job: pymerkle's inclusion proofs."""
    from pymerkle import InmemoryTree

    tree = InmemoryTree(algorithm="sha256")
    for entry in _entries(leaves):
        tree.append_entry(entry)
    asked = np.random.default_rng(1).integers(1, leaves + 1, proofs).tolist()

    def work() -> dict:
        begin = time.perf_counter()
        for index in asked:
            tree.prove_inclusion(index, leaves)
        return {"proofs/s": round(proofs / (time.perf_counter() - begin))}

    return work


def _drawn(count: int) -> np.ndarray:
    return np.frombuffer(os.urandom(32 * count), dtype=np.uint8).reshape(-1, 32)


def map_rebuild(subjects: int) -> Callable[[], dict]:
    """Job: a subject map from nothing: values over three leaves each, leaf hashes, every node, pages on the disk."""
    from xinheng.apps.ledger.mapstore import MapStore
    from xinheng.core.ledger import submap
    from xinheng.core.ledger.hashing import SHA256

    folder = tempfile.TemporaryDirectory(prefix="xinheng-bench-")
    keys, listed = _drawn(subjects), os.urandom(120 * subjects)

    def work() -> dict:
        values = SHA256.slices(listed, 120, prefix=submap.LISTED)
        rows = np.frombuffer(values, dtype=np.uint8).reshape(-1, 32)
        head = MapStore(Path(folder.name, "map.sqlite3")).apply(1, keys, rows, np.ones(subjects, dtype=bool))
        return {"subjects": head.subjects}

    return work


def map_update(subjects: int, changed: int) -> Callable[[], dict]:
    """Job: some subjects of a large map change; a proof is made and verified afterwards."""
    from xinheng.apps.ledger.mapstore import MapStore
    from xinheng.core.ledger import submap

    folder = tempfile.TemporaryDirectory(prefix="xinheng-bench-")
    store, keys = MapStore(Path(folder.name, "map.sqlite3")), _drawn(subjects)
    store.apply(1, keys, _drawn(subjects), np.ones(subjects, dtype=bool))
    some = keys[np.random.default_rng(1).choice(subjects, changed, replace=False)]
    values = _drawn(changed)

    def work() -> dict:
        begin = time.perf_counter()
        head = store.apply(2, some, values, np.ones(changed, dtype=bool))
        spent = time.perf_counter() - begin
        value, path = store.prove(2, some[0].tobytes())
        leaf = submap.leaf_of(some[0].tobytes(), value)
        assert submap.root_of_proof(some[0].tobytes(), leaf, path) == head.root
        return {"changed": changed, "ms": round(spent * 1000, 1)}

    return work


def completeness(subjects: int) -> Callable[[], dict]:
    """Job: verify proofs of one subject's completeness, whole: checkpoint signature, inclusion, map, with and without cryptography."""
    from xinheng import verify_alone
    from xinheng.core.ledger import checkpoint, entry, proof, submap
    from xinheng.core.ledger.canonical import canonical
    from xinheng.core.ledger.checkpoint import Checkpoint
    from xinheng.core.ledger.hashing import SHA256
    from xinheng.core.ledger.prooffile import ProofFile
    from xinheng.core.ledger.signing import new_signer
    from xinheng.core.ledger.submap import Listed
    from xinheng.core.ledger.tree import Tree

    listed = [Listed(i, hashlib.sha256(bytes([i])).digest()) for i in range(25)]
    names = [f"9144030{n:011d}" for n in range(subjects)]
    entries = {submap.key_of(name): submap.value_of(listed) for name in names}
    keys = sorted(entries)
    hashes = [submap.leaf_of(key, entries[key]) for key in keys]
    _, path = submap.prove(submap.key_of(names[7]), keys, hashes)
    last = entry.subject_map(submap.root_of(entries), subjects)
    tree = Tree()
    tree.append(SHA256.each([*_entries(99_999), last], prefix=b"\0"))
    log = new_signer("log.example/bench")
    note = checkpoint.sign(Checkpoint(log.name, tree.size, tree.root()), log)
    told = {
        "type": "xinheng/subject@v1",
        "subject": names[7],
        "leaves": [{"index": one.index, "leaf": one.leaf.hex()} for one in listed],
        "path": [[depth, other.hex()] for depth, other in path.path],
        "other": None,
        "subjects": subjects,
    }
    inclusion_path = tuple(proof.inclusion(tree.size - 1, tree.size, tree.node))
    file = str(ProofFile(tree.size - 1, inclusion_path, str(note), canonical(told))).encode()
    trust = verify_alone.Trust()
    trust.read(f"log {log.verifier}\nquorum none\n")

    def spent() -> float:
        begin = time.perf_counter()
        for _ in range(100):
            verify_alone.verify(file, trust)
        return (time.perf_counter() - begin) * 10

    def work() -> dict:
        fast = spent()
        trust.logs[log.name].check = verify_alone.ed25519_slow
        return {"ms": round(fast, 2), "ms without cryptography": round(spent(), 2)}

    return work


def beside_acceptance(rows: int, database: str) -> Callable[[], dict]:
    """Job: the log's own work for an acceptance of so many rows, in seconds beside those of the acceptance."""
    from benchmarks import accept

    accept._installation(database)
    accept._register(rows)

    def work() -> dict:
        from xinheng.apps.ledger import sequencer
        from xinheng.apps.ledger.models import Checkpoint

        sequencer.sequence(at=accept.AT)  # what came before
        before = Checkpoint.objects.order_by("-number").first().size
        told = accept._stage(rows)
        accepting = (told["new"] + told["versions"]) / told["rows/s"]
        begin = time.perf_counter()
        made = sequencer.sequence(at=accept.AT)
        logging = time.perf_counter() - begin
        return {
            "accepting s": round(accepting, 1),
            "log s": round(logging, 2),
            "log adds %": round(100 * logging / accepting, 1),
            "leaves": made.size - before,
        }

    return work


def _rounds(jobs: list[tuple[str, str, dict]], times: int) -> None:
    for figure in measure.rounds([(n, f"benchmarks.ledger:{f}", a) for n, f, a in jobs], times=times).values():
        print(figure.row(), flush=True)


def tree(leaves: int = LEAVES, times: int = 3) -> None:
    """Print the figures of tree and proofs, beside pymerkle."""
    few = leaves // 10
    jobs = [
        ("append in memory, SHA-256", "append", {"leaves": leaves}),
        ("append in memory, SM3", "append", {"leaves": leaves, "hash_name": "sm3"}),
        ("append to tiles on disk", "durable", {"leaves": leaves}),
        ("pymerkle append", "pymerkle_append", {"leaves": leaves}),
        ("inclusion proofs", "inclusion", {"leaves": few, "proofs": few}),
        ("pymerkle inclusion proofs", "pymerkle_inclusion", {"leaves": few, "proofs": few // 100}),
        ("completeness of one subject, verified", "completeness", {"subjects": 100_000}),
    ]
    _rounds(jobs, times)


def subject_map(subjects: int = SUBJECTS) -> None:
    """Print the figures of the subject map."""
    jobs = [("subject map rebuilt", "map_rebuild", {"subjects": subjects})]
    for changed in (1, 10, 100, 1_000, 10_000):
        jobs.append((f"subject map, {changed:,} change", "map_update", {"subjects": subjects // 4, "changed": changed}))
    _rounds(jobs, 1)


def beside(rows: int = 200_000) -> None:
    """Print what the log adds to an acceptance."""
    _rounds([(f"log beside acceptance, {db}", "beside_acceptance", {"rows": rows, "database": db}) for db in ("sqlite", "postgres")], 1)  # fmt: skip


def main() -> None:
    """Print all of them."""
    print(measure.HEADER)
    tree()
    subject_map()
    beside()


if __name__ == "__main__":
    main()
