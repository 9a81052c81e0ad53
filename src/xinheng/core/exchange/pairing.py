"""What two nodes share without ever sending it: the pair key, worked out by each from its own secret and the other's public key."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_OWN, _PAIR, _ALONE = b"xinheng/exchange-key/v1", b"xinheng/pair-key/v1", b"xinheng/own-table-key/v1"


def exchange_public(secret: bytes) -> bytes:
    """Return the X25519 public key (32 bytes) that belongs to a node's signing secret."""
    return _private(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def pair_key(secret: bytes, other: bytes, *, names: tuple[str, str], epoch: int) -> bytes:
    """Return the 32 bytes both sides come to. ``names``: of both nodes, in any order; ``epoch`` is counted up to change the key."""
    shared = _private(secret).exchange(X25519PublicKey.from_public_bytes(other))
    info = b"\n".join([_PAIR, *(name.encode() for name in sorted(names)), str(epoch).encode()])
    return HKDF(SHA256(), 32, salt=None, info=info).derive(shared)


def table_key(secret: bytes, *, code: str, epoch: int) -> bytes:
    """Return the key for a counterpart that is a mere table, which we read ourselves: nobody else needs it."""
    return HKDF(SHA256(), 32, salt=None, info=b"\n".join([_ALONE, code.encode(), str(epoch).encode()])).derive(secret)


def _private(secret: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(HKDF(SHA256(), 32, salt=None, info=_OWN).derive(secret))
