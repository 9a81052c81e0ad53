"""Old workbooks and Parquet files are read in a process of their own.

Their readers believe the sizes a file states; a damaged file can make them ask for more memory than there is, which ends
the process they run in. That process is not the server's.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from xinheng.core.intake.reading import child
from xinheng.core.intake.reading.refusal import refuse

_ADDRESS_SPACE = 6 << 30
_SECONDS = 600
# A reader in Rust that meets the impossible panics; that is the file's fault here.
BROKEN = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError)

Piece = dict[str, Any] | pl.DataFrame


def read(module: str, path: Path, *arguments: str) -> Iterator[Piece]:
    """Yield what ``module.pieces(path, …)`` yields in a process of its own; raise ``file.damaged`` if that ends early."""
    try:
        for content in child.pieces("-m", __name__, module, str(path), *arguments):
            piece: Piece = (
                json.loads(content[1:]) if content[:1] == b"{" else pl.read_ipc_stream(io.BytesIO(content[1:]))
            )
            if isinstance(piece, dict) and "refused" in piece:
                raise refuse(piece["refused"])
            yield piece
    except child.ChildFailed:
        raise refuse("file.damaged") from None


def packed(piece: Piece) -> bytes:
    """Return a piece as bytes: a brace before facts, a hash before a frame."""
    if isinstance(piece, dict):
        return b"{" + json.dumps(piece).encode()
    content = io.BytesIO(b"#")
    content.seek(1)
    piece.write_ipc_stream(content)
    return content.getvalue()


def main(module: str, path: str, *arguments: str) -> None:
    """Read a file within limits of memory and time, and write its pieces to the standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from importlib import import_module

    out = sys.stdout.buffer
    for piece in import_module(module).pieces(Path(path), *arguments):
        content = packed(piece)
        out.write(len(content).to_bytes(8, "little") + content)
    out.write(bytes(8))
    out.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
