"""Making tiles and map anew from the register, and comparing with what was signed: after a lost disk, or to see who is right."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import transaction

from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.ledger import keyring, sequencer
from xinheng.apps.ledger.files import TreeFiles, exclusive, tree_files
from xinheng.apps.ledger.growing import Growing
from xinheng.apps.ledger.models import Checkpoint, Head, Turn, TurnKind
from xinheng.apps.ledger.publishing import full_note
from xinheng.apps.ledger.reading import parts_of
from xinheng.core.ledger import checkpoint as heads
from xinheng.core.ledger import entry
from xinheng.core.ledger.refusals import Forked

Progress = Callable[[int], None]


def rebuild(*, by: Account | None, at: datetime, progress: Progress = lambda count: None) -> int:
    """Make the tree of the last checkpoint anew beside the old one, check it against every signed root, and put it in its place.

    Returns the number of leaves. Raises Forked, and leaves everything as it was, where the register no longer leads to a signed root.
    What stopped the log is cleared: the next sequencing looks again.
    """
    with exclusive():
        return _rebuild(by=by, at=at, progress=progress)


def _rebuild(*, by: Account | None, at: datetime, progress: Progress) -> int:
    old = tree_files()
    last = Checkpoint.objects.order_by("-number").first()
    fresh = TreeFiles(old.root.with_name(f"tree.{os.getpid()}"))
    try:
        size = _grow(fresh, last, progress) if last is not None else 0
        _keep_published(old, fresh, size)
        _exchange(old.root, fresh.root)
    finally:
        shutil.rmtree(fresh.root, ignore_errors=True)
    sequencer.map_store().forget()
    with transaction.atomic():
        Head.objects.get_or_create(pk=1)
        why = Head.objects.get(pk=1).halted
        Head.objects.filter(pk=1).update(halted="", halted_at=None)
        audit.record("ledger.rebuilt", about=Head.objects.get(pk=1), by=by, at=at, leaves=size, had_stopped=why)
    return size


def _grow(files: TreeFiles, last: Checkpoint, progress: Progress) -> int:
    signed = {c.turn: c for c in Checkpoint.objects.all()}
    growing = Growing(files, 0, keyring.log_signer().scheme.hashing)
    for turn in Turn.objects.filter(number__lte=last.turn).order_by("number").iterator():
        if turn.kind != TurnKind.CUT:
            for part in parts_of(turn):
                growing.append(part.entries)
                progress(len(part.entries))
            continue
        checkpoint = signed[turn.number]
        growing.append([entry.subject_map(bytes(checkpoint.map_root), checkpoint.subjects)])
        if growing.size != checkpoint.size or growing.root() != bytes(checkpoint.root):
            raise Forked(what=f"登记库重算的第 {checkpoint.number} 个检查点与已签名的不符")
    growing.close()
    return growing.size


def _keep_published(old: TreeFiles, fresh: TreeFiles, size: int) -> None:
    """Carry the published checkpoint over, or take the last published one from the register; never one we cannot stand by."""
    note = old.published()
    if note is not None:
        head, _, _ = heads.open_checkpoint(note, keyring.log_verifier())
        if head.size > size:
            raise Forked(what=f"已发布的检查点有 {head.size} 项，登记库只能重建 {size} 项")
    else:
        shown = Checkpoint.objects.filter(published_at__isnull=False).order_by("-number").first()
        note = str(full_note(shown)) if shown is not None else None
    if note is not None:
        fresh.publish(note)


def _exchange(old: Path, fresh: Path) -> None:
    aside = old.with_name(f"{old.name}.replaced")
    shutil.rmtree(aside, ignore_errors=True)
    if old.exists():
        old.rename(aside)
    if fresh.exists():
        fresh.rename(old)
    shutil.rmtree(aside, ignore_errors=True)
