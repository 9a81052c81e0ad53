"""The national profile (国密): SM2 signatures through GmSSL's C code, SM3 through OpenSSL's. Behind the same interface."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from xinheng.core.ledger.hashing import SM3
from xinheng.core.ledger.signing import SM2, SM2_COSIGNATURE, Scheme
from xinheng.core.refusal import Refusal

USER_ID = b"1234567812345678"  # GB/T 32918.2 A.2, used where no other is agreed
_ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123


class GmMissing(Refusal):
    """The optional package for SM2 is not installed."""

    code = "ledger.gm-missing"
    message = "国密方案需要可选组件，请安装 xinheng[gm]。"


def _library() -> Any:
    try:
        import gmssl_pyx
    except ImportError:
        raise GmMissing from None
    return gmssl_pyx


def new_secret() -> bytes:
    """Return a new secret key: the number, then the point that belongs to it (the library does not work it out)."""
    public, secret = _library().sm2_key_generate()
    return bytes(secret + public)


def public_of(secret: bytes) -> bytes:
    """Return the public key: 04, x, y."""
    return b"\x04" + secret[32:]


def sign(secret: bytes, message: bytes) -> bytes:
    """Return r and s, 32 bytes each."""
    der = _library().sm2_sign(secret[:32], secret[32:], message, signer_id=USER_ID)
    r, s = decode_dss_signature(der)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether this key signed the message."""
    if len(signature) != 64 or public[:1] != b"\x04":
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < _ORDER and 0 < s < _ORDER):
        return False
    library = _library()
    try:
        return bool(library.sm2_verify(public[1:], message, encode_dss_signature(r, s), signer_id=USER_ID))
    except library.GmsslInnerError:  # a point that is not on the curve
        return False


SCHEME = Scheme("gm", SM2, SM2_COSIGNATURE, 65, 96, SM3, new_secret, public_of, sign, verify)
