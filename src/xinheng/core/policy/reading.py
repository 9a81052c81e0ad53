"""Reading policy files: TOML and CSV under ``policy/<authority>/``, from the nation down to the city."""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xinheng.core.policy.errors import Problems

Rows = tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One file, parsed: a table (TOML) or rows of text (CSV)."""

    path: str  # national/catalog/adm.penalty.toml
    authority: str
    folder: str  # catalog, codelists …; "" at the top
    stem: str
    content: dict[str, Any] | Rows
    overlay: bool = False  # an edition decided here, on top of the folder of policy


def read_chain(root: Path, authority: str, problems: Problems) -> list[str]:
    """Return the authorities whose data hold here, the highest first: national, guangdong, shenzhen."""
    chain: list[str] = []
    current: str | None = authority
    while current:
        path = root / current / "authority.toml"
        if current in chain:
            problems.add(
                f"{current}/authority.toml",
                "parent",
                "authority.circle",
                "an authority stands above itself",
                "上级机关互相指向，请改正 parent",
            )
            break
        chain.append(current)
        if not path.is_file():
            problems.add(
                f"{current}/authority.toml",
                "file",
                "authority.missing",
                f"there is no policy folder for {current}",
                f"没有名为 {current} 的政策目录，请新建 {current}/authority.toml",
            )
            break
        content = _toml(path, f"{current}/authority.toml", problems)
        current = content.get("parent") if content else None
    return chain[::-1]


def read_documents(root: Path, chain: list[str], problems: Problems, *, overlay: bool = False) -> list[Document]:
    """Read every TOML and CSV file of the chain, in a fixed order. ``overlay``: a folder of editions decided by this installation."""
    found = []
    for authority in chain:
        base = root / authority
        for path in sorted(base.rglob("*.*")):
            if path.suffix not in (".toml", ".csv"):
                continue
            relative = path.relative_to(base)
            name = f"{authority}/{relative.as_posix()}"
            content = _toml(path, name, problems) if path.suffix == ".toml" else _csv(path, name, problems)
            if content is not None:
                folder = "" if relative.parent == Path() else relative.parent.as_posix()
                found.append(Document(name, authority, folder, path.stem, content, overlay))
    return found


def _toml(path: Path, name: str, problems: Problems) -> dict[str, Any] | None:
    try:
        # Line ends are folded first: the same data must have the same digest on every system.
        return tomllib.loads(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        problems.add(name, "file", "file.unreadable", f"not valid TOML: {wrong}", f"TOML 格式有误：{wrong}")
        return None


def _csv(path: Path, name: str, problems: Problems) -> Rows | None:
    """Read rows of text; lines that begin with # are remarks."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        problems.add(name, "file", "file.unreadable", f"not UTF-8: {wrong}", "文件不是 UTF-8 编码，请另存为 UTF-8")
        return None
    lines = io.StringIO(text.replace("\r\n", "\n")).readlines()
    skipped = 0
    while skipped < len(lines) and lines[skipped].startswith("#"):
        skipped += 1
    reader = csv.reader(lines[skipped:])
    header = next(reader, None)
    if not header:
        problems.add(name, "file", "file.unreadable", "an empty file", "文件是空的")
        return None
    rows = []
    for cells in reader:
        if not cells or cells[0].startswith("#"):
            continue
        if len(cells) != len(header):
            problems.add(
                name,
                f"line {reader.line_num + skipped}",
                "file.ragged",
                f"{len(cells)} cells under {len(header)} titles",
                f"有 {len(cells)} 个单元格，表头有 {len(header)} 列，请检查逗号",
            )
            continue
        rows.append(dict(zip(header, cells, strict=True)))
    return tuple(rows)
