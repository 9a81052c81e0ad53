"""What is this file really? Told from its first bytes, whatever its name says."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

import orjson

from xinheng.core.intake.reading.refusal import refuse

Format = Literal["xlsx", "xls", "csv", "json", "jsonl", "parquet"]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")  # Excel 2 to 4: no container
_OTHERS = (
    (b"%PDF", " PDF 文档"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", None),  # two letters alone prove nothing
    (b"II*\x00", "图片"),
    (b"MM\x00*", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"BZh", "压缩包"),
    (b"\xfd7zXZ", "压缩包"),
    (b"{\\rtf", "RTF 文档"),
    (b"\x7fELF", "程序文件"),
    (b"MZ\x90", "程序文件"),
    (b"SQLite format 3\x00", "数据库文件"),
)
_SUFFIXES: dict[str, set[str]] = {
    "xlsx": {".xlsx", ".xlsm", ".xltx", ".xltm", ".et"},
    "xls": {".xls", ".xlt", ".et"},
    "csv": {".csv", ".tsv", ".txt", ".tab"},
    "json": {".json"},
    "jsonl": {".jsonl", ".ndjson", ".json", ".txt"},
    "parquet": {".parquet", ".pq"},
}


def detect(path: Path) -> Format:
    """Return the format of a file by its content, or refuse it with the reason."""
    with path.open("rb") as stream:
        head = stream.read(1 << 16)
    if head.startswith(b"PK\x05\x06"):
        raise refuse("file.empty")
    if head.startswith(b"PK\x03\x04"):
        return _zipped(path)
    if head.startswith(OLE):
        return _ole(path)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(_OLD_BIFF):
        raise refuse("file.not-supported", what="很早版本的 Excel 文件")
    for magic, what in _OTHERS:
        if what is not None and head.startswith(magic):
            raise refuse("file.not-a-workbook", what=what)
    return _text(head)


def misnamed(path: Path, found: str) -> bool:
    """Say whether the name promises another format than the content is."""
    suffix = path.suffix.lower()
    return suffix not in _SUFFIXES[found] and any(suffix in names for names in _SUFFIXES.values())


def _zipped(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            locked = any(info.flag_bits & 1 for info in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError):
        raise refuse("file.damaged") from None
    if any(name.startswith("word/") for name in names):
        raise refuse("file.not-a-workbook", what=" Word 文档")
    if any(name.startswith("ppt/") for name in names):
        raise refuse("file.not-a-workbook", what="演示文稿")
    if "xl/workbook.bin" in names:
        raise refuse("file.not-supported", what="二进制工作簿（xlsb）")
    if "content.xml" in names and "mimetype" in names:
        raise refuse("file.not-supported", what=" OpenDocument 表格（ods）")
    if locked:
        raise refuse("file.encrypted")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise refuse("file.not-a-workbook", what="压缩包")
    return "xlsx"


def _ole(path: Path) -> Format:
    def named(word: str) -> bytes:
        return word.encode("utf-16-le")

    with path.open("rb") as stream:
        beginning = stream.read(1 << 22)
        stream.seek(0, 2)
        stream.seek(max(stream.tell() - (1 << 20), 0))
        text = beginning + stream.read()
    if named("EncryptedPackage") in text:
        raise refuse("file.encrypted")
    if named("WordDocument") in text:
        raise refuse("file.not-a-workbook", what=" Word 文档")
    if named("PowerPoint Document") in text:
        raise refuse("file.not-a-workbook", what="演示文稿")
    return "xls"


def _text(head: bytes) -> Format:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "replace").lstrip().encode()
    start = text[:4096].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<body", b"<div", b"<style")):
        raise refuse("file.is-html")
    if start.startswith((b"<?xml", b"mime-version:")):
        if b"<html" in start:
            raise refuse("file.is-html")
        raise refuse("file.not-supported", what=" XML 表格")
    if text.startswith(b"["):
        # A CSV may begin with "[title]"; JSON goes on with an object, an end, or another value.
        after = text[1:].lstrip()[:1]
        return "json" if after in (b"{", b"]", b"[", b'"', b"") else "csv"
    if text.startswith(b"{"):
        return _json_or_lines(text)
    return "csv"


def _json_or_lines(text: bytes) -> Format:
    """One object over many lines is JSON; one object on each line is JSON Lines."""
    first = text.split(b"\n", 1)[0].strip()
    try:
        record = orjson.loads(first.decode("gb18030" if _broken_utf8(first) else "utf-8", "replace"))
    except orjson.JSONDecodeError:
        return "json" if len(first) < 1 << 15 and b"\n" in text else "jsonl"
    lists = isinstance(record, dict) and any(
        isinstance(record.get(k), list) for k in ("rows", "data", "records", "list")
    )
    return "json" if lists and not text[len(first) :].strip() else "jsonl"


def _broken_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return True
    return False
