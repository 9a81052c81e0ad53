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
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")  # a storage of one's own; s3fs reads them, too


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

    def storage(self, name: str = "") -> tuple[fsspec.AbstractFileSystem, str]:
        """Return the file system, and a file's path in it. What it remembered of listings is forgotten: others write, too."""
        fs, path = fsspec.url_to_fs(self.path(name) if name else self.url)
        fs.invalidate_cache()
        return fs, path

    def read(self, name: str) -> bytes | None:
        """Return the content of a file; None where there is none."""
        fs, path = self.storage(name)
        try:
            content: bytes = fs.cat_file(path)
        except FileNotFoundError:
            return None
        return content

    def names(self, under: str) -> list[str]:
        """Return the names of the files of a folder, sorted; none where there is no such folder."""
        fs, path = self.storage(under)
        return sorted(found.rsplit("/", 1)[1] for found in fs.find(path))

    def write(self, name: str, content: bytes) -> None:
        """Write a file so that it is there whole or not at all."""
        if self.local:
            target = Path(self.path(name))
            target.parent.mkdir(parents=True, exist_ok=True)
            half = target.with_name(target.name + ".half")
            half.write_bytes(content)
            os.replace(half, target)
            return
        fs, path = self.storage(name)
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
        if self.local:
            return pl.scan_parquet(self.path(name))
        if self.url.startswith(_NATIVE):
            return pl.scan_parquet(self.path(name), storage_options=_options(self.url))
        content = self.read(name)
        if content is None:
            raise FileNotFoundError(self.path(name))
        return pl.read_parquet(content).lazy()

    def remove_all_but(self, kept: set[str], under: str) -> int:
        """Delete the files under a folder that nobody names any more; return how many."""
        gone = [name for name in self.names(under) if f"{under}/{name}" not in kept]
        for name in gone:
            fs, path = self.storage(f"{under}/{name}")
            fs.rm_file(path)
        return len(gone)


def _options(url: str) -> dict[str, str]:
    """Return what Polars has to be told beyond the variables it reads itself (AWS_ACCESS_KEY_ID and its kin)."""
    endpoint = next((os.environ[name] for name in _ENDPOINTS if os.environ.get(name)), "")
    if not url.startswith("s3://") or not endpoint:
        return {}
    return {"aws_endpoint_url": endpoint, "aws_allow_http": str(endpoint.startswith("http://")).lower()}


def place() -> Place:
    """Return the lake of this installation: XINHENG_LAKE, else a folder beside the register."""
    return Place(settings.XINHENG_LAKE or str(Path(settings.XINHENG_VAR) / "lake"))
