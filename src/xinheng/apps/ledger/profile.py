"""Which cryptography this installation's ledger uses: chosen before the first record, then for good."""

from __future__ import annotations

from django.conf import settings

from xinheng.core.ledger.hashing import Hashing
from xinheng.core.ledger.keys import scheme_named
from xinheng.core.ledger.signing import Scheme


def scheme() -> Scheme:
    """Return the profile: hash and signature."""
    return scheme_named(settings.XINHENG_LEDGER_PROFILE)


def hashing() -> Hashing:
    """Return the hash of the tree, of commitments and of the subject map."""
    return scheme().hashing
