"""The three digests of a statement: its key, its fingerprint, and the salted commitment that the ledger will hold."""

from __future__ import annotations

import os
from collections.abc import Iterable
from hashlib import sha256

KEY_BYTES, SALT_BYTES = 16, 16


def key_digests(keys: Iterable[str]) -> list[bytes]:
    """Return what names each statement within its item."""
    return [sha256(key.encode()).digest()[:KEY_BYTES] for key in keys]


def fingerprints(canonical: Iterable[str]) -> list[bytes]:
    """Return what tells whether two versions say the same."""
    return [sha256(text.encode()).digest() for text in canonical]


def salts(count: int) -> list[bytes]:
    """Return a salt for each version: with it gone, a commitment tells nothing about a content that could be guessed."""
    drawn = os.urandom(SALT_BYTES * count)
    return [drawn[i : i + SALT_BYTES] for i in range(0, len(drawn), SALT_BYTES)]


def commitments(salt: Iterable[bytes], canonical: Iterable[str]) -> list[bytes]:
    """Return SHA-256 over salt and canonical JSON."""
    return [sha256(s + text.encode()).digest() for s, text in zip(salt, canonical, strict=True)]
