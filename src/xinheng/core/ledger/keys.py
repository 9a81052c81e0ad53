"""Reading keys from the text forms they are handed around in, whichever profile they belong to."""

from __future__ import annotations

from xinheng.core.ledger import gm
from xinheng.core.ledger.note import decode64, is_name
from xinheng.core.ledger.refusals import Malformed
from xinheng.core.ledger.signing import STANDARD, Scheme, Signer, Verifier

SCHEMES = {"standard": STANDARD, "gm": gm.SCHEME}
_HEAD = "PRIVATE+KEY+"


def read_verifier(text: str) -> Verifier:
    """Read a verifier key (``name+id+key``). Raises Malformed."""
    name, encoded, claimed = _parts(text.strip())
    for scheme in SCHEMES.values():
        for kind in (scheme.cosignature, scheme.note):
            if encoded.startswith(kind) and len(encoded) == len(kind) + scheme.public_bytes:
                found = Verifier(name, kind, encoded[len(kind) :], scheme)
                if found.key_id != claimed:
                    raise Malformed(what="公钥的编号与内容不符")
                return found
    raise Malformed(what="不认识的公钥类型")


def read_signer(text: str) -> Signer:
    """Read a secret key. Raises Malformed, without saying any of it."""
    told = text.strip()
    if not told.startswith(_HEAD):
        raise Malformed(what="不是密钥")
    name, encoded, claimed = _parts(told.removeprefix(_HEAD))
    for scheme in SCHEMES.values():
        for kind in (scheme.cosignature, scheme.note):
            if encoded.startswith(kind) and len(encoded) == len(kind) + scheme.secret_bytes:
                found = Signer(name, kind, encoded[len(kind) :], scheme)
                if found.verifier.key_id != claimed:
                    raise Malformed(what="密钥的编号与内容不符")
                return found
    raise Malformed(what="不认识的密钥类型")


def scheme_named(name: str) -> Scheme:
    """Return a profile by its name."""
    if name not in SCHEMES:
        raise Malformed(what=f"不认识的密码方案 {name}")
    return SCHEMES[name]


def _parts(text: str) -> tuple[str, bytes, bytes]:
    name, _, rest = text.partition("+")
    claimed, plus, encoded = rest.partition("+")
    if not plus or not is_name(name) or len(claimed) != 8:
        raise Malformed(what="密钥格式不对")
    try:
        return name, decode64(encoded), bytes.fromhex(claimed)
    except ValueError:
        raise Malformed(what="密钥格式不对") from None
