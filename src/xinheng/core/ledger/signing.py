"""Keys that sign notes: who, which kind of signature, and the text forms keys are handed around in."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from xinheng.core.ledger.hashing import SHA256, Hashing

ED25519, COSIGNATURE = b"\x01", b"\x04"  # signature types of signed-note
SM2, SM2_COSIGNATURE = b"\xffxinheng/sm2", b"\xffxinheng/sm2-cosignature"
TIMESTAMPED = (COSIGNATURE, SM2_COSIGNATURE)
Verify = Callable[[bytes, bytes, bytes], bool]  # public key, message, signature


@dataclass(frozen=True, slots=True)
class Scheme:
    """How keys of one profile sign: the curve, and the hash of key ids."""

    name: str
    note: bytes  # signature type of notes
    cosignature: bytes  # … of witnesses
    public_bytes: int
    secret_bytes: int
    hashing: Hashing
    new_secret: Callable[[], bytes]
    public_of: Callable[[bytes], bytes]
    sign: Callable[[bytes, bytes], bytes]  # secret, message
    verify: Verify


def key_id(name: str, kind: bytes, public: bytes, hashing: Hashing = SHA256) -> bytes:
    """Return the four bytes by which a note says which key signed it."""
    return hashing.of(name.encode() + b"\n" + kind + public)[:4]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name and the kind of signature it makes."""

    name: str
    kind: bytes
    public: bytes
    scheme: Scheme

    @property
    def key_id(self) -> bytes:
        """Return the id that stands before its signatures."""
        return key_id(self.name, self.kind, self.public, self.scheme.hashing)

    @property
    def is_witness(self) -> bool:
        """Say whether it makes cosignatures."""
        return self.kind in TIMESTAMPED

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Say whether this key made the signature over the note text."""
        if not self.is_witness:
            return self.scheme.verify(self.public, text, signature)
        time, rest = signature[:8], signature[8:]
        at = int.from_bytes(time, "big")
        return len(time) == 8 and at < 1 << 63 and self.scheme.verify(self.public, cosigned(at, text), rest)

    def __str__(self) -> str:
        encoded = base64.b64encode(self.kind + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"


@dataclass(frozen=True, slots=True)
class Signer:
    """A secret key with its name. It signs notes, or, as a witness, cosigns them."""

    name: str
    kind: bytes
    secret: bytes
    scheme: Scheme

    @property
    def verifier(self) -> Verifier:
        """Return the public side."""
        return Verifier(self.name, self.kind, self.scheme.public_of(self.secret), self.scheme)

    def sign(self, text: bytes) -> bytes:
        """Return the signature over a note text."""
        if self.kind in TIMESTAMPED:
            raise ValueError("a witness's key signs with a time: cosign")
        return self.scheme.sign(self.secret, text)

    def cosign(self, text: bytes, *, at: int) -> bytes:
        """Return the timestamped signature of a witness. ``at``: seconds since 1970."""
        if self.kind not in TIMESTAMPED:
            raise ValueError("a log's key does not cosign")
        return at.to_bytes(8, "big") + self.scheme.sign(self.secret, cosigned(at, text))

    def __str__(self) -> str:
        encoded = base64.b64encode(self.kind + self.secret).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{encoded}"


def cosigned(at: int, text: bytes) -> bytes:
    """Return what a cosignature/v1 signs: header, time, note text."""
    return f"cosignature/v1\ntime {at}\n".encode() + text


def _ed25519_public(secret: bytes) -> bytes:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _ed25519_secret() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())


def _ed25519_sign(secret: bytes, message: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(secret).sign(message)


STANDARD = Scheme(
    "standard",
    ED25519,
    COSIGNATURE,
    32,
    32,
    SHA256,
    _ed25519_secret,
    _ed25519_public,
    _ed25519_sign,
    _ed25519_verify,
)


def new_signer(name: str, scheme: Scheme = STANDARD, *, witness: bool = False) -> Signer:
    """Draw a new key."""
    return Signer(name, scheme.cosignature if witness else scheme.note, scheme.new_secret(), scheme)
