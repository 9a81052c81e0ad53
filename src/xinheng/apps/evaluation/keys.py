"""The link by which an organisation sees its own results: given out by the centre, good for some days, kept as a hash only."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.evaluation.models import Key
from xinheng.apps.evaluation.refusals import NotYours
from xinheng.apps.subjects.models import Subject

DAYS = 30


def make(*, subject: Subject, reason: str, by: Account, at: datetime) -> str:
    """Make a link for an organisation whose identity the centre has checked; return what to put into the address."""
    if not rights.may(by, "evaluation.manage"):
        raise NotYours
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        key = Key.objects.create(
            subject=subject,
            digest=_digest(token),
            made_by=by,
            made_at=at,
            expires_at=at + timedelta(days=DAYS),
            reason=reason,
        )
        audit.record("evaluation.key-made", about=key, by=by, at=at, subject=subject.pk, reason=reason)
    return token


def end(*, key: Key, by: Account, at: datetime) -> None:
    """Take a link back at once."""
    if not rights.may(by, "evaluation.manage"):
        raise NotYours
    with transaction.atomic():
        Key.objects.filter(pk=key.pk, ended_at__isnull=True).update(ended_at=at)
        audit.record("evaluation.key-ended", about=key, by=by, at=at)


def holder(token: str, *, at: datetime) -> Key | None:
    """Return the key of a link that is good now, and note that it was used."""
    key = (
        Key.objects.filter(digest=_digest(token), ended_at__isnull=True, expires_at__gt=at)
        .select_related("subject")
        .first()
    )
    if key is not None and key.seen_at is None:
        Key.objects.filter(pk=key.pk).update(seen_at=at)
    return key


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
