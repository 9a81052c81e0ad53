"""Getting what others send: page after page over the network, or from day packages on a disk. And what they sent back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from xinheng.apps.accounts.actions import open_account
from xinheng.apps.accounts.models import Account, Role
from xinheng.apps.exchange import desk, feeding, keyring, returning, taking
from xinheng.apps.exchange.models import Channel, Counterpart, Direction, Way
from xinheng.apps.exchange.taking import AlreadyTaken, Taken
from xinheng.apps.exchange.transport import Clock, Post
from xinheng.core.exchange.envelope import MOST, Head, Message, peek, seal, unseal
from xinheng.core.exchange.refusals import Malformed, Oversized, RefusedThere, Reordered, Replayed
from xinheng.core.ledger.keys import read_verifier
from xinheng.core.refusal import Refusal

Progress = Callable[[Taken], None]


def intake_account(counterpart: Counterpart, at: datetime) -> Account:
    """Return the account under which a counterpart's statements are handed in. Nobody can log in with it."""
    username = f"node-{counterpart.code}"
    found = Account.objects.filter(username=username).first()
    return found or open_account(
        username=username, display_name=f"{counterpart.name}（节点）"[:50], role=Role.CENTRE, by=None, at=at
    )


def _ask(channel: Channel, kind: str, body: dict[str, Any], post: Post, clock: Clock) -> dict[str, Any]:
    signer, nonce, session = keyring.own(), secrets.token_hex(16), secrets.token_hex(16)
    other = read_verifier(channel.counterpart.key).name
    head = Head(sender=signer.name, to=other, session=session, step=0, kind=kind, nonce=nonce, at=clock())
    told = {"channel": channel.name, "direction": channel.direction, **body}
    answer = desk.believed(post(seal(head, told, signer)), channel.counterpart, at=clock(), way=Way.HTTP)
    if answer.head.session != session or answer.head.re != nonce:
        raise Reordered(expected=0, step=answer.head.step)
    if answer.head.kind != "answer":
        raise RefusedThere(there=str(answer.body.get("code"))[:80], why=str(answer.body.get("message"))[:400])
    return answer.body


def pull(channel: Channel, post: Post, *, clock: Clock, progress: Progress = lambda taken: None) -> Taken:
    """Fetch and take in everything new in their log, page by page; where it is cut short, the next pull goes on."""
    by, whole = intake_account(channel.counterpart, clock()), Taken(size=taking.feed_of(channel).size)
    while True:
        body = _ask(channel, "entries", {"first": whole.size, "most": feeding.MOST}, post, clock)
        page = taking.take_page(channel, body, way=Way.HTTP, by=by, at=clock())
        whole.add(page)
        progress(whole)
        if not page.entries or page.size >= page.whole:
            return whole


def fetch_rejections(channel: Channel, post: Post, *, clock: Clock) -> int:
    """Fetch what they sent back of ours, and tell the departments; return how many there were."""
    done = 0
    while True:
        body = _ask(channel, "rejections", {"since": returning.last_rejection(channel)}, post, clock)
        told = body.get("rejections")
        if not isinstance(told, list):
            raise Malformed(what="退回清单有误")
        if not told:
            return done
        more = returning.tell_rejected(channel, told, at=clock())
        done += more
        if not more:
            return done


def package(channel: Channel, folder: Path, *, first: int | None = None, at: datetime) -> list[Path]:
    """Write everything new in our log as signed files; ``first``: from this entry on, else from where the last package ended."""
    if channel.direction != Direction.OUT:
        raise Malformed(what="只有我方报送的约定才能打包")
    folder.mkdir(parents=True, exist_ok=True)
    start, written, signer = channel.shared_to if first is None else first, [], keyring.own()
    other = read_verifier(channel.counterpart.key).name
    session, step = secrets.token_hex(16), 0
    while True:
        body = feeding.page(channel, start)
        if not body["entries"]:
            return written
        end = start + len(body["entries"])
        head = Head(
            sender=signer.name, to=other, session=session, step=step, kind="package", nonce=secrets.token_hex(16), at=at
        )
        path = folder / f"{at:%Y%m%d}-{channel.name}-{start:012d}-{end:012d}.xhp"
        path.write_bytes(seal(head, {"channel": channel.name, "direction": channel.direction} | body, signer))
        written.append(path)
        start, step = end, step + 1


def take_files(
    paths: Sequence[Path], *, at: datetime, progress: Progress = lambda taken: None
) -> list[tuple[Path, Taken | Refusal]]:
    """Take day packages in, in the order of their entries; each is refused or taken by itself, and every refusal is written down."""
    done: list[tuple[Path, Taken | Refusal]] = []
    for path in sorted(paths, key=lambda p: p.name):
        counterpart: Counterpart | None = None
        head: Head | None = None
        try:
            if path.stat().st_size > MOST:
                raise Oversized(most=MOST)
            data = path.read_bytes()
            head, _, _ = peek(data)
            counterpart = desk.known_by_name(head.sender)
            taken = _take_package(data, counterpart, at)
            progress(taken)
            done.append((path, taken))
        except Refusal as refusal:
            desk.note_refusal(refusal, counterpart=counterpart, head=head, at=at, size=path.stat().st_size)
            done.append((path, refusal))
    return done


def _take_package(data: bytes, counterpart: Counterpart, at: datetime) -> Taken:
    verifier = read_verifier(counterpart.key)
    message: Message = unseal(
        data, own=keyring.own().name, known=[verifier], at=at, tolerance=desk.TOLERANCE[Way.FILES]
    )
    if message.head.kind != "package":
        raise Malformed(what="不是日包")
    channel = desk.channel_for(counterpart, message.body.get("channel"), message.body.get("direction"))
    by = intake_account(counterpart, at)
    try:
        taken = taking.take_page(channel, message.body, way=Way.FILES, by=by, at=at)
    except AlreadyTaken:
        raise Replayed from None
    desk.hear(counterpart, message.head.nonce, at)
    return taken
