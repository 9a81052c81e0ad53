"""Code lists (代码表): from a file of their own, from a CSV beside it, or added to by the city."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xinheng.core.policy.building import build_basis, day, split
from xinheng.core.policy.errors import Problems
from xinheng.core.policy.model import CodeEntry, CodeList
from xinheng.core.policy.reading import Document, Rows
from xinheng.core.policy.shape import CODELIST, ENTRY, conforms


def build_codelists(documents: list[Document], problems: Problems) -> dict[str, CodeList]:
    """Build every code list of the chain; a lower authority may add entries with ``extends = true``."""
    rows = {
        (d.authority, d.stem): d.content
        for d in documents
        if d.folder == "codelists" and d.path.endswith(".csv") and isinstance(d.content, tuple)
    }
    lists: dict[str, CodeList] = {}
    for document in documents:
        if document.folder != "codelists" or not isinstance(document.content, dict):
            continue
        for table in document.content.get("codelist", ()):
            name = str(table.get("id", "?"))
            if not conforms(table, CODELIST, ("id", "zh", "basis"), document.path, name, problems):
                continue
            entries = _entries(
                table, rows.get((document.authority, table.get("entries_from", ""))), document.path, problems
            )
            basis = build_basis(table["basis"], document.path, f"{name}.basis", problems)
            if basis is None:
                continue
            above = lists.get(name)
            if (above is not None) != table.get("extends", False):
                problems.add(
                    document.path,
                    name,
                    "codelist.twice" if above else "codelist.extends-nothing",
                    "add to a list with extends = true, or name the new one otherwise",
                    "代码表重名，或要补充的代码表不存在：补充上级代码表请写 extends = true",
                )
                continue
            lists[name] = CodeList(
                id=name,
                zh=table["zh"],
                basis=above.basis if above else basis,
                entries=(*above.entries, *entries) if above else entries,
                closed=above.closed if above else table.get("closed", True),
                suffix_labels=frozenset(table.get("suffix_labels", ()))
                | (above.suffix_labels if above else frozenset()),
                labels_repeat=above.labels_repeat if above else table.get("labels_repeat", False),
            )
            _no_overlap(lists[name], document.path, problems)
    return lists


def _entries(table: Mapping[str, Any], rows: object, path: str, problems: Problems) -> tuple[CodeEntry, ...]:
    name = table["id"]
    if "entries_from" in table:
        if not isinstance(rows, tuple):
            problems.add(
                path,
                f"{name}.entries_from",
                "codelist.file-missing",
                f"no {table['entries_from']}.csv beside it",
                f"同一文件夹里没有 {table['entries_from']}.csv",
            )
            return ()
        return _from_rows(rows)
    found = []
    for entry in table.get("entries", ()):
        if isinstance(entry, str):
            found.append(CodeEntry(code=entry, label=entry))
        elif conforms(entry, ENTRY, ("label",), path, f"{name}.entries", problems):
            values = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
            found.append(CodeEntry(**{"code": entry["label"], **values}))
    if not found:
        problems.add(path, name, "codelist.empty", "a code list needs entries", "代码表没有任何值")
    return tuple(found)


def _from_rows(rows: Rows) -> tuple[CodeEntry, ...]:
    return tuple(
        CodeEntry(
            code=row["code"],
            label=row["label"],
            en=row.get("en", ""),
            aliases=split(row["aliases"]) if row.get("aliases") else (),
            effective_from=day(row.get("effective_from", "")),
            effective_to=day(row.get("effective_to", "")),
        )
        for row in rows
    )


def _no_overlap(codelist: CodeList, path: str, problems: Problems) -> None:
    """On any one day a code means one thing, and a label has one code."""
    if codelist.labels_repeat and len({entry.code for entry in codelist.entries}) == len(codelist.entries):
        return
    seen: dict[str, list[CodeEntry]] = {}
    for entry in codelist.entries:
        keys = {"code " + entry.code} if codelist.labels_repeat else {"code " + entry.code, "label " + entry.label}
        for key in keys:
            for other in seen.setdefault(key, []):
                if _overlap(entry, other):
                    problems.add(
                        path,
                        f"{codelist.id}.{key.split(' ', 1)[1]}",
                        "codelist.entries-overlap",
                        f"{key} stands twice on the same days",
                        f"“{key.split(' ', 1)[1]}”在同一时期出现两次，请给旧值写上 effective_to",
                    )
            seen[key].append(entry)


def _overlap(a: CodeEntry, b: CodeEntry) -> bool:
    starts_before = b.effective_to is None or a.effective_from is None or a.effective_from < b.effective_to
    return starts_before and (a.effective_to is None or b.effective_from is None or b.effective_from < a.effective_to)
