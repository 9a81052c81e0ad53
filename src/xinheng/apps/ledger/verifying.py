"""Verifying the whole ledger from the register: every commitment, every leaf, every root, every map, every signature, anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from xinheng.apps.ledger import keyring, mapping
from xinheng.apps.ledger.files import tree_files
from xinheng.apps.ledger.mapstore import MapHead, MapStore
from xinheng.apps.ledger.models import Checkpoint, Ended, Run, Turn, TurnKind
from xinheng.apps.ledger.publishing import full_note, trust_policy
from xinheng.apps.ledger.reading import STEP, header_of, parts_of, rows_of
from xinheng.apps.ledger.runs import Places, Placing
from xinheng.core.ledger import entry, succession
from xinheng.core.ledger.checkpoint import open_checkpoint
from xinheng.core.ledger.entry import unbundle
from xinheng.core.ledger.hashing import LEAF, SIZE
from xinheng.core.ledger.keys import read_verifier
from xinheng.core.ledger.refusals import Forked, Malformed, NotSigned
from xinheng.core.ledger.tiles import HEIGHT, WIDTH, tiles_between
from xinheng.core.ledger.tree import Tree

_CONTENT = "SELECT id, salt, canonical, commitment FROM records_version WHERE submission_id = %s AND id > %s ORDER BY id LIMIT %s"
_MOST_TOLD = 50
Progress = Callable[[str, int], None]


@dataclass(slots=True)
class Verified:
    """What was looked at, and what was wrong. Nothing wrong is well."""

    leaves: int = 0
    contents: int = 0  # commitments worked out again from content and salt
    erased: int = 0  # content and salt are gone; the leaf still verifies
    checkpoints: int = 0
    maps: int = 0
    tiles: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Say whether everything agrees."""
        return not self.wrong

    def say(self, what: str) -> None:
        """Note something wrong; the first ones are enough to begin with."""
        if len(self.wrong) < _MOST_TOLD:
            self.wrong.append(what)


def verify(*, progress: Progress = lambda what, count: None) -> Verified:
    """Work everything out again and compare. Reads only; memory grows with the tree (64 bytes a leaf), not with the content."""
    done = Verified()
    signer = keyring.log_signer()
    tree, placing = Tree(signer.scheme.hashing), Placing(0)
    published = tree_files().published()  # before the checkpoints: the sequencer may be at work meanwhile
    checkpoints = {c.turn: c for c in Checkpoint.objects.order_by("number")}
    with TemporaryDirectory() as folder:
        maps = MapStore(Path(folder, "map.sqlite3"), signer.scheme.hashing)
        before = 0
        for turn in Turn.objects.order_by("number").iterator():
            if turn.kind != TurnKind.CUT:
                _take_in(turn, tree, placing, done, progress)
                continue
            checkpoint = checkpoints.get(turn.number)
            if checkpoint is None:  # waits for the sequencer
                break
            _close(turn, before, checkpoint, tree, placing, maps, done)
            before = turn.number
            progress("检查点", 1)
    last = max(checkpoints.values(), key=lambda c: c.number, default=None)
    _compare_runs(placing, last, done)
    if last is not None:
        _compare_tiles(tree, last, done, progress)
    _compare_published(published, tree, done)
    return done


def _take_in(turn: Turn, tree: Tree, placing: Placing, done: Verified, progress: Progress) -> None:
    hashing = tree.hashing
    try:
        for part in parts_of(turn):
            placing.place(part)
            tree.append(hashing.each(part.entries, prefix=LEAF))
            done.leaves += len(part.entries)
            progress("条目", len(part.entries))
    except Forked as fork:
        done.say(str(fork))
    if turn.kind == TurnKind.SUCCESSION:
        _succession(turn, done)
    elif turn.kind == TurnKind.BATCH:
        _contents(turn, tree, done)
    elif turn.kind == TurnKind.EVENT:
        if not turn.said:
            done.erased += 1
        elif hashing.of(bytes(turn.salt) + turn.said.encode()) != bytes(turn.commitment):
            done.say(f"事件 {turn.event} 的内容与承诺值不符")
        else:
            done.contents += 1


