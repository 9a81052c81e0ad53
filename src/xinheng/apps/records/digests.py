"""The three digests of a statement: its key, its fingerprint, and the salted commitment that the ledger will hold."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256

import polars as pl

from xinheng.apps.ledger import profile

KEY_BYTES, NEAR_BYTES, SALT_BYTES = 16, 4, 16
NEAR = slice(-NEAR_BYTES - 2, -2)  # of a unified code: the end of its body, before the check characters, differs most
_AT_ONCE = 1_000


def key_digests(keys: pl.Series) -> pl.Series:
    """Return what names each statement within its item: a hash behind a few characters of the subject.

    In the index of keys the statements about one subject then lie side by side, and a sorted block is written page after
    page. A pure hash would touch a different page for each row: six times the data itself, on both databases.
    """
    # A key is item, subject, identity fields.
    subject = keys.str.splitn("\x1f", 3).struct.field("field_1").fill_null("")
    near = subject.str.head(NEAR.stop).str.tail(NEAR_BYTES).str.pad_start(NEAR_BYTES, "0").cast(pl.Binary).to_list()
    return _binary(
        [(n[-NEAR_BYTES:] + sha256(key).digest())[:KEY_BYTES] for n, key in zip(near, _bytes(keys), strict=True)]
    )


def fingerprints(canonical: pl.Series) -> pl.Series:
    """Return what tells whether two versions say the same."""
    return _binary([sha256(text).digest() for text in _bytes(canonical)])


def salts(count: int) -> pl.Series:
    """Return a salt for each version: with it gone, a commitment tells nothing about a content that could be guessed."""
    drawn = os.urandom(SALT_BYTES * count)
    return _binary([drawn[i : i + SALT_BYTES] for i in range(0, len(drawn), SALT_BYTES)])


def commitments(salt: pl.Series, canonical: pl.Series) -> pl.Series:
    """Return what the ledger holds: the hash of its profile over salt and canonical JSON."""
    new = profile.hashing().new
    return _binary([new(s + text).digest() for s, text in zip(salt.to_list(), _bytes(canonical), strict=True)])


def _bytes(text: pl.Series) -> Iterator[bytes]:
    # One cast of the column costs a tenth of encoding each value. A thousand at a time, freed and used again: a long column
    # of long texts would be fetched into memory page by page.
    binary = text.cast(pl.Binary)
    for start in range(0, len(binary), _AT_ONCE):
        yield from binary.slice(start, _AT_ONCE).to_list()


def _binary(values: list[bytes]) -> pl.Series:
    return pl.Series("digest", values, dtype=pl.Binary)
