"""Beginning a new log where the old one cannot go on: after a restore that gave up what had been published already.

The old log's key, tree and map are set aside, not deleted: they are evidence. The register's own history gets its turns anew, in the same order;
salts and commitments of versions stay, so every record can be proved from the new log as it was from the old one.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings

from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.ledger import backfill, sequencer, turns
from xinheng.apps.ledger.files import exclusive, folder, tree_files
from xinheng.apps.ledger.keyring import key_path
from xinheng.apps.ledger.models import Checkpoint, Cosignature, Ended, Head, Run, Turn
from xinheng.apps.ledger.publishing import full_note
from xinheng.apps.records.store import store
from xinheng.core.ledger.checkpoint import open_checkpoint
from xinheng.core.ledger.keys import read_signer
from xinheng.core.ledger.signing import Signer
from xinheng.core.ledger.succession import Succession
from xinheng.core.refusal import Refusal

_FILES = ("tree", "map.sqlite3", "map.sqlite3-wal", "map.sqlite3-shm")


class NotHalted(Refusal):
    """A log that goes on is not replaced."""

    code = "ledger.not-halted"
    message = "台账没有停止，不能另起。只有恢复备份放弃了已发布的数据、台账停止之后才需要另起。"


class SameName(Refusal):
    """Witnesses remember the old log under its name: a new history needs a new one."""

    code = "ledger.same-name"
    message = "新台账须用新名称：见证方记得旧台账“{origin}”，同名的另一个历史会被当作伪造。请先设置 XINHENG_LEDGER_ORIGIN（如 {proposed}），再运行本命令。"


class NothingToSucceed(Refusal):
    """There is no checkpoint the new log could name."""

    code = "ledger.nothing-to-succeed"
    message = "找不到旧台账的密钥或最后的检查点，无法说明承接自哪里。请放回 var/ledger/key，或用 --checkpoint 给出见证方保存的检查点。"


def begin_anew(*, because: str, by: Account | None, at: datetime, note: str | None = None) -> Ended:
    """End the halted log and begin another under the name the settings give now; its first entry names the old one's last checkpoint.

    ``note``: that checkpoint, where it does not lie beside the database. Cut short by a crash, it is done by running it again.
    """
    with exclusive():
        unfinished = Ended.objects.order_by("-pk").first()
        old = _old_signer()
        if unfinished is not None and old is not None and old.name == unfinished.origin:
            _set_aside(unfinished)
            return unfinished
        if not Head.objects.filter(pk=1).exclude(halted="").exists():
            raise NotHalted
        note = note or tree_files().published() or _last_note()
        if old is None or note is None:
            raise NothingToSucceed
        if old.name == settings.XINHENG_LEDGER_ORIGIN:
            raise SameName(origin=old.name, proposed=f"{old.name}/2")
        head, _, _ = open_checkpoint(note, old.verifier)
        with store().durable():
            had = Head.objects.select_for_update().get(pk=1).halted
            for model in (Cosignature, Checkpoint, Run, Turn):
                model.objects.all().delete()
            Head.objects.filter(pk=1).update(turn=0, position=0, policy="", checkpoint=0, halted="", halted_at=None)
            told = Succession(head.origin, head.size, head.root.hex())
            ended = Ended.objects.create(origin=head.origin, key=str(old.verifier), size=head.size, note=note, at=at, because=because)  # fmt: skip
            turns.succeeded(told, because=because, at=at)
            backfill.take_rest()
            # What others have fetched of the old log says nothing about places in this one.
            apps.get_model("exchange", "Channel").objects.update(shared_to=0)
            audit.record("ledger.begun-anew", about=ended, by=by, at=at, old=head.origin, size=head.size, had_stopped=had, reason=because)  # fmt: skip
        _set_aside(ended)
    return ended


def _old_signer() -> Signer | None:
    path = key_path()
    return read_signer(path.read_text(encoding="ascii")) if path.exists() else None


def _last_note() -> str | None:
    last = Checkpoint.objects.filter(published_at__isnull=False).order_by("-number").first()
    return str(full_note(last)) if last else None


def _set_aside(ended: Ended) -> None:
    """Move what belongs to the old log away; the key last, for it says that this is not finished."""
    place = folder() / "ended" / f"{ended.pk}-{ended.size}"
    place.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        _move(folder() / name, place / name)
    _move(key_path(), place / "key")
    sequencer.map_store().forget()  # draws the new key


def _move(here: Path, there: Path) -> None:
    if here.exists():
        shutil.rmtree(there, ignore_errors=True)
        here.rename(there)
