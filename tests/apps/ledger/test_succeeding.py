"""A new log follows one that cannot go on: it names the old one's last checkpoint; witnesses, other nodes and verification see that it does."""

from __future__ import annotations

import pytest

from support.builders import AT, code, later, penalty
from xinheng import verify_alone
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit.models import Event
from xinheng.apps.exchange import actions as exchange
from xinheng.apps.exchange.models import Channel, Direction, Feed, Way
from xinheng.apps.ledger import proofs, publishing, sequencer, succeeding
from xinheng.apps.ledger.files import folder, tree_files
from xinheng.apps.ledger.keyring import key_path, log_verifier
from xinheng.apps.ledger.models import Checkpoint, Ended, Head
from xinheng.apps.ledger.verifying import verify
from xinheng.apps.records import actions as records
from xinheng.apps.records.models import Version
from xinheng.core.ledger import checkpoint as heads
from xinheng.core.ledger.keys import read_signer
from xinheng.core.ledger.refusals import Forked, Malformed, NotProved, NotSigned
from xinheng.core.ledger.signing import new_signer
from xinheng.core.ledger.succession import proved
from xinheng.witness.service import Witness

pytestmark = pytest.mark.django_db
OLD, NEW = "shenzhen.example/log", "shenzhen.example/log/2"


def published(at=AT) -> Checkpoint:
    made = sequencer.sequence(at=at)
    publishing.publish(at=at)
    return made


@pytest.fixture
def halted(settings, hand_in, officer):
    """A log with an acceptance, an event and a published checkpoint, stopped as after a restore that gave something up."""
    settings.XINHENG_LEDGER_ORIGIN = OLD
    version = hand_in([penalty(subject_code=code(1)), penalty(subject_code=code(2))]).versions.first()
    records.annotate(record=version.record, text="行政复议中", by=officer, at=later(minutes=1))
    made = published()
    before = str(proofs.record_proof(version, made)), log_verifier()
    sequencer.halt("恢复备份后备份早于最后发布的检查点", at=later(minutes=2))
    return made, before


def anew(settings, **told):
    settings.XINHENG_LEDGER_ORIGIN = NEW
    return succeeding.begin_anew(because="恢复了旧备份", by=None, at=later(minutes=3), **told)


def test_a_log_that_goes_on_is_not_replaced_and_a_new_one_needs_a_new_name(settings, hand_in, halted):
    with pytest.raises(succeeding.SameName):
        succeeding.begin_anew(because="x", by=None, at=AT)
    Head.objects.update(halted="")
    with pytest.raises(succeeding.NotHalted):
        anew(settings)


def test_the_new_log_names_the_old_ones_last_checkpoint_and_holds_the_whole_register(settings, halted, hand_in):
    old, (old_proof, old_key) = halted
    ended = anew(settings)
    assert (ended.origin, ended.size, Head.objects.get().halted) == (OLD, old.size, "")
    assert (folder() / "ended" / f"{ended.pk}-{old.size}" / "key").exists()
    new = published(later(minutes=4))
    told = proved(str(proofs.succession_proof(new)), log_verifier())
    assert (told.origin, told.size, told.root) == (OLD, old.size, bytes(old.root).hex())
    assert log_verifier().name == NEW
    done = verify()
    assert (done.wrong, done.contents) == ([], 3)
    assert proofs.record_proof(Version.objects.first(), new)
    trust = verify_alone.Trust()
    trust.read(f"log {old_key}\nquorum none\n")
    assert verify_alone.verify(old_proof.encode(), trust)  # what was handed out holds under the old key
    assert Event.objects.get(action="ledger.begun-anew").facts["size"] == old.size
    hand_in([penalty(subject_code=code(3))])
    assert published(later(minutes=5)).number == 2


def test_a_crash_before_the_files_are_set_aside_is_made_good_by_running_it_again(settings, halted, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(succeeding, "_set_aside", lambda ended: (_ for _ in ()).throw(OSError("no power")))
        with pytest.raises(OSError, match="no power"):
            anew(settings)
    with pytest.raises(Malformed):  # the old key does not sign under the new name
        sequencer.sequence(at=later(minutes=4))
    assert anew(settings) == Ended.objects.get()
    assert read_signer(key_path().read_text()).name == NEW
    published(later(minutes=5))
    assert verify().wrong == []


def test_a_first_entry_that_names_something_else_is_found(settings, halted):
    anew(settings)
    published(later(minutes=4))
    Ended.objects.update(note=tree_files().published())
    assert any("承接" in what for what in verify().wrong)


def test_a_witness_takes_the_new_log_where_it_has_seen_no_more_of_the_old(settings, halted, tmp_path):
    old, (_, old_key) = halted
    signer = new_signer("witness.example/w", witness=True)
    (tmp_path / "key").write_text(f"{signer}\n", encoding="ascii")
    (tmp_path / "logs").write_text(f"log {old_key}\nquorum none\n", encoding="utf-8")
    witness, secret = Witness.of(tmp_path), read_signer(key_path().read_text())
    anew(settings)
    proof, key = str(proofs.succession_proof(published(later(minutes=4)))).encode(), log_verifier()
    with pytest.raises(Forked, match="没有见证过"):
        witness.require_succession(proof, key)

    def saw(size, root):
        note = heads.sign(heads.Checkpoint(OLD, size, root), secret)
        witness.seen.update(OLD, lambda latest: str(note))

    saw(old.size, bytes(old.root))
    assert witness.require_succession(proof, key).size == old.size
    saw(old.size, bytes(32))
    with pytest.raises(Forked, match="根与所见不同"):
        witness.require_succession(proof, key)
    saw(old.size + 5, bytes(32))
    with pytest.raises(Forked, match=f"到第 {old.size + 5} 项"):
        witness.require_succession(proof, key)
    with pytest.raises((NotSigned, NotProved, Malformed)):
        witness.require_succession(proof, old_key)


def test_another_node_goes_over_to_the_new_log_only_with_the_proof(settings, halted, centre: Account):
    old, (_, old_key) = halted
    other = new_signer("gd.example/node")
    card = {"code": "sz", "name": "市", "key": str(other.verifier), "public": "11" * 32, "log": str(old_key)}
    node = exchange.meet(card=card, way=Way.HTTP, by=centre, at=AT)
    channel = Channel.objects.create(counterpart=node, direction=Direction.IN, items=["adm.penalty"])
    Feed.objects.create(channel=channel, size=old.size, checkpoint=tree_files().published())
    anew(settings)
    proof = str(proofs.succession_proof(published(later(minutes=4))))
    changed = card | {"log": str(log_verifier())}
    with pytest.raises(exchange.KeyChanged):
        exchange.meet(card=changed, way=Way.HTTP, by=centre, at=AT)
    assert exchange.meet(card=changed | {"succession": proof}, way=Way.HTTP, by=centre, at=AT).log == changed["log"]
    assert not Feed.objects.exists()
    assert exchange.own_card(code="sz", name="市", address="")["succession"] == proof
