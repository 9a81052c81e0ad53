"""The log's own key: drawn at the first start, kept where only its user can read it, never replaced by the program."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from xinheng.apps.ledger import profile
from xinheng.apps.ledger.files import flush_file, folder
from xinheng.core.ledger.keys import read_signer
from xinheng.core.ledger.refusals import Malformed
from xinheng.core.ledger.signing import Signer, Verifier, new_signer


def key_path() -> Path:
    """Return where the key lies."""
    return folder() / "key"


def log_signer() -> Signer:
    """Return the log's key; the first call draws it."""
    path = key_path()
    if not path.exists():
        draw(path, new_signer(settings.XINHENG_LEDGER_ORIGIN, profile.scheme()))
    signer = read_signer(path.read_text(encoding="ascii"))
    if signer.name != settings.XINHENG_LEDGER_ORIGIN:
        raise Malformed(what=f"密钥属于 {signer.name}，而 XINHENG_LEDGER_ORIGIN 是 {settings.XINHENG_LEDGER_ORIGIN}")
    if signer.scheme is not profile.scheme():
        raise Malformed(what=f"密钥属于 {signer.scheme.name} 方案，而 XINHENG_LEDGER_PROFILE 是另一个")
    return signer


def log_verifier() -> Verifier:
    """Return the log's public key."""
    return log_signer().verifier


def draw(path: Path, signer: Signer) -> None:
    """Store a new key whole, unless one is there: of two processes starting at once, one key wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(f"{signer}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            return
        flush_file(path.parent)
    finally:
        part.unlink(missing_ok=True)