def _succession(turn: Turn, done: Verified) -> None:
    """The checkpoint a first entry names must have been signed by the old log's key."""
    ended = Ended.objects.order_by("-pk").first()
    try:
        told = succession.read(header_of(turn))
        head = open_checkpoint(ended.note, read_verifier(ended.key))[0] if ended else None
    except (Malformed, NotSigned) as error:
        done.say(f"承接条目：{error}")
        return
    if head is None or not told.is_of(head):
        done.say("承接条目与旧台账最后的检查点不符")


def _contents(turn: Turn, tree: Tree, done: Verified) -> None:
    last, hashing = 0, tree.hashing
    while rows := rows_of(_CONTENT, [turn.submission, last, STEP]):
        last = rows[-1][0]
        texts = [bytes(salt) + text.encode() for _, salt, text, _ in rows]
        made = hashing.each(texts)
        for at, (pk, salt, text, commitment) in enumerate(rows):
            if not text and not salt:
                done.erased += 1
            elif made[at * SIZE : (at + 1) * SIZE] != bytes(commitment):
                done.say(f"版本 {pk} 的内容与承诺值不符")
            else:
                done.contents += 1


def _close(
    cut: Turn, before: int, checkpoint: Checkpoint, tree: Tree, placing: Placing, maps: MapStore, done: Verified
) -> None:
    hashing = tree.hashing
    places = Places.load(placing.runs, stored=False)
    changed = mapping.together(mapping.changes(mapping.touched(before, cut), cut, places, hashing))
    head = maps.apply(checkpoint.number, changed.keys, changed.values, changed.present)
    maps.keep_from(checkpoint.number)
    if head != MapHead(bytes(checkpoint.map_root), checkpoint.subjects):
        done.say(f"检查点 {checkpoint.number} 的主体映射与登记库不符")
    done.maps += 1
    tree.append(hashing.leaf(entry.subject_map(head.root, head.subjects)))
    placing.end(cut.number)
    done.leaves += 1
    if (checkpoint.size, bytes(checkpoint.root)) != (tree.size, tree.root()):
        done.say(f"检查点 {checkpoint.number} 的根与登记库不符（{checkpoint.size} 项，现算 {tree.size} 项）")
    done.checkpoints += 1
    _signatures(checkpoint, done)


def _signatures(checkpoint: Checkpoint, done: Verified) -> None:
    try:
        policy = trust_policy()
        head, _, _ = open_checkpoint(str(full_note(checkpoint)), keyring.log_verifier(), policy.witness_keys)
    except (Malformed, NotSigned) as error:
        done.say(f"检查点 {checkpoint.number}：{error}")
        return
    if (head.size, head.root) != (checkpoint.size, bytes(checkpoint.root)):
        done.say(f"检查点 {checkpoint.number} 的签名内容与登记的不符")


def _compare_runs(placing: Placing, last: Checkpoint | None, done: Verified) -> None:
    fields = ("first_leaf", "leaves", "turn", "first_version")
    size = last.size if last else 0
    stored = list(Run.objects.filter(first_leaf__lt=size).order_by("first_leaf").values_list(*fields))
    made = [tuple(getattr(run, name) for name in fields) for run in placing.runs if run.first_leaf < size]
    if stored != made:
        done.say("条目与版本的对应关系与登记库不符")


def _compare_tiles(tree: Tree, last: Checkpoint, done: Verified, progress: Progress) -> None:
    files = tree_files()
    for tile in tiles_between(0, last.size):
        start = tile.index * WIDTH
        wanted = b"".join(tree.node(HEIGHT * max(tile.level, 0), start + i) for i in range(tile.width))
        try:
            data = files.read(tile)
            if (data if tile.level >= 0 else tree.hashing.each(unbundle(data), prefix=LEAF)) != wanted:
                done.say(f"{tile.path} 与登记库不符")
        except (OSError, Malformed) as error:
            done.say(f"{tile.path} 不能读取（{error}）")
        done.tiles += 1
        progress("文件", 1)


def _compare_published(note: str | None, tree: Tree, done: Verified) -> None:
    if note is None:
        return
    try:
        head, _, _ = open_checkpoint(note, keyring.log_verifier())
    except (Malformed, NotSigned) as error:
        done.say(f"已发布的检查点：{error}")
        return
    if head.size > tree.size or tree.root(head.size) != head.root:
        done.say(f"已发布的检查点（{head.size} 项）与登记库不符")
