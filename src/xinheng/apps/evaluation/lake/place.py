"""Where the lake lies: a local folder, or any storage fsspec knows (s3://bucket/lake)."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path

import fsspec
import polars as pl
from django.conf import settings

# Small enough for pruning, large enough to be read in one stroke. Dictionary and run-length coding do the rest.
_WRITE = {"compression": "zstd", "compression_level": 3, "statistics": True, "row_group_size": 500_000}
_NATIVE = ("s3://", "gs://", "az://")  # Polars reads these itself, in pieces


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of files. A file once named in the manifest never changes: whoever reads sees one state."""

    url: str

    @property
    def local(self) -> bool:
        """Whether it is a folder of this machine."""
        return "://" not in self.url

    def path(self, name: str) -> str:
        """Return the address of a file."""
        return f"{self.url.rstrip('/')}/{name}"

    def read(self, name: str) -> bytes | None:
        """Return the content of a file; None where there is none."""
        fs, path = fsspec.url_to_fs(self.path(name))
        return fs.cat_file(path) if fs.exists(path) else None

    def write(self, name: str, content: bytes) -> None:
        """Write a file so that it is there whole or not at all."""
        if self.local:
            target = Path(self.path(name))
            target.parent.mkdir(parents=True, exist_ok=True)
            half = target.with_name(target.name + ".half")
            half.write_bytes(content)
            os.replace(half, target)
            return
        fs, path = fsspec.url_to_fs(self.path(name))
        fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        fs.pipe_file(path, content)

    def write_frame(self, name: str, frame: pl.DataFrame) -> int:
        """Write a frame as Parquet; return its size in bytes."""
        buffer = io.BytesIO()
        frame.write_parquet(buffer, **_WRITE)  # type: ignore[arg-type]
        content = buffer.getvalue()
        self.write(name, content)
        return len(content)

    def scan(self, name: str) -> pl.LazyFrame:
        """Return a Parquet file for reading; only the columns and row groups asked for are fetched."""
        if self.local or self.url.startswith(_NATIVE):
            return pl.scan_parquet(self.path(name))
        content = self.read(name)
        if content is None:
            raise FileNotFoundError(self.path(name))
        return pl.read_parquet(content).lazy()

    def remove_all_but(self, kept: set[str], under: str) -> int:
        """Delete the files under a folder that nobody names any more; return how many."""
        fs, root = fsspec.url_to_fs(self.path(under))
        if not fs.exists(root):
            return 0
        gone = [path for path in fs.find(root) if f"{under}/{path.rsplit('/', 1)[1]}" not in kept]
        for path in gone:
            fs.rm_file(path)
        return len(gone)


def place() -> Place:
    """Return the lake of this installation: XINHENG_LAKE, else a folder beside the register."""
    return Place(settings.XINHENG_LAKE or str(Path(settings.XINHENG_VAR) / "lake"))
