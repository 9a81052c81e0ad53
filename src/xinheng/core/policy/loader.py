"""Loading policy: read every file of the chain, build, refuse with all reasons at once, and name the result by its digest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xinheng.core.policy.building import build_deny_words, build_departments, build_item, read_blocks
from xinheng.core.policy.codelists import build_codelists
from xinheng.core.policy.digest import digest
from xinheng.core.policy.errors import PolicyError, Problems
from xinheng.core.policy.keeping import build_keep_rules
from xinheng.core.policy.model import DenyWord, Department, Item, Policy, Reading
from xinheng.core.policy.reading import Document, read_chain, read_documents
from xinheng.core.policy.validating import check_denied, check_departments, check_item, check_versions

_STANDARD, _DENY = "_standard", "_deny"


def load_policy(
    root: Path,
    authority: str = "shenzhen",
    known_checks: frozenset[str] | None = None,
    overlay: Path | None = None,
) -> Policy:
    """Return the policy of an authority and those above it, or raise PolicyError with everything that is wrong.

    ``known_checks`` are the codes items may name; without it the names of checks are taken on trust (the checks
    know the policy, so the policy cannot know the checks). ``overlay`` is a folder of later editions that this
    installation decided itself; each ends the edition before it.
    """
    problems = Problems()
    chain = read_chain(Path(root), authority, problems)
    documents = read_documents(Path(root), chain, problems) if not problems.found else []
    if overlay is not None and not problems.found:
        documents += _on_top(read_documents(overlay, chain, problems, overlay=True), documents, problems)
    codelists = build_codelists(documents, problems)
    versions, readings = _items(documents, problems)
    deny_words = _deny_words(documents, problems)
    departments = _departments(documents, problems)
    check_versions(versions, problems)
    for found in versions.values():
        for path, item in found:
            check_item(item, path.split("/", 1)[0], path, codelists, known_checks, problems)
            check_denied(item, path, deny_words, problems)
    keep_rules = build_keep_rules(documents, problems)
    tables = _tables(documents, problems)
    if problems.found:
        raise PolicyError(problems.found)
    return Policy(
        authority=authority,
        digest=digest(documents),
        item_versions=MappingProxyType({name: tuple(item for _, item in found) for name, found in versions.items()}),
        codelists=MappingProxyType(codelists),
        departments=_empowered(departments, versions, {d.path for d in documents if d.overlay}),
        tables=MappingProxyType(tables),
        deny_words=deny_words,
        readings=readings,
        keep_rules=keep_rules,
    )


@cache
def default_policy(authority: str | None = None) -> Policy:
    """Return the policy of this installation: XINHENG_POLICY and XINHENG_AUTHORITY, else the repository's own for Shenzhen."""
    return load_policy(default_folder(), authority or os.environ.get("XINHENG_AUTHORITY") or "shenzhen")


def default_folder() -> Path:
    """Return the folder the policy is read from."""
    return Path(os.environ.get("XINHENG_POLICY") or Path(__file__).resolve().parents[4] / "policy")


def _items(
    documents: list[Document], problems: Problems
) -> tuple[dict[str, tuple[tuple[str, Item], ...]], tuple[Reading, ...]]:
    blocks: dict[str, Any] = {}
    found: dict[str, list[tuple[str, Item]]] = {}
    readings = []
    catalog = [d for d in documents if d.folder == "catalog" and isinstance(d.content, dict)]
    for document in catalog:
        if document.stem == _STANDARD and isinstance(document.content, dict):
            blocks |= read_blocks(document.content, document.path, problems)
    decided: set[str] = set()  # paths of editions that end the one before them
    for document in catalog:
        table = document.content
        if document.overlay:
            decided.add(document.path)
        if document.stem.startswith("_") or not isinstance(table, dict):
            continue
        if document.stem.split("@")[0] != table.get("id"):
            problems.add(
                document.path,
                "id",
                "item.file-name",
                "the file is named for its item: <id>.toml, later versions <id>@<first day>.toml",
                "文件名须与目录项编号一致：编号.toml，后续版本为 编号@生效日.toml",
            )
        item = build_item(table, blocks, document.path, problems)
        if item is not None:
            found.setdefault(item.id, []).append((document.path, item))
        readings += list(_readings(document.path, table, str(table.get("zh", ""))))
    for document in documents:
        if document.folder != "catalog" and isinstance(document.content, dict):
            readings += list(_readings(document.path, document.content, ""))
    ordered = sorted(found.items(), key=lambda pair: (pair[1][0][1].klass, pair[0]))
    by_day = {name: tuple(sorted(v, key=lambda p: p[1].effective_from or date.min)) for name, v in ordered}
    by_day = {name: _ended(versions, decided) for name, versions in by_day.items()}
    return by_day, tuple(readings)


