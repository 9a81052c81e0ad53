"""After a restore: does the register still lead to the checkpoint that was published, and witnessed, last?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from xinheng.apps.ledger import keyring, rebuilding, sequencer
from xinheng.apps.ledger.files import tree_files
from xinheng.apps.ledger.models import Checkpoint, Turn, TurnKind
from xinheng.apps.ledger.publishing import trust_policy
from xinheng.apps.ledger.reading import parts_of
from xinheng.core.ledger import entry
from xinheng.core.ledger.checkpoint import open_checkpoint
from xinheng.core.ledger.hashing import LEAF
from xinheng.core.ledger.refusals import Forked, Malformed, NotSigned
from xinheng.core.ledger.tree import Tree

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of it, in a sentence for the person who restores."""

    consistent: bool
    size: int  # of the checkpoint compared with
    witnesses: tuple[str, ...]
    what: str


def published_note() -> str | None:
    """Return the checkpoint this installation published last, as it lies beside the database."""
    return tree_files().published()


def compare(note: str, *, progress: Progress = lambda count: None) -> Comparison:
    """Work the root of this checkpoint out from the register as it is now, and compare."""
    if not keyring.key_path().exists():  # never draw one here: it would be another log's
        return Comparison(False, 0, (), "没有台账密钥 var/ledger/key，请先放回原来的密钥")
    policy = trust_policy()
    try:
        head, lines, _ = open_checkpoint(note, keyring.log_verifier(), policy.witness_keys)
    except (Malformed, NotSigned) as error:
        return Comparison(False, 0, (), f"用来比对的检查点不可信：{error}")
    names = tuple(policy.witnessed_by(lines))
    last = Checkpoint.objects.order_by("-number").first()
    have = last.size if last else 0
    if have < head.size:
        what = f"备份早于最后发布的检查点：登记库到第 {have} 项，已发布到第 {head.size} 项，其后入库的会丢失"
        return Comparison(False, head.size, names, what)
    try:
        root = _root(head.size, progress)
    except Forked as fork:
        return Comparison(False, head.size, names, str(fork))
    if root != head.root:
        return Comparison(False, head.size, names, f"登记库重算的第 {head.size} 项处的根与已发布的检查点不符")
    by = f"（见证方：{'、'.join(names)}）" if names else "（没有见证方）"
    return Comparison(True, head.size, names, f"登记库与最后发布的检查点一致，共 {head.size} 项{by}")


def _root(size: int, progress: Progress) -> bytes:
    tree = Tree(keyring.log_signer().scheme.hashing)
    signed = {c.turn: c for c in Checkpoint.objects.all()}
    for turn in Turn.objects.order_by("number").iterator():
        if tree.size >= size:
            break
        if turn.kind == TurnKind.CUT:
            made = signed[turn.number]
            tree.append(tree.hashing.leaf(entry.subject_map(bytes(made.map_root), made.subjects)))
            continue
        for part in parts_of(turn):
            tree.append(tree.hashing.each(part.entries, prefix=LEAF))
            progress(len(part.entries))
    return tree.root(size)


def settle(*, at: datetime, progress: Progress = lambda count: None) -> None:
    """Bring tiles and map in line with a restored register that was found consistent."""
    signer, base = keyring.log_signer(), sequencer.last_checkpoint()
    try:
        sequencer.require_continuing(base, tree_files(), signer)
        current = sequencer.map_store().latest() in (base.number, base.number + 1)
    except Forked:
        current = False
    if not current:
        rebuilding.rebuild(by=None, at=at, progress=progress)


def stop(comparison: Comparison, *, at: datetime) -> None:
    """Stop the log because the register was restored to a state that cannot continue it."""
    sequencer.halt(f"恢复备份后{comparison.what}", at=at)
