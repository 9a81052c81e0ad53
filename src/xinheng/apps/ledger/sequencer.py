"""The sequencer works off turns: entries into the tree, subjects into the map, a signed checkpoint, and its publication.

Each step can be cut short and done again (docs/formats/ledger.md, "Order, and what a crash may do"). Nothing it writes depends on
who it is or when it runs, but for the signature's instant, so that two of them cannot make two histories.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from xinheng.apps.ledger import keyring, mapping, turns
from xinheng.apps.ledger.files import TreeFiles, exclusive, folder, tree_files
from xinheng.apps.ledger.fresh import Fresh
from xinheng.apps.ledger.growing import Growing, root_on_disk
from xinheng.apps.ledger.mapstore import MapHead, MapStore
from xinheng.apps.ledger.models import Checkpoint, Head, Run, Turn, TurnKind
from xinheng.apps.ledger.reading import parts_of
from xinheng.apps.ledger.runs import Places, Placing
from xinheng.apps.records.models import Record
from xinheng.apps.records.store import store
from xinheng.core.ledger import checkpoint as heads
from xinheng.core.ledger import entry
from xinheng.core.ledger.refusals import Forked, Malformed, NotSigned
from xinheng.core.ledger.signing import Signer

_GREATEST = 1 << 62  # above every id
Progress = Callable[[int], None]  # told the number of entries each step has worked off


class Halted(Forked):
    """The sequencer stopped at a fork and waits for a person."""

    code = "ledger.halted"
    message = "台账已停止定序，等待人工处理：{what}。"


@dataclass(slots=True)
class Base:
    """The checkpoint the next one continues."""

    number: int = 0
    turn: int = 0
    size: int = 0


def map_store() -> MapStore:
    """Return the subject map of this installation."""
    return MapStore(folder() / "map.sqlite3", keyring.log_signer().scheme.hashing)


def sequence(*, at: datetime, progress: Progress = lambda count: None) -> Checkpoint | None:
    """Work off every turn there is; return the new checkpoint, or None where there was nothing to do.

    Raises Halted where a fork was found before, Forked where one is found now. A fork is written into the head first.
    """
    require_running()
    made = None
    try:
        while (cut := next_cut(at=at)) is not None:
            with exclusive():
                made = _work_off(cut, at=at, progress=progress) or made
    except Forked as fork:
        halt(str(fork), at=at)
        raise
    return made


def require_running() -> None:
    """Raise Halted where a fork was found."""
    if why := Head.objects.filter(pk=1).values_list("halted", flat=True).first():
        raise Halted(what=why)


def halt(why: str, *, at: datetime) -> None:
    """Stop sequencing until a person has looked into it. What was found first stays."""
    Head.objects.get_or_create(pk=1)
    Head.objects.filter(pk=1, halted="").update(halted=why, halted_at=at)


def next_cut(*, at: datetime) -> Turn | None:
    """Step 1: return the cut to be worked off next, taking one where something has happened since the last."""
    base = last_checkpoint()
    waiting = Turn.objects.filter(kind=TurnKind.CUT, number__gt=base.turn).order_by("number").first()
    if waiting is not None:
        return waiting
    if not Head.objects.filter(pk=1, turn__gt=base.turn).exists():
        return None
    with store().durable():
        return turns.cut(at=at)


def last_checkpoint() -> Base:
    """Return the last checkpoint the head knows."""
    found = Checkpoint.objects.order_by("-number").values_list("number", "turn", "size").first()
    return Base(*found) if found else Base()


def _work_off(cut: Turn, *, at: datetime, progress: Progress) -> Checkpoint | None:
    signer, files = keyring.log_signer(), tree_files()
    base = last_checkpoint()
    if cut.number <= base.turn:  # another sequencer was faster
        return None
    require_continuing(base, files, signer)
    placing = Placing(base.size)
    growing = Growing(files, base.size, signer.scheme.hashing)
    fresh = Fresh()
    for turn in Turn.objects.filter(number__gt=base.turn, number__lt=cut.number).order_by("number").iterator():
        for part in parts_of(turn):  # step 3, all but the last leaf
            fresh.take_in(turn, part, placing.size, growing.append(part.entries))
            placing.place(part)
            progress(len(part.entries))
    head = _bring_map(cut, base, placing.runs, signer, fresh)  # step 2
    placing.end(cut.number)
    growing.append([entry.subject_map(head.root, head.subjects)])
    root = growing.close()
    return _swap(cut, base, placing, head, root, signer, at=at)


def _bring_map(cut: Turn, base: Base, runs: list[Run], signer: Signer, fresh: Fresh) -> MapHead:
    """Bring the map to a cut; where it lies behind the checkpoint before, it is made anew."""
    maps, number, since = map_store(), base.number + 1, None
    if (done := maps.head(number)) is not None:
        return done
    places, newest = Places.load(runs), None
    if maps.latest() == base.number:
        newest = maps.newest_record(base.number) if base.number else 0
        if fresh.quiet:
            position = Turn.objects.filter(pk=base.turn).values_list("position", flat=True).first() or 0
            known = _GREATEST if newest is None else newest
            since = mapping.Since(position, fresh.standing(), fresh.ranges(), known)
        subjects = mapping.touched(base.turn, cut, since)
    else:
        maps.forget()
        subjects = mapping.all_subjects()
    if (
        newest is None
    ):  # not told, as after making the map anew: no record in the log is younger than the youngest there is
        newest = Record.objects.aggregate(newest=Max("pk"))["newest"] or 0
    changed = mapping.together(mapping.changes(subjects, cut, places, signer.scheme.hashing, since))
    reach = max(newest, fresh.newest_record)
    return maps.apply(number, changed.keys, changed.values, changed.present, newest_record=reach)


def require_continuing(base: Base, files: TreeFiles, signer: Signer) -> None:
    """Raise Forked unless the tree on disk is the one last signed, and what was published is a beginning of it."""
    hashing = signer.scheme.hashing
    last = Checkpoint.objects.filter(pk=base.number).first()
    if last is not None:
        _require_key(last, signer)
        require_root(files, last.size, bytes(last.root), signer, what="磁盘上的哈希树与最后一个检查点不符")
    note = files.published()
    if note is None:
        return
    try:
        published, _, _ = heads.open_checkpoint(note, signer.verifier)
    except (Malformed, NotSigned) as error:
        raise Forked(what=f"已发布的检查点不可信：{error}") from None
    if published.size > base.size:
        raise Forked(what=f"已发布的检查点有 {published.size} 项，登记库只到 {base.size} 项，可能恢复了旧备份")
    if published.size and root_on_disk(files, published.size, hashing) != published.root:
        raise Forked(what="已发布的检查点与哈希树不一致")


def _require_key(last: Checkpoint, signer: Signer) -> None:
    try:
        heads.open_checkpoint(last.note, signer.verifier)
    except (Malformed, NotSigned) as error:
        raise Forked(what=f"台账密钥与此前的检查点不符，请放回原来的 var/ledger/key（{error}）") from None


def require_root(files: TreeFiles, size: int, root: bytes, signer: Signer, *, what: str) -> None:
    """Raise Forked unless the tree on disk has this root at this size."""
    try:
        found = root_on_disk(files, size, signer.scheme.hashing)
    except (OSError, ValueError) as error:
        raise Forked(what=f"{what}（{error}）；可用 xinheng ledger rebuild 从登记库重建") from None
    if found != root:
        raise Forked(what=f"{what}；可用 xinheng ledger rebuild 从登记库重建并核对")


def _swap(
    cut: Turn, base: Base, placing: Placing, head: MapHead, root: bytes, signer: Signer, *, at: datetime
) -> Checkpoint | None:
    """Step 4: make the checkpoint the last one, unless another sequencer has made it in the meantime."""
    note = heads.sign(heads.Checkpoint(signer.name, placing.size, root), signer)
    made = Checkpoint(
        number=base.number + 1,
        turn=cut.number,
        size=placing.size,
        root=root,
        map_root=head.root,
        subjects=head.subjects,
        note=str(note),
        made_at=at,
    )
    with store().durable():
        if not turns.swap_checkpoint(before=base.number, after=made.number):
            return None
        made.save(force_insert=True)
        Run.objects.bulk_create(placing.runs, batch_size=2_000)
    return made