def _on_top(later: list[Document], base: list[Document], problems: Problems) -> list[Document]:
    """Return the editions decided here; one of a name the folder of policy has already is refused."""
    known = {document.path for document in base}
    for document in later:
        if document.path in known or document.folder != "catalog":
            problems.add(
                document.path,
                "file",
                "overlay.in-the-way",
                "the folder of policy has a file of this name, or this is no edition of an item",
                "政策目录里已有同名文件，或这不是目录项的版本",
            )
    return later


def _ended(versions: tuple[tuple[str, Item], ...], decided: set[str]) -> tuple[tuple[str, Item], ...]:
    """End each edition on the day the next one begins, where that one was decided here."""
    ended = list(versions)
    for place, (path, later) in enumerate(versions[1:], start=1):
        before_path, earlier = ended[place - 1]
        begins = later.effective_from
        if path in decided and begins and (earlier.effective_to is None or earlier.effective_to > begins):
            ended[place - 1] = (before_path, replace(earlier, effective_to=begins))
    return tuple(ended)


def _readings(path: str, table: dict[str, Any], name: str) -> Iterator[Reading]:
    """Find every place that says when it was last read against its source."""
    title = " ".join(str(table[key]) for key in ("id", "zh") if key in table) or name
    if isinstance(when := table.get("verified_on"), date):
        yield Reading(path=path, name=title, verified_on=when, verify_every=int(table.get("verify_every", 365)))
    for value in table.values():
        for part in value if isinstance(value, list) else (value,):
            if isinstance(part, dict):
                yield from _readings(path, part, title)


def _deny_words(documents: list[Document], problems: Problems) -> tuple[DenyWord, ...]:
    words: list[DenyWord] = []
    for d in documents:
        if d.folder == "catalog" and d.stem == _DENY and isinstance(d.content, dict):
            words += build_deny_words(d.content.get("deny", ()), d.path, problems)
    return tuple(words)


def _departments(documents: list[Document], problems: Problems) -> list[Department]:
    departments: list[Department] = []
    for d in documents:
        if d.folder == "" and d.stem == "departments" and isinstance(d.content, tuple):
            departments += build_departments(d.content, d.path, problems)
    check_departments(departments, "departments.csv", problems)
    return departments


def _empowered(
    departments: list[Department], versions: dict[str, tuple[tuple[str, Item], ...]], decided: set[str]
) -> tuple[Department, ...]:
    """Add items that began here to the powers of the departments they name: departments.csv cannot know them yet."""
    begun = [found[0][1].id for found in versions.values() if found[0][0] in decided]
    if not begun:
        return tuple(departments)
    latest = {name: set(versions[name][-1][1].sources) for name in begun}
    return tuple(
        replace(d, items=(*d.items, *named))
        if (named := [i for i, said in latest.items() if said & {d.short, d.name, *d.aliases} and i not in d.items])
        else d
        for d in departments
    )


def _tables(documents: list[Document], problems: Problems) -> dict[str, object]:
    """Collect what other capabilities model themselves; lists of higher authorities come first, single values of lower ones win."""
    tables: dict[str, Any] = {}
    for d in documents:
        if d.folder == "catalog" or d.path.endswith("departments.csv"):
            continue
        if d.folder == "codelists" and isinstance(d.content, dict):
            continue
        key = f"{d.folder}/{d.stem}" if d.folder else f"{d.stem}/{d.authority}"
        above = tables.get(key)
        if above is None:
            tables[key] = d.content
        elif isinstance(above, tuple) and isinstance(d.content, tuple):
            tables[key] = above + d.content
        elif isinstance(above, dict) and isinstance(d.content, dict):
            merged = dict(above)
            for name, value in d.content.items():
                both = isinstance(value, list) and isinstance(merged.get(name), list)
                merged[name] = [*merged[name], *value] if both else value
            tables[key] = merged
        else:
            problems.add(
                d.path, "file", "table.two-kinds", f"{key} is both TOML and CSV", "同名文件既有 TOML 又有 CSV，请改名"
            )
    return tables
