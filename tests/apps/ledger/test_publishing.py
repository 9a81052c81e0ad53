"""Publication waits for witnesses as the trust policy says; acceptance and sequencing never do; another history stops the log."""

from __future__ import annotations

import io
from threading import Event, Semaphore

import pytest

from support.builders import AT, later, penalty
from xinheng.apps.ledger import publishing, queries, sequencer
from xinheng.apps.ledger.files import folder, tree_files
from xinheng.apps.ledger.keyring import log_signer, log_verifier
from xinheng.apps.ledger.models import Checkpoint, Head
from xinheng.apps.ledger.publishing import publish
from xinheng.core.ledger import checkpoint as heads
from xinheng.core.ledger import note
from xinheng.core.ledger.checkpoint import open_checkpoint
from xinheng.core.ledger.refusals import Forked
from xinheng.core.ledger.signing import new_signer
from xinheng.witness.service import Witness, wsgi

pytestmark = pytest.mark.django_db


@pytest.fixture
def witnesses(tmp_path):
    """Three witnesses of this log, two of which must have co-signed; each can be away."""
    found, lines = {}, []
    for number in range(3):
        place = tmp_path / f"w{number}"
        place.mkdir()
        signer = new_signer(f"witness.example/{number}", witness=True)
        (place / "key").write_text(f"{signer}\n", encoding="ascii")
        (place / "logs").write_text(f"log {log_verifier()}\nquorum none\n", encoding="utf-8")
        found[f"http://w{number}.test"] = Witness.of(place)
        lines.append(f"witness w{number} {signer.verifier} http://w{number}.test/")
    folder().mkdir(exist_ok=True)
    publishing.trust_path().write_text("\n".join([*lines, "group two 2 w0 w1 w2", "quorum two", ""]), encoding="utf-8")
    return found


def asking(witnesses, away=()):
    """Return a way to reach those that are not away, through their real service."""

    def ask(url, body):
        base, _, path = url.rpartition("/")
        if base in away:
            raise OSError("timed out")
        told = []
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"/{path}",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        answer = b"".join(wsgi(witnesses[base])(environ, lambda status, headers: told.append(int(status[:3]))))
        return told[0], answer

    return ask


def test_enough_witnesses_publish(hand_in, witnesses):
    hand_in([penalty()])
    sequencer.sequence(at=AT)
    told = publish(at=AT, ask=asking(witnesses))
    assert (told.published, told.cosigned) == (True, ["w0", "w1", "w2"])
    keys = [w.signer.verifier for w in witnesses.values()]
    head, cosigned, _ = open_checkpoint(tree_files().published(), log_verifier(), keys)
    assert (head.size, len(cosigned)) == (Checkpoint.objects.get().size, 3)
    assert [w.size for w in queries.status().witnesses] == [head.size] * 3


def test_a_late_witness_holds_up_publication_only(hand_in, witnesses):
    hand_in([penalty()])
    sequencer.sequence(at=AT)
    publish(at=AT, ask=asking(witnesses))
    shown = tree_files().published()
    assert hand_in([penalty()]).state == "accepted"
    second = sequencer.sequence(at=later(minutes=1))
    away = asking(witnesses, away=("http://w1.test", "http://w2.test"))
    told = publish(at=later(minutes=1), ask=away)
    assert (told.published, sorted(told.missing)) == (False, ["w1", "w2"])
    assert tree_files().published() == shown
    assert hand_in([penalty()]).state == "accepted"
    third = sequencer.sequence(at=later(minutes=2))  # goes on over what is not published yet
    assert third.size > second.size
    told = publish(at=later(minutes=3), ask=asking(witnesses, away=("http://w2.test",)))
    assert told.published  # the newest, from what each witness has seen last
    head, _, _ = open_checkpoint(tree_files().published(), log_verifier())
    assert head.size == third.size


