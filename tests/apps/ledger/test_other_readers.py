"""An independent implementation accepts our log: checkpoints, tiles, entries, inclusion and consistency proofs, by Go's sumdb packages."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from support.builders import code, later, penalty
from xinheng.apps.ledger import keyring, sequencer
from xinheng.apps.ledger.files import tree_files
from xinheng.core.ledger import note, proof
from xinheng.core.ledger.keys import read_verifier
from xinheng.core.ledger.refusals import Malformed, NotSigned
from xinheng.core.ledger.tiles import nodes_of

GO_PATH = Path("/usr/share/gocode")  # Debian: golang-go, golang-golang-x-mod-dev
SUMDB = GO_PATH / "src/golang.org/x/mod/sumdb"
needs_go = pytest.mark.skipif(
    shutil.which("go") is None or not SUMDB.is_dir(), reason="run scripts/system-packages as root"
)


def text(hash_):
    return base64.b64encode(hash_).decode()


@pytest.fixture(scope="module")
def checker(tmp_path_factory):
    """Return the Go program, built from the system's own packages, without the network."""
    target = tmp_path_factory.mktemp("go") / "check"
    source = Path(__file__).resolve().parents[2] / "interop" / "check.go"
    env = os.environ | {
        "GO111MODULE": "off",
        "GOPATH": str(GO_PATH),
        "GOFLAGS": "",
        "GOCACHE": str(target.parent / "cache"),
    }
    subprocess.run(["go", "build", "-o", str(target), str(source)], check=True, env=env, capture_output=True)
    return target


@needs_go
@pytest.mark.slow
@pytest.mark.django_db
def test_gos_sumdb_packages_accept_our_log(hand_in, checker, tmp_path):
    made = []
    for number, rows in enumerate((1, 3, 250, 400)):
        hand_in([penalty(subject_code=code(n % 30 + 1), subject_name=f"户{n % 30}") for n in range(rows)])
        made.append(sequencer.sequence(at=later(minutes=number)))
    last = made[-1]
    nodes = nodes_of(last.size, tree_files().read)
    places = [(c.size, i) for c in made for i in {0, 1, c.size // 2, 255, 256, c.size - 1} if i < c.size]
    asked = {
        "Checkpoints": [c.note for c in made],
        "Inclusion": [
            {
                "Size": s,
                "Index": i,
                "Path": [text(h) for h in proof.inclusion(i, s, nodes)],
                "Root": text(root_at(made, s)),
            }
            for s, i in places
        ],
        "Consistency": [
            {
                "Old": a.size,
                "New": b.size,
                "Path": [text(h) for h in proof.consistency(a.size, b.size, nodes)],
                "OldRoot": text(bytes(a.root)),
                "NewRoot": text(bytes(b.root)),
            }
            for a in made
            for b in made
            if a.size <= b.size
        ],
    }
    path = tmp_path / "asked.json"
    path.write_text(json.dumps(asked), encoding="utf-8")

    def ask():
        command = [str(checker), str(tree_files().root), str(keyring.log_verifier()), str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    done = ask()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["4", str(len(places)), "10"]
    asked["Inclusion"][3]["Path"][0] = text(bytes(32))  # and it is no rubber stamp
    path.write_text(json.dumps(asked), encoding="utf-8")
    assert ask().returncode != 0


def root_at(made, size):
    return next(bytes(c.root) for c in made if c.size == size)


@needs_go
def test_the_signed_notes_of_gos_own_tests_get_the_same_verdict():
    """Keys and notes that Go's package carries as examples, read from the system's copy of it."""
    source = (SUMDB / "note" / "example_test.go").read_text(encoding="utf-8")
    vkey = re.search(r'vkey := "(.+?)"', source)[1]
    block = re.search(r"msg := \[\]byte\((.*?)\)\n", source, re.S)[1]
    told = "".join(json.loads(literal) for literal in re.findall(r'"(?:[^"\\]|\\.)*"', block))
    key = read_verifier(vkey)
    assert note.opened(note.parse(told), [key])
    for at in range(0, len(told.encode()) * 8, 5):
        raw = bytearray(told.encode())
        raw[at // 8] ^= 1 << at % 8
        with pytest.raises((Malformed, NotSigned)):
            note.opened(note.parse(bytes(raw)), [key])
