"""The witness's service: what it answers over HTTP, what it remembers, and that nothing makes it sign two histories."""

from __future__ import annotations

import hashlib
import io
import threading

import pytest

from core.ledger.small import tree_of
from xinheng.core.ledger import checkpoint, note, witnessing
from xinheng.core.ledger.checkpoint import Checkpoint, open_checkpoint
from xinheng.core.ledger.gm import SCHEME as GM
from xinheng.core.ledger.proof import consistency
from xinheng.core.ledger.signing import STANDARD, new_signer
from xinheng.witness.service import Witness, wsgi

TREE = tree_of(40)


def folder_of(tmp_path, log, scheme=STANDARD):
    signer = new_signer("witness.example/w", scheme, witness=True)
    (tmp_path / "key").write_text(f"{signer}\n", encoding="ascii")
    (tmp_path / "logs").write_text(f"log {log.verifier}\nquorum none\n", encoding="utf-8")
    return signer


@pytest.fixture
def log():
    return new_signer("log.example/a")


@pytest.fixture
def witness(tmp_path, log):
    folder_of(tmp_path, log)
    return Witness.of(tmp_path)


def body(log, old, new, tree=TREE):
    signed = checkpoint.sign(Checkpoint(log.name, new, tree.root(new)), log)
    return witnessing.write_request(old, consistency(old, new, tree.node, tree.hashing), signed).encode()


def ask(witness, method, path, data=b"", length=None):
    told = {}
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(data) if length is None else length),
        "wsgi.input": io.BytesIO(data),
    }
    answer = b"".join(
        wsgi(witness)(environ, lambda status, headers: told.update(status=int(status[:3]), **dict(headers)))
    )
    return told["status"], answer.decode(), told


def test_a_log_gets_a_cosignature_that_verifies_and_may_go_on(witness, log, tmp_path):
    for old, new in ((0, 5), (5, 5), (5, 9), (9, 40)):
        status, answer, _ = ask(witness, "POST", "/add-checkpoint", body(log, old, new))
        assert status == 200
        signed = checkpoint.sign(Checkpoint(log.name, new, TREE.root(new)), log)
        line = note.read_signature(answer.rstrip("\n"))
        whole = signed.with_signatures([line])
        _, cosigned, _ = open_checkpoint(str(whole), log.verifier, [witness.signer.verifier])
        assert [s.name for s in cosigned] == ["witness.example/w"]
    assert Witness.of(tmp_path).seen.all() == [(log.name, 40)]


def test_the_last_checkpoint_is_there_for_whoever_watches(witness, log):
    place = f"/{hashlib.sha256(log.name.encode()).hexdigest()}/checkpoint"
    assert ask(witness, "GET", place)[0] == 404
    ask(witness, "POST", "/add-checkpoint", body(log, 0, 7))
    status, answer, _ = ask(witness, "GET", place)
    head, cosigned, _ = open_checkpoint(answer, log.verifier, [witness.signer.verifier])
    assert (status, head.size, len(cosigned)) == (200, 7, 1)


def test_another_history_a_stale_one_and_a_replayed_one_are_refused(witness, log, caplog):
    ask(witness, "POST", "/add-checkpoint", body(log, 0, 9))
    other = tree_of(40)
    other.append(bytes(32))
    forged = checkpoint.sign(Checkpoint(log.name, 12, bytes(32)), log)
    path = consistency(9, 12, TREE.node)
    lie = witnessing.write_request(9, path, forged).encode()
    assert ask(witness, "POST", "/add-checkpoint", lie)[0] == 422
    status, answer, headers = ask(witness, "POST", "/add-checkpoint", body(log, 5, 12))
    assert (status, answer, headers["Content-Type"]) == (409, "9\n", "text/x.tlog.size")
    assert ask(witness, "POST", "/add-checkpoint", body(log, 0, 9))[0] == 409  # replayed
    assert ask(witness, "POST", "/add-checkpoint", body(new_signer("log.example/b"), 0, 3))[0] == 404
    assert ask(witness, "POST", "/add-checkpoint", body(new_signer(log.name), 9, 12))[0] == 403
    assert witness.seen.all() == [(log.name, 9)]
    assert {"inconsistent", "stale", "unknown-log", "not-signed"} <= {r.args[-1] for r in caplog.records}


@pytest.mark.parametrize(
    ("data", "length", "status"), [(b"x", None, 400), (b"", None, 400), (b"", 70_000, 413), (b"", "-1", 413)]
)
def test_malformed_and_oversized_requests_are_refused(witness, data, length, status):
    assert ask(witness, "POST", "/add-checkpoint", data, length)[0] == status


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/add-checkpoint"), ("POST", "/"), ("GET", "/../key"), ("GET", "/x/checkpoint")]
)
def test_other_addresses_are_not_there(witness, method, path):
    assert ask(witness, method, path)[0] in (404, 405)


def test_two_requests_at_once_cannot_take_it_back(witness, log):
    """The race of the format's page: whoever comes second is told the size, and the greater one stays."""
    ask(witness, "POST", "/add-checkpoint", body(log, 0, 4))
    answers = []
    start = threading.Barrier(8)

    def post(new):
        start.wait()
        answers.append(ask(witness, "POST", "/add-checkpoint", body(log, 4, new))[0])

    threads = [threading.Thread(target=post, args=(5 + n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [409] * 7


def test_a_witness_that_cannot_remember_does_not_sign(witness, log, monkeypatch):
    monkeypatch.setattr("xinheng.witness.seen._PUT", "INSERT INTO nowhere VALUES (?, ?, ?)")
    with pytest.raises(Exception, match="nowhere"):
        ask(witness, "POST", "/add-checkpoint", body(log, 0, 4))
    assert witness.seen.all() == []


def test_the_national_profile_is_witnessed_too(tmp_path):
    log = new_signer("log.example/gm", GM)
    folder_of(tmp_path, log, GM)
    tree = tree_of(9, GM.hashing)
    for old, new in ((0, 5), (5, 9)):
        assert ask(Witness.of(tmp_path), "POST", "/add-checkpoint", body(log, old, new, tree))[0] == 200
