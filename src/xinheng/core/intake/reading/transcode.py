"""GB18030 and UTF-16 text as UTF-8 blocks: small files here, large ones decoded beside the parsing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from xinheng.core.intake.reading import child, transcoding

BESIDE_FROM = 24 << 20  # bytes from which a second process pays for its start


def blocks(path: Path, encoding: str, newline: str) -> Iterator[bytes]:
    """Yield UTF-8 blocks, each ending with a complete record; raise PolarsError where the text cannot be cut or decoded."""
    try:
        if path.stat().st_size >= BESIDE_FROM:
            yield from child.pieces("-I", transcoding.__file__, str(path), encoding, newline)
        else:
            with path.open("rb") as stream:
                yield from transcoding.blocks(stream, encoding, newline)
    except (child.ChildFailed, ValueError) as error:
        raise pl.exceptions.ComputeError("cannot be transcoded in blocks") from error
