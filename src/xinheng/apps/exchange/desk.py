"""The desk that answers other nodes: a message is believed, heard once, in its order; then answered; or refused, and written down."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import IntegrityError, transaction

from xinheng.apps.audit import actions as audit
from xinheng.apps.exchange import keyring
from xinheng.apps.exchange.handlers import HANDLERS, OPENERS, channel_for
from xinheng.apps.exchange.models import Counterpart, Heard, Session, Way
from xinheng.apps.intake.models import Register
from xinheng.core.exchange.envelope import Head, Message, peek, seal, unseal
from xinheng.core.exchange.refusals import Foreign, Forged, Malformed, Oversized, Reordered, Replayed
from xinheng.core.ledger.keys import read_verifier
from xinheng.core.refusal import Refusal

# How far clocks may differ: a request over the network is answered at once, a disk may be on its way for weeks.
TOLERANCE = {Way.HTTP: timedelta(minutes=5), Way.FILES: timedelta(days=30)}
_NOT_ANSWERED = (Forged, Foreign, Malformed, Oversized)  # nothing is signed for somebody who may be anybody

Handler = Callable[[Session, dict[str, Any], datetime], dict[str, Any]]
Opener = Callable[[Counterpart, str, dict[str, Any], datetime], tuple[Session | None, dict[str, Any]]]


def answer(data: bytes, *, at: datetime, way: Way = Way.HTTP) -> bytes:
    """Return the answer to a message. Raise the Refusal where its sender is not known or not proved; refuse others in writing."""
    counterpart: Counterpart | None = None
    head: Head | None = None
    try:
        head, _, _ = peek(data)
        counterpart = known_by_name(head.sender)
        message = believed(data, counterpart, at=at, way=way)
        body = _in_order(counterpart, message, at)
        kind = "answer"
    except Refusal as refusal:
        note_refusal(refusal, counterpart=counterpart, head=head, at=at, size=len(data))
        if isinstance(refusal, _NOT_ANSWERED) or head is None:
            raise
        body, kind = {"code": refusal.code, "message": str(refusal)}, "refusal"
    return seal(_reply(head, kind, at), body, keyring.own())


def known_by_name(name: str) -> Counterpart:
    """Return the counterpart whose key is called so, or refuse."""
    for counterpart in Counterpart.objects.filter(active=True).exclude(key=""):
        if read_verifier(counterpart.key).name == name:
            return counterpart
    raise Foreign(what=f"不认识发件方 {name[:80]}")


def believed(data: bytes, counterpart: Counterpart, *, at: datetime, way: Way) -> Message:
    """Return a message from a counterpart once; refuse what is not believed, and what was heard before."""
    verifier = read_verifier(counterpart.key)
    message = unseal(data, own=keyring.own().name, known=[verifier], at=at, tolerance=TOLERANCE[way])
    hear(counterpart, message.head.nonce, at)
    return message


def hear(counterpart: Counterpart, nonce: str, at: datetime) -> None:
    """Remember a message, or refuse one that was heard before."""
    try:
        with transaction.atomic():
            Heard.objects.create(counterpart=counterpart, nonce=nonce, at=at)
    except IntegrityError:
        raise Replayed from None
    Heard.objects.filter(counterpart=counterpart, at__lt=at - 2 * TOLERANCE[Way.FILES]).delete()


def note_refusal(
    refusal: Refusal, *, counterpart: Counterpart | None, head: Head | None, at: datetime, size: int
) -> None:
    """Write a refused message down, so that the centre sees who tried what."""
    with transaction.atomic():
        audit.record(
            "exchange.refused",
            about=counterpart or Register(pk=1),
            by=None,
            at=at,
            code=refusal.code,
            reason=str(refusal),
            sender=head.sender[:120] if head else "",
            session=head.session if head else "",
            step=head.step if head else None,
            kind=head.kind[:40] if head else "",
            size=size,
        )


def _in_order(counterpart: Counterpart, message: Message, at: datetime) -> dict[str, Any]:
    """Answer the next step of a conversation; the last one may be asked again, word for word, if its answer was lost."""
    head, body = message.head, message.body
    with transaction.atomic():
        session = Session.objects.select_for_update().filter(counterpart=counterpart, session=head.session).first()
        expected = session.step + 1 if session else 0
        if session is not None and head.step == session.step and head.digest == session.asked:
            return orjson.loads(bytes(session.answer))
        if head.step != expected:
            raise Reordered(expected=expected, step=head.step)
    if session is None:
        if head.kind not in OPENERS:
            raise Malformed(what=f"不认识的消息种类 {head.kind[:40]}")
        session, told = OPENERS[head.kind](counterpart, head.session, body, at)
    else:
        if head.kind not in HANDLERS:
            raise Malformed(what=f"不认识的消息种类 {head.kind[:40]}")
        told = HANDLERS[head.kind](session, body, at)
    if session is not None:
        session.step, session.asked, session.answer = head.step, head.digest, orjson.dumps(told)
        session.save()
    return told


def _reply(head: Head, kind: str, at: datetime) -> Head:
    return Head(
        sender=keyring.own().name,
        to=head.sender,
        session=head.session,
        step=head.step,
        kind=kind,
        nonce=secrets.token_hex(16),
        re=head.nonce,
        at=at,
    )


__all__ = ["TOLERANCE", "answer", "believed", "channel_for", "hear", "known_by_name", "note_refusal"]
