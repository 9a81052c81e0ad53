"""A commitment (承诺值): a digest over a random salt and the canonical JSON of what is committed to."""

from __future__ import annotations

from typing import Any

from xinheng.core.ledger.canonical import canonical
from xinheng.core.ledger.hashing import SHA256, Hashing

SALT_BYTES = 16


def commit(salt: bytes, content: bytes, hashing: Hashing = SHA256) -> bytes:
    """Return the commitment to content already in canonical form.

    With the salt gone a content that could be guessed can no longer be tried against the commitment.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 16 bytes")
    return hashing.of(salt + content)


def commit_to(salt: bytes, value: Any, hashing: Hashing = SHA256) -> bytes:
    """Return the commitment to a value."""
    return commit(salt, canonical(value), hashing)
