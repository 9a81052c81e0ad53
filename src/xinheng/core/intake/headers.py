"""Whose column is this? The sender's headers, told apart by official name, short code or a variant really seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from xinheng.core.intake.finding import FileUnusable, Finding, Level
from xinheng.core.intake.reading.header import fold_header
from xinheng.core.policy.model import FieldType, Item, Policy, Required, Status

PASS_THROUGH = "x_"
_fold = lru_cache(maxsize=4096)(fold_header)  # of the catalogue's own words: items share most of them


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderMap:
    """What each column of a sheet is taken for."""

    fields: Mapping[str, tuple[str, ...]]  # field name → the sender's columns that fill it (several only for sets)
    quarantined: tuple[str, ...] = ()
    passed_through: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()  # names of fields the sheet has no column for
    findings: tuple[Finding, ...] = field(default=())

    @property
    def columns(self) -> dict[str, str]:
        """The sender's header → field name."""
        return {header: name for name, headers in self.fields.items() for header in headers}


@lru_cache(maxsize=1024)
def spellings(item: Item) -> Mapping[str, str]:
    """Folded header → field name, for one item. Official names win over variants."""
    found: dict[str, str] = {}
    for f in item.fields:
        for text in (f.zh, f.name, *([f.code] if f.code else [])):
            found.setdefault(_fold(text), f.name)
    for f in item.fields:
        for text in (*f.older_codes, *f.aliases):
            found.setdefault(_fold(text), f.name)
    for text in item.ambiguous:
        found.pop(_fold(text), None)
    return MappingProxyType(found)


@lru_cache(maxsize=4)
def known_headers(policy: Policy) -> frozenset[str]:
    """Every folded header spelling any item knows: readers find the header row by it."""
    words: set[str] = set()
    for versions in policy.item_versions.values():
        for item in versions:
            words.update(spellings(item))
            words.update(_fold(text) for text in item.ambiguous)
    return frozenset(words)


def map_headers(
    header: Iterable[str],
    item: Item,
    policy: Policy,
    *,
    answers: Mapping[str, str] | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
) -> HeaderMap:
    """Map a sheet's header onto an item's fields; ``answers`` settles ambiguous headers (header → field name)."""
    known, ambiguous = spellings(item), {fold_header(k): v for k, v in item.ambiguous.items()}
    answers = {fold_header(k): v for k, v in (answers or {}).items()}
    deny = [(fold_header(word.word), word) for word in policy.deny_words]
    fields: dict[str, list[str]] = {}
    quarantined, passed, findings = [], [], []
    for title in header:
        folded = fold_header(title)
        if folded.lower().startswith(PASS_THROUGH):
            passed.append(title)
            continue
        name = answers.get(folded) or known.get(folded)
        if name is not None and name in item.by_name:
            fields.setdefault(name, []).append(title)
            continue
        quarantined.append(title)
        denied = next((word for text, word in deny if text in folded), None)
        code, message = (
            "header.unknown",
            f"目录项“{item.zh}”没有名为“{title}”的列，该列未采集，仅原样保留在退回给您的文件中。如确需归集，请在目录管理中提出增项；仅供本单位核对的列请在列名前加 x_。",
        )
        if denied is not None:
            code, message = (
                "header.denied",
                f"“{title}”属于禁止归集的信息（{denied.topic}，{denied.basis}），该列未读取、未保存。请在报送文件中删除此列。",
            )
        elif folded in ambiguous:
            options = "、".join(f"“{item.field(n).zh}”" for n in ambiguous[folded])
            code, message = (
                "header.ambiguous",
                f"“{title}”可能是{options}，系统不作猜测，该列暂未采集。请改用其中一个正式列名（命令行可用 --column '{title}=字段名' 指定）。",
            )
        findings.append(
            Finding(
                code=code, level=Level.WARNING, message=message, sheet=sheet, row=header_row, column=title, seen=title
            )
        )
    for name, titles in fields.items():
        if len(titles) > 1 and item.field(name).type is not FieldType.SET:
            raise FileUnusable(
                code="header.two-columns-one-field",
                message=f"第 {header_row} 行表头中，{'、'.join(f'“{t}”' for t in titles)}都对应“{item.field(name).zh}”，无法判断以哪一列为准。请只保留一列后重新报送。",
            )
    missing = [f.name for f in item.fields if f.name not in fields]
    for name in missing:
        f = item.field(name)
        if f.required in (Required.MANDATORY, Required.EXPECTED):
            fatal = f.required is Required.MANDATORY
            findings.append(
                Finding(
                    code="header.mandatory-missing" if fatal else "header.expected-missing",
                    level=Level.FATAL if fatal else Level.WARNING,
                    message=f"缺少必填列“{f.zh}”，全部数据行均无法采用。请补上该列后重新报送。"
                    if fatal
                    else f"缺少列“{f.zh}”。本次可以报送，建议下次补齐。",
                    sheet=sheet,
                    row=header_row,
                    field=name,
                )
            )
    return HeaderMap(
        fields={name: tuple(titles) for name, titles in fields.items()},
        quarantined=tuple(quarantined),
        passed_through=tuple(passed),
        missing=tuple(missing),
        findings=tuple(findings),
    )


def recognise(header: Iterable[str], policy: Policy, items: Iterable[Item]) -> Item | None:
    """Tell the item from a header, or ``None`` where nothing fits; a tie raises FileUnusable ``item.ambiguous``."""
    titles = [fold_header(title) for title in header]
    candidates = []
    tables = {item.id: spellings(item) for item in items}
    seen_in = {title: sum(title in table for table in tables.values()) for title in titles}
    for item in items:
        table = tables[item.id]
        matched = {table[title]: 1.0 / seen_in[title] for title in titles if title in table}
        mandatory = [f.name for f in item.fields if f.required is Required.MANDATORY]
        # Fields of the standard block stand in every item: what tells items apart is what few of them have.
        own = [name for name in matched if matched[name] > 1.5 / max(len(tables), 2)]
        if len(matched) < 2 or not own:
            continue
        lacking = sum(name not in matched for name in mandatory)
        covered = 1 - lacking / max(len(mandatory), 1)
        explained = len(matched) / max(len([t for t in titles if not t.lower().startswith(PASS_THROUGH)]), 1)
        score = sum(matched.values()) + 3 * covered + 2 * explained
        candidates.append((round(score, 6), covered, item.status is Status.ACTIVE, item))
    candidates = [c for c in candidates if c[1] >= 0.5] or candidates
    if not candidates:
        return None
    candidates.sort(key=lambda c: (c[0], c[2], c[3].id), reverse=True)
    best = candidates[0]
    rivals = [c[3] for c in candidates if best[0] - c[0] < 0.35 and c[2] == best[2]]
    if len(rivals) > 1:
        names = "、".join(f"{item.zh}（{item.id}）" for item in rivals[:5])
        raise FileUnusable(
            code="item.ambiguous",
            message=f"从表头看，这份文件可能是：{names}。请选定目录项后重新报送（命令行加 --item，例如 --item {rivals[0].id}）。",
        )
    return best[3]
