"""Turns are worked off into tiles, map and checkpoints, and what comes out is what the register holds."""

from __future__ import annotations

import pytest

from support.builders import AT, code, later, penalty
from xinheng.apps.intake import actions as intake
from xinheng.apps.ledger import keyring, sequencer
from xinheng.apps.ledger.files import tree_files
from xinheng.apps.ledger.models import Checkpoint, Run, Turn, TurnKind
from xinheng.apps.ledger.publishing import publish
from xinheng.apps.ledger.runs import leaf_of
from xinheng.apps.records import actions as records
from xinheng.apps.records.models import Version
from xinheng.core.ledger import entry, proof
from xinheng.core.ledger.checkpoint import open_checkpoint
from xinheng.core.ledger.entry import Kind
from xinheng.core.ledger.hashing import SHA256
from xinheng.core.ledger.refusals import Forked
from xinheng.core.ledger.tiles import Tile, nodes_of, tile_at

pytestmark = pytest.mark.django_db


def entries():
    """Return every entry of the log, read back from the bundles."""
    size = Checkpoint.objects.order_by("-number").first().size
    files, found = tree_files(), []
    for index in range(-(-size // 256)):
        tile = tile_at(-1, index * 256, size)
        found += entry.unbundle(files.read(tile))
    return found


def kinds():
    return [entry.read(one).kind for one in entries()]


def test_every_accepted_version_becomes_a_leaf_behind_its_batch(hand_in):
    hand_in([penalty() for _ in range(3)])
    made = sequencer.sequence(at=AT)
    assert kinds() == [Kind.POLICY, Kind.BATCH, *[Kind.VERSION] * 3, Kind.MAP]
    assert made.size == 6
    held = list(Version.objects.order_by("pk"))
    told = [one.commitment for one in map(entry.read, entries()) if one.kind == Kind.VERSION]
    assert told == [bytes(v.commitment) for v in held]
    assert [leaf_of(v.pk) for v in held] == [2, 3, 4]
    assert leaf_of(held[-1].pk + 1) is None


def test_checkpoints_grow_consistently_and_verify_with_the_public_key(hand_in):
    made = []
    for number in range(4):
        hand_in([penalty() for _ in range(1 + 100 * number)])
        made.append(sequencer.sequence(at=later(minutes=number)))
    nodes = nodes_of(made[-1].size, tree_files().read)
    for older in made:
        head, _, _ = open_checkpoint(older.note, keyring.log_verifier())
        assert (head.size, head.root) == (older.size, bytes(older.root))
        path = proof.consistency(older.size, made[-1].size, nodes)
        proof.verify_consistency(older.size, made[-1].size, path, bytes(older.root), bytes(made[-1].root))
    version = Version.objects.order_by("pk").last()
    index = leaf_of(version.pk)
    leaf = SHA256.leaf(entry.version(bytes(version.commitment), version.item))
    path = proof.inclusion(index, made[-1].size, nodes)
    proof.verify_inclusion(index, made[-1].size, leaf, path, bytes(made[-1].root))


def test_nothing_new_makes_no_checkpoint(hand_in):
    assert sequencer.sequence(at=AT) is None
    hand_in([penalty()])
    assert sequencer.sequence(at=AT) is not None
    assert sequencer.sequence(at=AT) is None
    assert Checkpoint.objects.count() == 1


def test_withdrawals_and_events_are_leaves_too(hand_in, officer):
    first = hand_in([penalty(doc_no="甲〔2026〕1号"), penalty(doc_no="甲〔2026〕2号")])
    record = Version.objects.order_by("pk").first().record
    records.annotate(record=record, text="行政复议中", by=officer, at=later(minutes=1))
    intake.withdraw(submission=first, because="报错了", by=officer, at=later(minutes=2))
    sequencer.sequence(at=later(minutes=3))
    assert kinds() == [Kind.POLICY, Kind.BATCH, Kind.VERSION, Kind.VERSION, Kind.EVENT, Kind.WITHDRAWAL, Kind.MAP]
    facts = entry.read(entries()[1]).facts
    assert (facts["ref"], facts["versions"], facts["position"]) == (first.ref, 2, first.position)
    assert "报错了" not in b"".join(entries()).decode("utf-8", "replace")


def test_the_map_holds_the_subjects_that_have_records_now(hand_in, officer):
    two = hand_in([penalty(subject_code=code(1)), penalty(subject_code=code(2), subject_name="乙")])
    hand_in([penalty(subject_code=code(1))])
    assert sequencer.sequence(at=AT).subjects == 2
    intake.withdraw(submission=two, because="报错了", by=officer, at=later(minutes=1))
    last = sequencer.sequence(at=later(minutes=2))
    assert last.subjects == 1


def test_a_map_brought_forward_equals_a_map_made_anew(hand_in, officer):
    for number in range(1, 6):
        made = hand_in([penalty(subject_code=code(n), subject_name=f"户{n}") for n in range(1, 3 * number)])
        sequencer.sequence(at=later(minutes=number))
    intake.withdraw(submission=made, because="报错了", by=officer, at=later(hours=1))
    record = Version.objects.order_by("pk").first().record
    records.withdraw_record(record=record, because="撤销", by=officer, at=later(hours=2))
    forward = sequencer.sequence(at=later(hours=3))
    sequencer.map_store().forget()
    cut = Turn.objects.get(pk=forward.turn)
    base = sequencer.Base(forward.number - 1, 0, 0)
    anew = sequencer._bring_map(cut, base, [], keyring.log_signer(), sequencer.Fresh())
    assert (anew.root, anew.subjects) == (bytes(forward.map_root), forward.subjects)


def test_a_relinked_record_moves_from_one_subject_to_the_other(hand_in, centre, departments):
    from xinheng.apps.records.models import LinkTask
    from xinheng.apps.subjects.models import Subject

    hand_in([penalty(subject_code=code(1)), penalty(subject_code=None, regno="440301103000001", subject_name="丙")])
    assert sequencer.sequence(at=AT).subjects == 1
    task = LinkTask.objects.get()
    subject = Subject.objects.get(code=code(1))
    records.link(task=task, subject=subject, reason="营业执照", by=centre, at=later(minutes=1))
    with_two = sequencer.sequence(at=later(minutes=2))
    task.refresh_from_db()
    records.unlink(task=task, reason="认错了", by=centre, at=later(minutes=3))
    with_one = sequencer.sequence(at=later(minutes=4))
    assert (with_two.subjects, with_one.subjects) == (1, 1)
    assert bytes(with_two.map_root) != bytes(with_one.map_root)


def test_without_a_trust_policy_the_checkpoint_is_published_at_once(hand_in):
    hand_in([penalty()])
    made = sequencer.sequence(at=AT)
    assert publish(at=AT).published
    assert tree_files().published() == made.note


def test_full_tiles_replace_partial_ones(hand_in):
    hand_in([penalty() for _ in range(10)])
    sequencer.sequence(at=AT)
    publish(at=AT)
    hand_in([penalty() for _ in range(300)])
    last = sequencer.sequence(at=later(minutes=1))
    publish(at=later(minutes=1))
    files = tree_files()
    assert (files.root / Tile(0, 0).path).exists()
    assert not (files.root / f"{Tile(0, 0).path}.p").exists()
    assert (
        len(files.read(Tile(0, 0, 13))) == 13 * 32
    )  # whoever asks for the old partial one is served from the full one
    assert last.size > 300


def test_runs_cover_every_leaf_once(hand_in):
    hand_in([penalty() for _ in range(30)])
    hand_in([penalty() for _ in range(30)])
    last = sequencer.sequence(at=AT)
    at = 0
    for run in Run.objects.order_by("first_leaf"):
        assert run.first_leaf == at
        at += run.leaves
    assert at == last.size


@pytest.mark.parametrize("what", ["tile", "missing", "published-larger", "published-forged"])
def test_a_fork_stops_loudly_and_stays_stopped(hand_in, what):
    hand_in([penalty() for _ in range(3)])
    made = sequencer.sequence(at=AT)
    publish(at=AT)
    files = tree_files()
    tile = tile_at(0, 0, made.size)
    if what == "tile":
        path = files.root / tile.path
        path.write_bytes(b"\x01" + path.read_bytes()[1:])
    elif what == "missing":
        (files.root / tile.path).unlink()
    elif what == "published-forged":
        (files.root / "checkpoint").write_text(made.note.replace("\n6\n", "\n5\n"), encoding="utf-8")
    else:
        from xinheng.core.ledger import checkpoint as heads

        forged = heads.sign(heads.Checkpoint(keyring.log_signer().name, 99, bytes(32)), keyring.log_signer())
        (files.root / "checkpoint").write_text(str(forged), encoding="utf-8")
    accepted = hand_in([penalty()])  # acceptance goes on
    assert accepted.state == "accepted"
    with pytest.raises(Forked):
        sequencer.sequence(at=later(minutes=1))
    with pytest.raises(sequencer.Halted):
        sequencer.sequence(at=later(minutes=2))
    with pytest.raises(sequencer.Halted):
        publish(at=later(minutes=2))
    assert Turn.objects.filter(kind=TurnKind.BATCH).count() == 2


def test_a_version_lost_between_acceptance_and_sequencing_is_noticed(hand_in):
    hand_in([penalty() for _ in range(3)])
    Version.objects.order_by("pk").last().delete()
    with pytest.raises(Forked, match="3"):
        sequencer.sequence(at=AT)


def test_the_turn_is_taken_back_with_the_transaction_that_took_it(hand_in, officer, monkeypatch):
    ready = hand_in([penalty()], certify=True)
    before = Turn.objects.count()
    record = Version.objects.get(submission=ready).record

    def fails(*a, **k):
        raise RuntimeError("no audit")

    monkeypatch.setattr("xinheng.apps.records.actions.audit.record", fails)
    with pytest.raises(RuntimeError):
        records.annotate(record=record, text="标注", by=officer, at=later(minutes=1))
    assert Turn.objects.count() == before


def test_who_comes_second_finds_the_head_moved_and_writes_nothing_else(hand_in, monkeypatch):
    """Without the file lock, as on another machine: the compare-and-swap alone decides."""
    from contextlib import nullcontext

    hand_in([penalty() for _ in range(300)])
    monkeypatch.setattr(sequencer, "exclusive", nullcontext)
    real, first = sequencer._bring_map, []

    def overtaken(*arguments):
        if not first:
            first.append(True)
            first.append(sequencer.sequence(at=AT))  # the other one does all of it now
        return real(*arguments)

    monkeypatch.setattr(sequencer, "_bring_map", overtaken)
    assert sequencer.sequence(at=later(minutes=1)) is None
    made = Checkpoint.objects.get()
    assert made == first[1]
    assert sum(Run.objects.values_list("leaves", flat=True)) == made.size


def test_what_is_taken_from_memory_is_what_the_register_would_say(hand_in, officer):
    """Corrections, the same record twice between two cuts, a subject that changes, withdrawals: verified by asking anew for all of it."""
    from xinheng.apps.ledger.verifying import verify

    def told(*docs, of=1, facts="事实"):
        return [
            penalty(doc_no=f"甲〔2026〕{d}号", subject_code=code(of), subject_name=f"户{of}", facts=facts) for d in docs
        ]

    hand_in(told(1, 2, 3))
    sequencer.sequence(at=AT)
    hand_in(told(2, 4, facts="更正"))
    hand_in(told(2, 5, facts="再更正"))
    sequencer.sequence(at=later(minutes=1))
    hand_in(told(3, of=2, facts="换了主体"))
    gone = hand_in(told(6, of=3))
    sequencer.sequence(at=later(minutes=2))
    intake.withdraw(submission=gone, because="报错了", by=officer, at=later(minutes=3))
    hand_in(told(7, of=3))
    sequencer.sequence(at=later(minutes=4))
    record = Version.objects.get(canonical__contains="甲〔2026〕1号").record
    records.withdraw_record(record=record, because="撤销", by=officer, at=later(minutes=5))
    sequencer.sequence(at=later(minutes=6))
    hand_in(told(1, facts="重新作出"))
    sequencer.sequence(at=later(minutes=7))
    done = verify()
    assert (done.wrong, done.maps) == ([], 6)
