"""Taking their log in: each page is verified against their signed checkpoint, each statement against its entry, before anything is stored.

Reading goes on where it stopped, after a crash too: what a page told is stored again without harm, because a submission of theirs
becomes one of ours exactly once.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction

from xinheng.apps.accounts.models import Account
from xinheng.apps.exchange import receiving
from xinheng.apps.exchange.models import Channel, Feed, Way
from xinheng.core.exchange.frontier import Frontier
from xinheng.core.ledger import checkpoint as heads
from xinheng.core.ledger import entry as entries
from xinheng.core.ledger.commitment import commit
from xinheng.core.ledger.entry import Entry, Kind
from xinheng.core.ledger.keys import read_verifier
from xinheng.core.ledger.proof import verify_consistency
from xinheng.core.reconciliation.messages import MessageUnreadable
from xinheng.core.refusal import Refusal


class Gap(Refusal):
    """A page that does not go on where the last one ended."""

    code = "exchange.gap"
    message = "这一页从第 {first} 项开始，而本节点已接收到第 {size} 项。请按次序提供。"


class AlreadyTaken(Refusal):
    """A page that was taken in before."""

    code = "exchange.already-taken"
    message = "这一页（第 {first} 项起）已经接收过，不重复处理。"


class NotInTheirLog(Refusal):
    """What the page says does not agree with their log."""

    code = "exchange.not-in-log"
    message = "收到的内容与对方台账不符：{what}。未入库。"


@dataclass(slots=True)
class Taken:
    """What a page brought."""

    entries: int = 0
    statements: int = 0
    rejected: int = 0
    withdrawn: int = 0
    events: int = 0
    size: int = 0  # of their log, read so far
    whole: int = 0  # of their log, as they have signed it
    refs: list[str] = field(default_factory=list)

    def add(self, other: Taken) -> None:
        """Count another page in."""
        for name in ("entries", "statements", "rejected", "withdrawn", "events"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.size, self.whole = other.size, other.whole
        self.refs += other.refs


def feed_of(channel: Channel) -> Feed:
    """Return how far their log has been read."""
    return Feed.objects.get_or_create(channel=channel)[0]


def take_page(channel: Channel, body: Mapping[str, Any], *, way: Way, by: Account, at: datetime) -> Taken:
    """Verify a page of their log and store what it brings; refuse it whole where anything about it is wrong."""
    feed = feed_of(channel)
    first, raw, contents = _read(body)
    if first < feed.size:
        raise AlreadyTaken(first=first)
    if first != feed.size:
        raise Gap(first=first, size=feed.size)
    taken = Taken(size=feed.size, whole=feed.size)
    if not body.get("checkpoint"):
        return taken
    edge, checkpoint = _verified(channel, feed, raw, body)
    told = [entries.read(one) for one in raw]
    for offset, one in enumerate(told):
        if (content := contents.get(first + offset)) is not None:
            _require_committed(one, content)
    batch = dict(feed.batch)
    for offset, one in enumerate(told):
        batch = _one(channel, one, first + offset, contents.get(first + offset), batch, taken, way=way, by=by, at=at)
    with transaction.atomic():
        feed.size, feed.edge = edge.size, [hash_.hex() for hash_ in edge.hashes]
        feed.checkpoint, feed.batch = str(body["checkpoint"]), batch
        feed.save()
    taken.entries, taken.size, taken.whole = len(told), edge.size, checkpoint.size
    return taken


def _read(body: Mapping[str, Any]) -> tuple[int, list[bytes], dict[int, Mapping[str, Any]]]:
    try:
        first = int(body["first"])
        raw = [b64decode(one, validate=True) for one in body["entries"]]
        contents = {int(index): dict(told) for index, told in body["contents"].items()}
    except (KeyError, TypeError, ValueError, AttributeError, Error):
        raise MessageUnreadable(why="台账页格式有误") from None
    if any(not first <= index < first + len(raw) for index in contents):
        raise MessageUnreadable(why="内容不属于本页")
    return first, raw, contents


def _verified(
    channel: Channel, feed: Feed, raw: list[bytes], body: Mapping[str, Any]
) -> tuple[Frontier, heads.Checkpoint]:
    """Return the edge after this page, once their signed checkpoint is proved to begin with it."""
    log = read_verifier(channel.counterpart.log)
    hashing = log.scheme.hashing
    checkpoint, _, _ = heads.open_checkpoint(str(body["checkpoint"]), log)
    if feed.checkpoint and checkpoint.size < heads.open_checkpoint(feed.checkpoint, log)[0].size:
        raise NotInTheirLog(what="检查点比以前收到的还旧")
    before = Frontier(feed.size, tuple(bytes.fromhex(hash_) for hash_ in feed.edge))
    edge = before.grown([hashing.leaf(one) for one in raw], hashing)
    if edge.size == 0:
        return edge, checkpoint
    try:
        path = [b64decode(hash_, validate=True) for hash_ in body.get("proof", ())]
    except (Error, TypeError, ValueError):
        raise MessageUnreadable(why="证明格式有误") from None
    verify_consistency(edge.size, checkpoint.size, path, edge.root(hashing), checkpoint.root, hashing)
    return edge, checkpoint


def _require_committed(one: Entry, content: Mapping[str, Any]) -> None:
    """What is shown must be what the entry commits to; of a statement from which fields are withheld only their signature vouches."""
    said = content.get("record", content.get("said"))
    if one.kind not in (Kind.VERSION, Kind.EVENT) or not isinstance(said, str):
        raise NotInTheirLog(what="条目与内容的种类不同")
    if one.kind is Kind.VERSION and content.get("item") != one.item:
        raise NotInTheirLog(what="目录项与条目不同")
    if content.get("withheld"):
        return
    try:
        salt = bytes.fromhex(str(content.get("salt")))
        right = commit(salt, said.encode()) == one.commitment
    except ValueError:
        right = False
    if not right:
        raise NotInTheirLog(what="内容与承诺值不符")


def _one(
    channel: Channel,
    one: Entry,
    index: int,
    content: Mapping[str, Any] | None,
    batch: dict[str, Any],
    taken: Taken,
    *,
    way: Way,
    by: Account,
    at: datetime,
) -> dict[str, Any]:
    """Take one entry in; return the submission being read, empty where none is."""
    if one.kind is Kind.BATCH:
        assert one.facts is not None
        batch = {"first": index, "facts": one.facts, "left": int(one.facts["versions"]), "shared": 0}
        _spool(channel, batch).unlink(missing_ok=True)
    elif one.kind is Kind.VERSION and batch:
        batch = batch | {"left": batch["left"] - 1}
        if content is not None:
            _keep(channel, batch, index, content)
            batch["shared"] += 1
    elif one.kind is Kind.WITHDRAWAL:
        assert one.facts is not None
        taken.withdrawn += receiving.withdraw(channel, str(one.facts["ref"]), by=by, at=at)
    elif one.kind is Kind.EVENT and content is not None:
        taken.events += receiving.happened(channel, content, by=by, at=at)
    if batch and batch["left"] == 0:
        _whole(channel, batch, index, taken, way=way, by=by, at=at)
        return {}
    return batch


def _whole(
    channel: Channel, batch: dict[str, Any], last: int, taken: Taken, *, way: Way, by: Account, at: datetime
) -> None:
    if not batch["shared"]:
        return
    path = _spool(channel, batch)
    rows = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    # A crash may have left a row twice: the last one of each entry counts.
    told = list({row["entry"]: row for row in rows}.values())
    arrival = receiving.take_batch(
        channel, batch["facts"], told, first=batch["first"], last=last, way=way, by=by, at=at
    )
    taken.statements += arrival.arrived
    taken.rejected += arrival.rejections.count()
    taken.refs.append(arrival.ref)
    path.unlink(missing_ok=True)


def _spool(channel: Channel, batch: Mapping[str, Any]) -> Path:
    """Return where the statements of a submission wait until its last one has come."""
    return Path(settings.XINHENG_VAR) / "exchange" / "spool" / f"{channel.pk}-{batch['first']}.jsonl"


def _keep(channel: Channel, batch: Mapping[str, Any], index: int, content: Mapping[str, Any]) -> None:
    path = _spool(channel, batch)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    row = {"entry": index, "item": content["item"], "name": content["name"], "record": content["record"]}
    with path.open("ab") as file:
        file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
