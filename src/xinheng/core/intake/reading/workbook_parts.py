"""The parts of an xlsx package: which sheet lies where, and whether the package is safe to unpack at all."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from xinheng.core.intake.reading import limits
from xinheng.core.intake.reading.refusal import refuse

_CHUNK = 4 << 20
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, KeyError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPart:
    """One worksheet of a workbook."""

    name: str
    part: str  # path inside the package
    hidden: bool


def chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield one part unpacked, in pieces; its real size is counted, not the size it declares."""
    total, packed = 0, max(archive.getinfo(part).compress_size, 1)
    with archive.open(part) as stream:
        while piece := stream.read(_CHUNK):
            total += len(piece)
            if total > limits.ZIP_TOTAL_BYTES or (
                total > limits.ZIP_RATIO_FROM_BYTES and total > limits.ZIP_RATIO * packed
            ):
                raise refuse("file.too-large", what=f"{part} 超过 {total >> 20} MB")
            yield piece


def require_safe(archive: zipfile.ZipFile) -> None:
    """Refuse a package that would unpack to more than any honest workbook, or whose XML defines entities."""
    entries = archive.infolist()
    if len(entries) > limits.ZIP_ENTRIES:
        raise refuse("file.too-large", what=f"内含 {len(entries)} 个部件")
    if sum(entry.file_size for entry in entries) > limits.ZIP_TOTAL_BYTES:
        raise refuse("file.too-large", what=f"超过 {limits.ZIP_TOTAL_BYTES >> 30} GB")
    if len({entry.filename for entry in entries}) != len(entries):
        raise refuse("file.damaged")  # two parts of one name: two readers could see two files


def count_part(archive: zipfile.ZipFile, part: str) -> None:
    """Unpack one part without keeping it, to be sure that it ends and defines no entities."""
    for number, piece in enumerate(chunks(archive, part)):
        if number == 0:
            require_no_doctype(piece)


def require_no_doctype(head: bytes) -> None:
    """Refuse XML with a document type: entities are how a small file becomes a large one."""
    start = head[:8192]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", "replace").encode()
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise refuse("file.unsafe-xml")


def _read(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    text = b"".join(chunks(archive, part))
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or text.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse("file.unsafe-xml")
    try:
        return ElementTree.fromstring(text)  # noqa: S314  (no document type, no entities: just refused)
    except (ElementTree.ParseError, LookupError):
        raise refuse("file.damaged") from None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Relation id → (kind, target part)."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in archive.namelist():
        raise refuse("file.damaged")
    found = {}
    for node in _read(archive, path):
        target = node.get("Target", "")
        target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[node.get("Id", "")] = (node.get("Type", "").rpartition("/")[2], target)
    return found


def sheets(path: Path) -> tuple[SheetPart, ...]:
    """Return the worksheets of a workbook in order, after making sure that it is safe to open."""
    try:
        with zipfile.ZipFile(path) as archive:
            require_safe(archive)
            workbook = next(
                (target for kind, target in _relations(archive, "").values() if kind == "officeDocument"), None
            )
            if workbook is None:
                raise refuse("file.damaged")
            relations, found = _relations(archive, workbook), []
            for node in _read(archive, workbook).iter():
                kind, target = relations.get(next((v for k, v in node.items() if _local(k) == "id"), ""), ("", ""))
                if _local(node.tag) == "sheet" and kind == "worksheet":
                    hidden = node.get("state", "visible") != "visible"
                    found.append(SheetPart(name=node.get("name", ""), part=target, hidden=hidden))
            for kind, target in relations.values():
                if kind in ("sharedStrings", "styles"):
                    count_part(archive, target)
            if any(sheet.part not in archive.namelist() for sheet in found):
                raise refuse("file.damaged")
            return tuple(found)
    except BROKEN:
        raise refuse("file.damaged") from None
