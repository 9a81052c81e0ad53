"""From parsed files to values: items with their standard fields merged in, code lists, departments, deny words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from xinheng.core.policy.errors import Problems
from xinheng.core.policy.fieldwords import GOOD, HOW
from xinheng.core.policy.model import (
    Basis,
    Certainty,
    DenyWord,
    Department,
    Field,
    FieldType,
    Item,
    Privacy,
    Required,
    Status,
    SubjectKind,
)
from xinheng.core.policy.reading import Rows
from xinheng.core.policy.shape import BASIS, FIELD, ITEM, conforms, one_of

Table = Mapping[str, Any]
Blocks = Mapping[str, "list[Standard]"]

_CERTAINTIES, _TYPES, _REQUIRED, _PRIVACY, _KINDS = (
    frozenset(member.value for member in words) for words in (Certainty, FieldType, Required, Privacy, SubjectKind)
)
_NOT_OF_THE_ITEM = ("class", "field", "standard", "examples", "verified_on", "verify_every")
_ITEM_NEEDS = (
    "id",
    "zh",
    "en",
    "class",
    "layer",
    "kinds",
    "publication_rule",
    "polarity",
    "governing",
    "title",
    "identity",
)
# 深圳经济特区社会信用条例 Art 34: what every item must state, and the key that states it.
ART_34 = MappingProxyType(
    {
        "behaviour": "具体行为",
        "sources": "归集来源",
        "channel": "归集渠道",
        "publish": "公开属性",
        "share": "共享属性",
        "share_scope": "共享范围",
        "retention": "保存期限",
        "frequency": "更新频次",
    }
)


def build_basis(table: Table, path: str, where: str, problems: Problems) -> Basis | None:
    """Build one basis (依据)."""
    if not conforms(table, BASIS, ("document", "certainty"), path, where, problems):
        return None
    if not one_of(table["certainty"], _CERTAINTIES, path, f"{where}.certainty", problems):
        return None
    return Basis(**{**table, "certainty": Certainty(table["certainty"])})


@dataclass(frozen=True, slots=True)
class Standard:
    """One field of a standard block, built once for all items that share it."""

    field: Field
    last: bool  # behind the item's own fields


def read_blocks(content: Table, path: str, problems: Problems) -> dict[str, list[Standard]]:
    """Build the named blocks of standard fields (标准字段)."""
    blocks: dict[str, list[Standard]] = {}
    for name, block in content.items():
        tables = block.get("field") if isinstance(block, dict) else None
        if not isinstance(tables, list):
            problems.add(path, name, "block.empty", "a block needs [[name.field]]", "标准字段块缺少 field")
            continue
        built = [(build_field(table, path, name, problems), table.get("place") == "last") for table in tables]
        blocks[name] = [Standard(spec, last) for spec, last in built if spec is not None]
    return blocks


def build_field(table: Table, path: str, where: str, problems: Problems) -> Field | None:
    """Build one field."""
    where = f"{where}.{table.get('name', '?')}"
    if not conforms(table, FIELD, ("name", "zh"), path, where, problems):
        return None
    kind, required, privacy = table.get("type", "text"), table.get("required", "O"), table.get("privacy", "public")
    trader = table.get("privacy_trader", privacy)
    if not (
        one_of(kind, _TYPES, path, f"{where}.type", problems)
        and one_of(required, _REQUIRED, path, f"{where}.required", problems)
        and one_of(privacy, _PRIVACY, path, f"{where}.privacy", problems)
        and one_of(trader, _PRIVACY, path, f"{where}.privacy_trader", problems)
    ):
        return None
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items() if k != "place"}
    values |= {"type": FieldType(kind), "required": Required(required), "privacy": Privacy(privacy)}
    if "privacy_trader" in table:
        values["privacy_trader"] = Privacy(trader)
    values.setdefault("rule", HOW.get(kind, ""))
    if required in ("M", "R"):  # what is filled only sometimes has no place in an example row
        values.setdefault("example", GOOD.get(kind, ""))
    if "required_when" in table:
        condition = table["required_when"]
        labels = condition.get("has", ())
        labels = (labels,) if isinstance(labels, str) else tuple(labels)
        if not isinstance(condition.get("field"), str) or not labels:
            problems.add(
                path,
                f"{where}.required_when",
                "condition.malformed",
                'required_when needs field and has, as {field = "kinds", has = "罚款"}',
                '条件必填应写成 {field = "kinds", has = "罚款"}',
            )
            return None
        values["required_when"] = (condition["field"], labels)
    return Field(**values)


def _merged(own: list[Field], table: Table, blocks: Blocks, path: str, problems: Problems) -> list[Field]:
    """Put the standard blocks around an item's own fields; what the item says itself wins."""
    item, named, examples = str(table["id"]), table.get("standard"), table.get("examples", {})
    first: list[Field] = []
    last: list[Field] = []
    names = {f.name for f in own}
    titles = {title for f in own for title in (f.zh, *f.aliases)}
    for block in [named] if isinstance(named, str) else named or ():
        if block not in blocks:
            problems.add(
                path,
                f"{item}.standard",
                "block.unknown",
                f"no standard block {block!r}",
                f"没有名为“{block}”的标准字段块",
            )
            continue
        for standard in blocks[block]:
            spec = standard.field
            if spec.name in names:
                continue
            names.add(spec.name)
            if not titles.isdisjoint(spec.aliases):  # an item's own column title is never taken for a standard one
                spec = replace(spec, aliases=tuple(a for a in spec.aliases if a not in titles))
            if spec.name in examples:
                spec = replace(spec, example=str(examples[spec.name]))
            (last if standard.last else first).append(spec)
    for name in set(examples) - names:
        problems.add(path, f"{item}.examples", "field.unknown", f"no field {name}", f"本目录项没有字段“{name}”")
    return [*first, *own, *last]


