"""The public suite of proof vectors, where it is at hand: XINHENG_PROOF_VECTORS names the ``testdata`` folder of transparency-dev/merkle."""

import base64
import json
import os
from pathlib import Path

import pytest

from xinheng.core.ledger import proof
from xinheng.core.ledger.refusals import NotProved

_FOLDER = Path(os.environ.get("XINHENG_PROOF_VECTORS", "/nowhere"))
FILES = [path for kind in ("inclusion", "consistency") for path in sorted(_FOLDER.glob(f"{kind}/**/*.json"))]


def decoded(text):
    return base64.b64decode(text or "")


@pytest.mark.skipif(not FILES, reason="XINHENG_PROOF_VECTORS is not set: the suite is not part of this repository")
@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-3:]))
def test_every_vector_gets_its_verdict(path):
    told = json.loads(path.read_text(encoding="utf-8"))
    hashes = [decoded(text) for text in told["proof"] or []]
    try:
        if "leafIdx" in told:
            leaf, root = decoded(told["leafHash"]), decoded(told["root"])
            proof.verify_inclusion(told["leafIdx"], told["treeSize"], leaf, hashes, root)
        else:
            old, new = decoded(told["root1"]), decoded(told["root2"])
            proof.verify_consistency(told["size1"], told["size2"], hashes, old, new)
        refused = False
    except NotProved:
        refused = True
    assert refused is told["wantErr"], told["desc"]
