"""What policy data may not say: rules across keys, files and authorities, each with the reason it is refused for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise

from xinheng.core.policy.errors import Problems
from xinheng.core.policy.model import CodeList, DenyWord, Department, FieldType, Item, Privacy, Status, SubjectKind
from xinheng.core.policy.spelling import fold_title

Versions = Mapping[str, tuple[tuple[str, Item], ...]]  # item id → (path, version), oldest first
Wrong = Callable[[str, str, str, str], None]  # where, code, English, Chinese
_FIRST, _LAST = date.min, date.max
_REACHED_AT = re.compile("地址|住所|住址|经营场所|电话|手机|联系方式|邮箱|传真")
_LOCAL_LAW = "深圳经济特区"


def check_versions(versions: Versions, problems: Problems) -> None:
    """No two versions of an item hold on the same day."""
    for name, found in versions.items():
        for (_, earlier), (path, later) in pairwise(found):
            if (earlier.effective_to or _LAST) > (later.effective_from or _FIRST):
                problems.add(
                    path,
                    name,
                    "item.versions-overlap",
                    f"two versions hold from {later.effective_from}: end the earlier with effective_to",
                    "两个版本的有效期重叠，请给旧版本写上 effective_to",
                )


def check_item(
    item: Item,
    authority: str,
    path: str,
    codelists: Mapping[str, CodeList],
    known_checks: frozenset[str] | None,
    problems: Problems,
) -> None:
    """Refuse what an item may not say about itself."""

    def wrong(where: str, code: str, english: str, chinese: str) -> None:
        problems.add(path, f"{item.id}.{where}" if where else item.id, code, english, chinese)

    _red_lines(item, wrong)
    if item.layer != authority:
        wrong(
            "layer",
            "item.wrong-folder",
            f"layer {item.layer} in the folder of {authority}",
            "目录层级与所在文件夹不一致",
        )
    if item.layer == "shenzhen" and not any(b.document.startswith(_LOCAL_LAW) for b in item.basis):
        wrong(
            "basis",
            "item.no-local-law",
            "a Shenzhen item needs a Shenzhen regulation as its basis (Art 33)",
            "深圳市补充目录项须以深圳地方性法规为依据（《深圳经济特区社会信用条例》第三十三条）",
        )
    if item.status is Status.ACTIVE and not _rests_on_something(item):
        wrong(
            "basis",
            "item.basis-unusable",
            "an active item needs a basis that was read and is in force",
            "启用的目录项须有已核实且有效的依据；依据未核实的请设为 inactive 并写明原因",
        )
    if item.status is Status.INACTIVE and not item.inactive_because:
        wrong("inactive_because", "item.no-reason", "an inactive item says why", "停用的目录项须写明原因")
    if known_checks is not None:
        for check in item.checks:
            if check not in known_checks:
                wrong("checks", "check.unknown", f"there is no check {check}", f"没有名为“{check}”的校验规则")
    _homes(item, wrong)
    _fields(item, codelists, wrong)
    _titles(item, wrong)


def _red_lines(item: Item, wrong: Wrong) -> None:
    persons = SubjectKind.PERSON in item.kinds
    if item.id.startswith("eva.") and persons:
        wrong(
            "kinds",
            "person.graded",
            "natural persons are never graded",
            "自然人不得评级、评分，评价类目录项不得含自然人（N）",
        )
    if item.id.startswith("fin.") and item.publish == "P":
        wrong(
            "publish",
            "finance.published",
            "data shared for financing is never published",
            "融资授权共享信息不得向社会公开",
        )
    if item.kinds == {SubjectKind.PERSON} and item.score_use:
        wrong("score_use", "person.scored", "records about persons are never scored", "自然人信息不得用于评分")
    if item.publish_person == "P":
        wrong(
            "publish_person",
            "person.published",
            "persons' records are never published by class",
            "自然人信息的公开属性不得为“社会公开”",
        )


def _homes(item: Item, wrong: Wrong) -> None:
    """The address and the telephone of an individual business may be those of a home: the item says that they are personal."""
    if SubjectKind.TRADER not in item.kinds:
        return
    for f in item.fields:
        if f.type is FieldType.TEXT and _REACHED_AT.search(f.zh) and (f.privacy_trader or f.privacy) is Privacy.PUBLIC:
            wrong(
                f"{f.name}.privacy_trader",
                "field.home-public",
                "the address or telephone of an individual business is personal: say privacy_trader",
                '个体工商户的地址、电话可能是住宅和个人电话，请写 privacy_trader = "personal"（或更严）',
            )


def _rests_on_something(item: Item) -> bool:
    start, end = item.effective_from or _FIRST, item.effective_to or _LAST
    # An item that has not ended needs a basis that has not ended either.
    return any(
        b.usable
        and (b.effective_from or _FIRST) <= max(start, b.effective_from or _FIRST) < end
        and end <= (b.effective_to or _LAST)
        for b in item.basis
    )


def _fields(item: Item, codelists: Mapping[str, CodeList], wrong: Wrong) -> None:
    by_name = item.by_name
    for what in ("name", "zh", "code"):
        values = [getattr(f, what) for f in item.fields if getattr(f, what)]
        for twice in sorted({v for v in values if values.count(v) > 1}):
            wrong(
                f"field.{twice}",
                "field.twice",
                f"two fields have the {what} {twice}",
                f"有两个字段的 {what} 都是“{twice}”",
            )
    for f in item.fields:
        if f.codelist is not None and f.codelist not in codelists:
            wrong(
                f"{f.name}.codelist",
                "codelist.dangling",
                f"there is no code list {f.codelist}",
                f"没有名为“{f.codelist}”的代码表",
            )
        elif f.codelist is not None and codelists[f.codelist].labels_repeat:
            wrong(
                f"{f.name}.codelist",
                "codelist.labels-repeat",
                "its labels repeat",
                "该代码表的名称有重复，不能作下拉选项",
            )
        if f.type in (FieldType.CODE, FieldType.SET) and f.codelist is None:
            wrong(f"{f.name}.codelist", "codelist.missing", "a code needs a code list", "代码型字段须指定代码表")
        if f.before is not None and not (f.before in by_name and by_name[f.before].type is f.type is FieldType.DATE):
            wrong(
                f"{f.name}.before",
                "field.unknown",
                f"{f.before} is no date of this item",
                f"“{f.before}”不是本目录项的日期字段",
            )
        if f.fill_from is not None and f.fill_from not in by_name:
            wrong(f"{f.name}.fill_from", "field.unknown", f"no field {f.fill_from}", f"本目录项没有字段“{f.fill_from}”")
        if f.required_when is not None:
            other, labels = f.required_when
            if other not in by_name:
                wrong(f"{f.name}.required_when", "field.unknown", f"no field {other}", f"本目录项没有字段“{other}”")
            elif (name := by_name[other].codelist) is not None and name in codelists:
                known = {e.label for e in codelists[name].entries}
                for label in sorted(set(labels) - known):
                    wrong(
                        f"{f.name}.required_when",
                        "codelist.dangling",
                        f"{label} is not in {name}",
                        f"代码表“{name}”里没有“{label}”",
                    )
    for key, names in (
        ("governing", (item.governing,)),
        ("title", (item.title,)),
        ("closing", (item.closing,) if item.closing else ()),
        ("identity", item.identity),
        *((f"ambiguous.{header}", fields) for header, fields in item.ambiguous.items()),
    ):
        for name in names:
            if name not in by_name:
                wrong(key, "field.unknown", f"no field {name}", f"本目录项没有字段“{name}”")
    if item.governing in by_name and by_name[item.governing].type is not FieldType.DATE:
        wrong("governing", "field.not-a-date", "the governing field must be a date", "起算字段（governing）须是日期")


def _titles(item: Item, wrong: Wrong) -> None:
    """One column title leads to one field, or is declared ambiguous."""
    owner: dict[str, str] = {}
    declared = {fold_title(title) for title in item.ambiguous}
    for f in item.fields:
        for title in (f.zh, f.name, f.code, *f.older_codes, *f.aliases):
            folded = fold_title(title) if title else ""
            if not folded or folded in declared:
                continue
            other = owner.setdefault(folded, f.name)
            if other != f.name:
                wrong(
                    f.name,
                    "header.two-fields",
                    f"the title {title} leads to {other} and {f.name}: declare it under [ambiguous]",
                    f"列名“{title}”同时指向“{other}”和“{f.name}”，请在 [ambiguous] 中声明",
                )


def check_denied(item: Item, path: str, words: tuple[DenyWord, ...], problems: Problems) -> None:
    """Refuse an item or a field about what may never be collected."""
    texts = [(item.id, item.zh), (item.id, item.behaviour)]
    texts += [(f"{item.id}.{f.name}", text) for f in item.fields for text in (f.zh, *f.aliases)]
    everything = "\n".join(text for _, text in texts)
    for word in words:
        if word.word not in everything:
            continue
        for where, text in texts:
            if word.word in text:
                problems.add(
                    path,
                    where,
                    "deny.word",
                    f"{text!r} is about what may not be collected ({word.basis})",
                    f"“{text}”属于禁止归集的信息（{word.topic}，{word.basis}）",
                )


def check_departments(departments: list[Department], path: str, problems: Problems) -> None:
    """Departments form a tree: each code once at a time, every parent known, nobody above itself."""
    parents = {d.code: d.parent for d in departments}
    for department in departments:
        if department.parent is not None and department.parent not in parents:
            problems.add(
                path,
                department.code,
                "department.parent-unknown",
                f"there is no department {department.parent}",
                f"没有代码为“{department.parent}”的上级部门",
            )
        seen = {department.code}
        above = department.parent
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above is not None:
            problems.add(
                path,
                department.code,
                "department.circle",
                "a department stands above itself",
                "部门的上下级关系成了环，请改正 parent",
            )
    if len(parents) != len(departments):
        problems.add(path, "code", "department.twice", "a code stands twice", "有两个部门用了同一代码")
