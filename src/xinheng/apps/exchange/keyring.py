"""This node's own key: drawn once, kept where only its user can read it. With it messages and statements are signed."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from xinheng.apps.ledger.keyring import log_verifier
from xinheng.core.exchange.pairing import exchange_public
from xinheng.core.ledger.keys import read_signer
from xinheng.core.ledger.signing import Signer, new_signer


def path() -> Path:
    """Return where the key lies."""
    return Path(settings.XINHENG_VAR) / "exchange" / "node-key"


def own() -> Signer:
    """Return this node's key; the first call draws it."""
    file = path()
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        signer = new_signer(settings.XINHENG_NODE)
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was faster
            pass
        else:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(f"{signer}\n")
    return read_signer(file.read_text(encoding="utf-8"))


def card(signer: Signer | None = None) -> dict[str, str]:
    """Return what another node must know to exchange with this one. All of it is public."""
    signer = signer or own()
    public = exchange_public(signer.secret).hex()
    return {"key": str(signer.verifier), "public": public, "log": str(log_verifier())}