def build_item(table: Table, blocks: Blocks, path: str, problems: Problems) -> Item | None:
    """Build one version of a catalogue item."""
    name = str(table.get("id", path))
    fits = conforms(table, ITEM, _ITEM_NEEDS, path, name, problems)
    for key, zh in ART_34.items():
        if table.get(key) in (None, "", []):
            problems.add(
                path,
                f"{name}.{key}",
                "item.attribute-missing",
                f"{key} is missing: Art 34 asks every item to state it",
                f"缺少“{zh}”（{key}）：《深圳经济特区社会信用条例》第三十四条要求每个目录项写明",
            )
            fits = False
    if not table.get("basis"):
        problems.add(path, name, "item.basis-missing", "an item needs a basis", "目录项没有依据，不能收录")
        fits = False
    if not fits or not _words_are_known(table, path, name, problems):
        return None
    own = [build_field(f, path, name, problems) for f in table.get("field", ())]
    fields = _merged([f for f in own if f is not None], table, blocks, path, problems)
    basis = [build_basis(b, path, f"{name}.basis", problems) for b in table["basis"]]
    kept = {k: v for k, v in table.items() if k not in _NOT_OF_THE_ITEM}
    ambiguous = {header: tuple(names) for header, names in table.get("ambiguous", {}).items()}
    values: dict[str, Any] = {
        "deadline_working_days": None,
        "publish_person": "X",
        "score_use": False,
        "storage": "register",
        "plan": (),
        "inactive_because": "",
        "checks": (),
        **{k: tuple(v) if isinstance(v, list) else v for k, v in kept.items()},
        "klass": table["class"],
        "kinds": frozenset(SubjectKind(k) for k in table["kinds"]),
        "status": Status(table.get("status", "active")),
        "ambiguous": MappingProxyType(ambiguous),
        "basis": tuple(b for b in basis if b is not None),
        "fields": tuple(fields),
    }
    return Item(**values)


_VOCABULARY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "frequency": frozenset(("rt", "d", "w", "m", "q", "h", "y", "e")),
        "share": frozenset("UCN"),
        "publish": frozenset("PQGX"),
        "publish_person": frozenset("PQGX"),
        "polarity": frozenset(("neutral", "negative", "positive", "both")),
        "storage": frozenset(("register", "lake")),
        "status": frozenset(("active", "inactive")),
    }
)


def _words_are_known(table: Table, path: str, name: str, problems: Problems) -> bool:
    fits = True
    for key, allowed in _VOCABULARY.items():
        if key in table:
            fits = one_of(table[key], allowed, path, f"{name}.{key}", problems) and fits
    for kind in table["kinds"]:
        fits = one_of(kind, _KINDS, path, f"{name}.kinds", problems) and fits
    return fits


def build_departments(rows: Rows, path: str, problems: Problems) -> list[Department]:
    """Build the departments of a CSV table; lists are joined with semicolons."""
    found = []
    for number, row in enumerate(rows, start=1):
        if not row.get("code") or not row.get("name"):
            problems.add(path, f"row {number}", "department.nameless", "code or name is missing", "缺少代码或名称")
            continue
        found.append(
            Department(
                code=row["code"],
                name=row["name"],
                short=row.get("short", ""),
                region=row.get("region", ""),
                parent=row.get("parent") or None,
                aliases=split(row.get("aliases", "")),
                items=split(row.get("items", "")) or ("*",),
                effective_from=day(row.get("effective_from", "")),
                effective_to=day(row.get("effective_to", "")),
            )
        )
    return found


def build_deny_words(tables: Iterable[Table], path: str, problems: Problems) -> list[DenyWord]:
    """Build the words that may not be collected."""
    found = []
    for table in tables:
        if conforms(
            table,
            {"words": "list of text", "topic": "text", "basis": "text"},
            ("words", "topic", "basis"),
            path,
            "deny",
            problems,
        ):
            found += [DenyWord(word=w, topic=table["topic"], basis=table["basis"]) for w in table["words"]]
    return found


def split(text: str) -> tuple[str, ...]:
    """Cut a cell at semicolons."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


def day(text: str) -> date | None:
    """Read an ISO day, or nothing."""
    return date.fromisoformat(text) if text else None
