"""What the installation is told from outside: the database it uses, its secret and its folders."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# WAL: readers never wait for the one writer. NORMAL: a power cut may lose the last moments, never the consistency.
# The log is folded back at 64 MiB at the latest; a bulk load does so itself, sooner. The cache holds the key index of a load.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-131072; PRAGMA mmap_size=1073741824; "
    "PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=16000; PRAGMA journal_size_limit=67108864;"
)


def sqlite_database(path: Path) -> dict[str, Any]:
    """Return Django's settings for an embedded database in this file."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,  # opening the file again for each request costs two thirds of the speed
        "OPTIONS": {"timeout": 30, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS},
    }


def postgres_database(url: str) -> dict[str, Any]:
    """Return Django's settings for ``postgres://user:password@host:port/name?option=value``.

    A socket folder is given as ``?host=/path``, the way PostgreSQL's own tools write it.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def database(environ: Mapping[str, str], var: Path) -> dict[str, Any]:
    """Return the database this installation uses."""
    url = environ.get("DATABASE_URL", "")
    if not url:
        return sqlite_database(var / "xinheng.sqlite3")
    scheme = urlsplit(url).scheme
    if scheme in ("postgres", "postgresql"):
        return postgres_database(url)
    if scheme == "sqlite":
        return sqlite_database(Path(unquote(urlsplit(url).path)))
    raise ValueError(f"DATABASE_URL begins with {scheme!r}; it must be postgres://… or sqlite:///…")


def secret_key(environ: Mapping[str, str], var: Path) -> str:
    """Return the installation's secret; the first run draws one and keeps it where only its user can read it."""
    if told := environ.get("XINHENG_SECRET_KEY"):
        return told
    path = var / "secret-key"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process of the same start was faster
            pass
        else:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii")


def identity_provider(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return allauth's settings for the identity providers of officers and of legal persons; nothing where none is told."""
    told = (("city", "XINHENG_OIDC", "统一身份认证"), ("legal", "XINHENG_LEGAL_OIDC", "法人统一认证"))
    apps = [
        {
            "provider_id": name,
            "name": environ.get(f"{begin}_NAME", title),
            "client_id": environ.get(f"{begin}_CLIENT", ""),
            "secret": environ.get(f"{begin}_SECRET", ""),
            "settings": {"server_url": environ[f"{begin}_URL"], "oauth_pkce_enabled": True},
        }
        for name, begin, title in told
        if environ.get(f"{begin}_URL")
    ]
    return {"openid_connect": {"APPS": apps}} if apps else {}
