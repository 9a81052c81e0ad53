"""Proofs made here hold in the verifier that runs alone; the whole ledger verifies from the register, and what was changed is found."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.builders import AT, code, later, penalty
from xinheng import verify_alone
from xinheng.apps.accounts.models import Account
from xinheng.apps.accounts.rights import NotAllowed
from xinheng.apps.intake import actions as intake
from xinheng.apps.ledger import erasing, proofs, queries, rebuilding, sequencer
from xinheng.apps.ledger.files import tree_files
from xinheng.apps.ledger.models import Checkpoint, Head, Turn
from xinheng.apps.ledger.publishing import publish
from xinheng.apps.ledger.verifying import verify
from xinheng.apps.records import actions as records
from xinheng.apps.records.models import Record, Version

pytestmark = pytest.mark.django_db


def up_to_date(at=AT):
    sequencer.sequence(at=at)
    assert publish(at=at).published
    return proofs.newest()


def trust():
    found = verify_alone.Trust()
    found.read(queries.trust_text())
    return found


def holds(made):
    return verify_alone.verify(str(made).encode(), trust())


def test_a_record_is_proved_with_all_it_says(hand_in):
    hand_in([penalty() for _ in range(5)])
    newest = up_to_date()
    for version in Version.objects.all():
        told = holds(proofs.record_proof(version, newest))["proved"]
        assert told["record"] == json.loads(version.canonical)
        assert told["item"] == "adm.penalty"


def test_all_records_of_a_subject_are_proved_and_of_another_that_there_are_none(hand_in):
    hand_in([penalty(subject_code=code(n), subject_name=f"户{n}") for n in (1, 1, 1, 2, 3)])
    newest = up_to_date()
    assert len(holds(proofs.subject_proof(code(1), newest))["proved"]["leaves"]) == 3
    assert len(holds(proofs.subject_proof(code(2), newest))["proved"]["leaves"]) == 1
    assert holds(proofs.subject_proof(code(9), newest))["proved"]["leaves"] == []
    withheld = holds(proofs.subject_proof(code(1), newest, disclose=lambda version: False))["proved"]["leaves"]
    assert [sorted(one) for one in withheld] == [["index", "leaf"]] * 3


def test_a_record_left_out_or_put_in_breaks_the_proof_of_a_subject(hand_in):
    hand_in([penalty(subject_code=code(n), subject_name=f"户{n}") for n in (1, 1, 2)])
    newest = up_to_date()
    good = proofs.subject_proof(code(1), newest)
    told = json.loads(good.extra)
    for leaves in (told["leaves"][:1], told["leaves"][::-1], [], told["leaves"] * 2):
        changed = proofs.canonical(told | {"leaves": leaves})
        with pytest.raises(verify_alone.NotProved):
            holds(type(good)(good.index, good.path, good.checkpoint, changed))


def test_a_corrected_and_a_withdrawn_record_leave_the_list(hand_in, officer):
    hand_in([penalty(doc_no="甲〔2026〕1号", facts="旧")])
    hand_in([penalty(doc_no="甲〔2026〕1号", facts="新"), penalty(doc_no="甲〔2026〕2号")])
    newest = up_to_date()
    leaves = holds(proofs.subject_proof(code(1), newest))["proved"]["leaves"]
    assert sorted(one["record"]["facts"] for one in leaves) == ["新", "未按规定公示年度报告"]
    record = Record.objects.get(versions__canonical__contains="甲〔2026〕2号")
    records.withdraw_record(record=record, because="撤销", by=officer, at=later(minutes=1))
    assert len(holds(proofs.subject_proof(code(1), up_to_date(later(minutes=2))))["proved"]["leaves"]) == 1
    records.restore_record(record=record, because="撤销有误", by=officer, at=later(minutes=3))
    assert len(holds(proofs.subject_proof(code(1), up_to_date(later(minutes=4))))["proved"]["leaves"]) == 2
    assert verify().wrong == []


def test_a_version_not_yet_under_a_checkpoint_is_not_proved(hand_in):
    hand_in([penalty()])
    newest = up_to_date()
    hand_in([penalty()])
    with pytest.raises(proofs.NotInLedger):
        proofs.record_proof(Version.objects.order_by("pk").last(), newest)


def test_the_whole_ledger_verifies(hand_in, officer):
    first = hand_in([penalty() for _ in range(3)])
    up_to_date()
    hand_in([penalty(subject_code=code(n), subject_name=f"户{n}") for n in range(2, 300)])
    up_to_date(later(minutes=1))
    intake.withdraw(submission=first, because="报错了", by=officer, at=later(minutes=2))
    up_to_date(later(minutes=3))
    hand_in([penalty()])  # accepted, not yet sequenced: nothing is wrong with that
    done = verify()
    assert done.wrong == []
    assert (done.checkpoints, done.maps, done.erased) == (3, 3, 0)
    assert done.contents == 302


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda: Version.objects.filter(pk=Version.objects.first().pk).update(canonical='{"doc_no":"改"}'), "承诺值"),
        (lambda: Version.objects.filter(pk=Version.objects.first().pk).update(commitment=bytes(32)), "根"),
        (lambda: Version.objects.filter(pk=Version.objects.first().pk).update(subject=None), "主体映射"),
        (lambda: Version.objects.last().delete(), "入库时"),
        (lambda: Turn.objects.filter(kind=4).update(said="{}"), "根"),
        (lambda: Checkpoint.objects.update(note="x\n\n— y AAAAAAAA\n"), "检查点"),
        (lambda: Checkpoint.objects.update(map_root=bytes(32)), "主体映射"),
        (lambda: (tree_files().root / "tile/0/000.p/6").write_bytes(bytes(192)), "tile/0"),
        (lambda: (tree_files().root / "tile/entries/000.p/6").write_bytes(b"\0\1x"), "entries"),
    ],
)
def test_whatever_is_changed_behind_the_ledgers_back_is_found(hand_in, change, found):
    hand_in([penalty() for _ in range(3)])
    up_to_date()
    change()
    assert any(found in wrong for wrong in verify().wrong)


def test_erasing_a_record_leaves_every_other_proof_valid_and_its_own_impossible(hand_in, erase, officer):
    hand_in([penalty(subject_code=code(1)), penalty(subject_code=code(1)), penalty(subject_code=code(2))])
    newest = up_to_date()
    versions = list(Version.objects.order_by("pk"))
    before = [str(proofs.record_proof(v, newest)) for v in versions]
    records.annotate(record=versions[0].record, text="行政复议中", by=officer, at=later(minutes=1))
    erase(versions[0].record, at=later(minutes=2))
    newer = up_to_date(later(minutes=3))
    gone = Version.objects.get(pk=versions[0].pk)
    assert (gone.canonical, bytes(gone.salt), bytes(gone.fingerprint)) == ("", b"", b"")
    assert bytes(gone.commitment) == bytes(versions[0].commitment)
    with pytest.raises(proofs.Erased):
        proofs.record_proof(gone, newer)
    for version in versions[1:]:
        assert holds(proofs.record_proof(version, newer))
    for text in before:  # proofs handed out earlier hold as well
        assert verify_alone.verify(text.encode(), trust())
    assert len(holds(proofs.subject_proof(code(1), newer))["proved"]["leaves"]) == 1
    done = verify()
    assert done.wrong == []
    assert done.erased == 2  # the version, and the annotation about it


BASIS = {"basis": "《条例》第三十条", "basis_on": AT.date(), "because": "判决撤销"}


def test_only_the_centre_erases_and_only_what_was_accepted_once_and_with_a_dated_basis(hand_in, officer, centre, erase):
    hand_in([penalty()])
    record = Record.objects.get()
    with pytest.raises(NotAllowed):
        erasing.ask(record=record, **BASIS, by=officer, at=AT)
    for missing in ({"basis": " "}, {"because": ""}, {"basis_on": None}, {"basis_on": later(hours=48).date()}):
        with pytest.raises(erasing.NoBasis):
            erasing.ask(record=record, **(BASIS | missing), by=centre, at=AT)
    waiting = hand_in([penalty()], certify=False)
    with pytest.raises(erasing.NotAccepted):
        erasing.ask(record=waiting.versions.get().record, **BASIS, by=centre, at=AT)
    asked = erasing.ask(record=record, **BASIS, by=centre, at=AT)
    with pytest.raises(erasing.AlreadyAsked):
        erasing.ask(record=record, **BASIS, by=centre, at=AT)
    erasing.take_back(erasure=asked, by=centre, at=AT)
    assert Version.objects.filter(canonical="").count() == 0
    erase(record, at=later(minutes=1))
    with pytest.raises(erasing.AlreadyErased):
        erasing.ask(record=record, **BASIS, by=centre, at=later(minutes=2))


def test_a_second_person_approves_or_refuses_once(hand_in, centre, officer):
    hand_in([penalty()])
    second = Account.objects.create(username="second", role=centre.role)
    asked = erasing.ask(record=Record.objects.get(), **BASIS, by=centre, at=AT)
    with pytest.raises(erasing.OwnRequest):
        erasing.approve(erasure=asked, by=centre, at=AT)
    with pytest.raises(erasing.OwnRequest):
        erasing.refuse(erasure=asked, decision="不", by=centre, at=AT)
    with pytest.raises(NotAllowed):
        erasing.approve(erasure=asked, by=officer, at=AT)
    with pytest.raises(erasing.NoReason):
        erasing.refuse(erasure=asked, decision=" ", by=second, at=AT)
    erasing.refuse(erasure=asked, decision="依据不足", by=second, at=AT)
    with pytest.raises(erasing.AlreadyDecided):
        erasing.approve(erasure=asked, by=second, at=AT)
    assert Version.objects.get().canonical


def test_when_the_audit_fails_nothing_is_erased(hand_in, centre, monkeypatch):
    hand_in([penalty()])
    second = Account.objects.create(username="second", role=centre.role)
    asked = erasing.ask(record=Record.objects.get(), **BASIS, by=centre, at=AT)

    def fails(*a, **k):
        raise RuntimeError("no audit")

    monkeypatch.setattr("xinheng.apps.ledger.erasing.audit.record", fails)
    with pytest.raises(RuntimeError):
        erasing.approve(erasure=asked, by=second, at=AT)
    asked.refresh_from_db()
    assert (asked.state, bool(Version.objects.get().canonical)) == ("asked", True)


def test_a_lost_tree_is_made_anew_and_compared_with_what_was_signed(hand_in):
    import shutil

    hand_in([penalty() for _ in range(300)])
    up_to_date()
    hand_in([penalty() for _ in range(5)])
    newest = up_to_date(later(minutes=1))
    files = tree_files()
    shutil.rmtree(files.root)
    hand_in([penalty()])
    with pytest.raises(sequencer.Forked):
        sequencer.sequence(at=later(minutes=2))
    assert rebuilding.rebuild(by=None, at=later(minutes=3)) == newest.size
    assert Head.objects.get().halted == ""
    assert files.published()
    up_to_date(later(minutes=4))
    assert verify().wrong == []


def test_a_tree_that_no_longer_leads_to_a_signed_root_is_not_made(hand_in):
    hand_in([penalty() for _ in range(3)])
    up_to_date()
    Version.objects.filter(pk=Version.objects.first().pk).update(commitment=bytes(32))
    before = sorted(p.name for p in tree_files().root.rglob("*"))
    with pytest.raises(sequencer.Forked):
        rebuilding.rebuild(by=None, at=AT)
    assert sorted(p.name for p in tree_files().root.rglob("*")) == before


def test_one_flipped_bit_anywhere_in_a_proof_is_refused(hand_in):
    hand_in([penalty(subject_code=code(n), subject_name=f"户{n}") for n in (1, 1, 2)])
    newest = up_to_date()
    known = trust()
    for made in (
        proofs.record_proof(Version.objects.first(), newest),
        proofs.subject_proof(code(1), newest),
        proofs.subject_proof(code(8), newest),
        proofs.entry_proof(newest.size - 1, b"\x06" + bytes(newest.map_root) + (2).to_bytes(8, "big"), newest),
    ):
        raw = str(made).encode()
        assert verify_alone.verify(raw, known)
        for at in range(len(raw) * 8):
            changed = bytearray(raw)
            changed[at // 8] ^= 1 << at % 8
            try:
                told = verify_alone.verify(bytes(changed), known)["proved"]
            except (verify_alone.NotProved, verify_alone.Unreadable):
                continue
            # That another subject has no records may follow from the same path: it is true, and it is said of that other one.
            another = told["type"] == "xinheng/subject@v1" and told["leaves"] == [] and told["subject"] != code(8)
            assert another, f"bit {at % 8} of byte {at // 8} of {raw!r}"


def test_the_verifier_runs_alone(hand_in, tmp_path):
    """Copied out of the project, without any of its packages, with isolated mode's empty path."""
    hand_in([penalty(), penalty()])
    newest = up_to_date()
    alone = tmp_path / "alone" / "verify_alone.py"
    alone.parent.mkdir()
    alone.write_bytes(Path(verify_alone.__file__).read_bytes())
    proof_file, trust_file = tmp_path / "a.tlog-proof", tmp_path / "trust"
    proof_file.write_text(str(proofs.subject_proof(code(1), newest)), encoding="utf-8")
    trust_file.write_text(queries.trust_text(), encoding="utf-8")

    def ask(*words):
        command = [sys.executable, "-I", "-S", str(alone), *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    done = ask(proof_file, "--trust", trust_file)
    assert (done.returncode, done.stderr) == (0, "")
    assert "共 2 条，不多不少" in done.stdout
    key = queries.status().key
    assert ask(proof_file, "--log", key).returncode == 0
    proof_file.write_text(proof_file.read_text().replace("index 4", "index 3"))
    assert ask(proof_file, "--trust", trust_file).returncode == 1
    assert ask(trust_file, "--trust", trust_file).returncode == 2
    assert json.loads(ask(tmp_path / "none", "--log", key, "--json").stdout)["holds"] is False


@given(st.binary(max_size=200))
def test_the_slow_ed25519_agrees_with_the_fast_one(message):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert verify_alone.ed25519_slow(public, message, signature)
    changed = bytearray(signature + public)
    at = len(message) * 7 % (len(changed) * 8)
    changed[at // 8] ^= 1 << at % 8
    assert not verify_alone.ed25519_slow(bytes(changed[64:]), message, bytes(changed[:64]))
    assert not verify_alone.ed25519_slow(public, message + b"!", signature)


@given(st.binary(max_size=200))
def test_the_verifiers_own_sm2_and_sm3_agree_with_the_libraries(message):
    from xinheng.core.ledger import gm
    from xinheng.core.ledger.hashing import SM3

    assert verify_alone._sm3(message) == SM3.of(message)
    secret = gm.new_secret()
    signature = gm.sign(secret, message)
    assert verify_alone.sm2(gm.public_of(secret), message, signature)
    assert not verify_alone.sm2(gm.public_of(secret), message + b"!", signature)


def test_forged_keys_and_missing_witnesses_are_refused(hand_in):
    from xinheng.core.ledger.signing import new_signer

    hand_in([penalty()])
    raw = str(proofs.subject_proof(code(1), up_to_date())).encode()
    forged = verify_alone.Trust()
    forged.read(f"log {new_signer(queries.status().origin).verifier}\nquorum none\n")
    strict = verify_alone.Trust()
    witness = new_signer("witness.example/w", witness=True).verifier
    strict.read(queries.trust_text().replace("quorum none", f"witness w {witness}\nquorum w"))
    for known in (forged, strict, verify_alone.Trust()):
        with pytest.raises(verify_alone.NotProved):
            verify_alone.verify(raw, known)


def test_oversized_and_foreign_files_are_refused(hand_in):
    hand_in([penalty()])
    up_to_date()
    for data in (b"x" * (verify_alone.LONGEST + 1), b"", b"%PDF-1.7", base64.b64encode(bytes(99)), b"\xff\xfe"):
        with pytest.raises(verify_alone.Unreadable):
            verify_alone.verify(data, trust())


def test_the_national_profile_does_all_of_it(hand_in, settings):
    """SM3 in commitments, tree and map; SM2 signatures: made here, believed by the verifier that runs alone."""
    settings.XINHENG_LEDGER_PROFILE = "gm"
    hand_in([penalty(subject_code=code(n), subject_name=f"户{n}") for n in (1, 1, 2)])
    newest = up_to_date()
    assert holds(proofs.record_proof(Version.objects.first(), newest))
    assert len(holds(proofs.subject_proof(code(1), newest))["proved"]["leaves"]) == 2
    assert holds(proofs.subject_proof(code(9), newest))["proved"]["leaves"] == []
    assert verify().wrong == []
    hand_in([penalty(subject_code=code(1), subject_name="户1")])
    settings.XINHENG_LEDGER_PROFILE = "standard"  # one profile, for good
    with pytest.raises(Exception, match="PROFILE"):
        sequencer.sequence(at=later(minutes=1))
