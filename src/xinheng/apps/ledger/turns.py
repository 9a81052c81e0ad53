"""Taking a turn in the order of the log: called inside the transaction of the action itself, so that both happen or neither."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import F

from xinheng.apps.intake.models import Submission
from xinheng.apps.ledger import profile
from xinheng.apps.ledger.models import Head, Turn, TurnKind
from xinheng.apps.records.models import Event, Version
from xinheng.core.ledger.canonical import canonical
from xinheng.core.ledger.commitment import SALT_BYTES, commit
from xinheng.core.ledger.succession import Succession


def instant(at: datetime) -> str:
    """Return an instant as entries write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def hold() -> Head:
    """Lock the order of the log until the end of the transaction."""
    Head.objects.get_or_create(pk=1)
    return Head.objects.select_for_update().get(pk=1)


def accepted(submission: Submission, *, at: datetime) -> Turn:
    """Take the turn of a submission that becomes visible; with it, the order of its versions is fixed: that of their ids.

    ``submission`` is as stored, with its position. Policy data not named before gets its turn first.
    """
    head = hold()
    if submission.policy_digest and submission.policy_digest != head.policy:
        head.policy = submission.policy_digest
        _take(head, TurnKind.POLICY, at=at, said=submission.policy_digest)
    versions = Version.objects.filter(submission=submission.pk).count()
    facts = {
        "accepted_at": instant(at),
        "department": submission.department.code if submission.department else None,
        "item": submission.item,
        "kind": submission.kind,
        "position": submission.position,
        "ref": submission.ref,
        "versions": versions,
    }
    head.position = submission.position
    return _take(
        head, TurnKind.BATCH, at=at, submission=submission.pk, versions=versions, said=canonical(facts).decode()
    )


def withdrawn(submission: Submission, *, at: datetime) -> Turn:
    """Take the turn of a submission that stops counting; ``submission`` is as stored, with its position of withdrawal."""
    head = hold()
    head.position = submission.withdrawn_position
    facts = {"position": submission.withdrawn_position, "ref": submission.ref, "withdrawn_at": instant(at)}
    return _take(head, TurnKind.WITHDRAWAL, at=at, submission=submission.pk, said=canonical(facts).decode())


def happened(event: Event, *, about: Version, salt: bytes) -> Turn:
    """Take the turn of an event in the life of a record."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 16 bytes")
    said = canonical(
        {
            "at": instant(event.at),
            "basis": event.basis,
            "kind": event.kind,
            "of": bytes(about.commitment).hex(),
            "text": event.text,
        }
    )
    return _take(
        hold(),
        TurnKind.EVENT,
        at=event.at,
        event=event.pk,
        said=said.decode(),
        salt=salt,
        commitment=commit(salt, said, profile.hashing()),
    )


def policy_published(digest: str, *, at: datetime) -> Turn | None:
    """Take a turn for policy data that is now in force, unless it was named last."""
    head = hold()
    if head.policy == digest:
        return None
    head.policy = digest
    return _take(head, TurnKind.POLICY, at=at, said=digest)


def succeeded(old: Succession, *, because: str, at: datetime) -> Turn:
    """Take the first turn of a log that follows another one."""
    head = hold()
    if head.turn:
        raise ValueError("a log names what it follows in its first entry")
    said = canonical(old.facts(at=instant(at), because=because)).decode()
    return _take(head, TurnKind.SUCCESSION, at=at, said=said)


def cut(*, at: datetime) -> Turn | None:
    """Take the turn that ends the next checkpoint, unless nothing has happened since the last one."""
    head = hold()
    last = Turn.objects.filter(pk=head.turn).values_list("kind", flat=True).first()
    return None if last in (None, TurnKind.CUT) else _take(head, TurnKind.CUT, at=at)


def _take(head: Head, kind: TurnKind, *, at: datetime, **told: Any) -> Turn:
    head.turn += 1
    head.save(update_fields=["turn", "position", "policy"])
    return Turn.objects.create(number=head.turn, kind=kind, at=at, position=head.position, **told)


def swap_checkpoint(*, before: int, after: int) -> bool:
    """Put the next checkpoint's number in the head, unless another sequencer was faster."""
    return Head.objects.filter(pk=1, checkpoint=before).update(checkpoint=F("checkpoint") + (after - before)) == 1