def test_all_witnesses_are_asked_at_the_same_time(hand_in, witnesses):
    """The first answers only after the two others have been asked: one after the other, nobody would get there."""
    hand_in([penalty()])
    sequencer.sequence(at=AT)
    ask, others = asking(witnesses), Semaphore(0)

    def in_the_end(url, body):
        if not url.startswith("http://w0"):
            others.release()
        elif not all(others.acquire(timeout=2) for _ in range(2)):
            raise OSError("asked alone")
        return ask(url, body)

    assert publish(at=AT, ask=in_the_end).cosigned == ["w0", "w1", "w2"]


def test_a_witness_that_hangs_holds_nobody_up(hand_in, witnesses):
    hand_in([penalty()])
    sequencer.sequence(at=AT)
    ask, over = asking(witnesses), Event()

    def hanging(url, body):
        if url.startswith("http://w0"):
            over.wait(timeout=30)
            raise OSError("at last")
        return ask(url, body)

    try:
        told = publish(at=AT, ask=hanging)
        assert (told.published, told.cosigned, told.missing) == (True, ["w1", "w2"], {"w0": "没有按时回答"})
    finally:
        over.set()


def test_one_witness_answers_before_the_other_and_is_not_asked_again(hand_in, witnesses):
    hand_in([penalty()])
    sequencer.sequence(at=AT)
    asked = []
    ask = asking(witnesses, away=("http://w1.test", "http://w2.test"))
    publish(at=AT, ask=lambda url, body: asked.append(url) or ask(url, body))
    ask = asking(witnesses)
    told = publish(at=AT, ask=lambda url, body: asked.append(url) or ask(url, body))
    assert told.published
    assert asked.count("http://w0.test/add-checkpoint") == 1


def test_a_witness_that_has_forgotten_is_told_from_the_beginning(hand_in, witnesses):
    hand_in([penalty()])
    sequencer.sequence(at=AT)
    publish(at=AT, ask=asking(witnesses))
    witnesses["http://w0.test"].seen.path.unlink()
    hand_in([penalty()])
    sequencer.sequence(at=later(minutes=1))
    assert publish(at=later(minutes=1), ask=asking(witnesses)).cosigned == ["w0", "w1", "w2"]


@pytest.mark.parametrize("lie", ["more", "other"])
def test_a_witness_that_has_seen_another_history_stops_the_log(hand_in, witnesses, lie):
    """As after a restored backup: somebody outside remembers more than we do."""
    hand_in([penalty()])
    sequencer.sequence(at=AT)
    size = 99 if lie == "more" else 2
    signed = heads.sign(heads.Checkpoint(log_signer().name, size, bytes(32)), log_signer())
    line = heads.cosign(signed, witnesses["http://w0.test"].signer, at=1)
    witnesses["http://w0.test"].seen.update(log_signer().name, lambda latest: str(signed.with_signatures([line])))
    with pytest.raises(Forked):
        publish(at=AT, ask=asking(witnesses))
    assert "w0" in Head.objects.get().halted
    assert tree_files().published() is None
    assert hand_in([penalty()]).state == "accepted"
    with pytest.raises(sequencer.Halted):
        sequencer.sequence(at=later(minutes=1))


@pytest.mark.parametrize(
    "answer",
    [
        (500, b""),
        (200, b""),
        (200, b"x"),
        (409, b"many\n"),
        (200, "— witness.example/0 AAAAAAAA\n".encode()),
        (403, b""),
    ],
)
def test_a_foreign_or_forged_answer_is_no_cosignature(hand_in, witnesses, answer):
    hand_in([penalty()])
    sequencer.sequence(at=AT)
    told = publish(at=AT, ask=lambda url, body: answer)
    assert (told.published, told.cosigned, len(told.missing)) == (False, [], 3)
    assert Head.objects.get().halted == ""


def test_a_cosignature_over_something_else_is_refused(hand_in, witnesses):
    hand_in([penalty()])
    made = sequencer.sequence(at=AT)
    other = heads.sign(heads.Checkpoint(log_signer().name, made.size, bytes(32)), log_signer())
    line = heads.cosign(note.parse(str(other)), witnesses["http://w0.test"].signer, at=1).line()
    assert publish(at=AT, ask=lambda url, body: (200, line.encode())).cosigned == []


def test_only_http_addresses_are_asked():
    with pytest.raises(OSError, match="网址"):
        publishing.post("file:///etc/passwd", b"")
