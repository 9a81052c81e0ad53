"""How packages describe themselves: Data Package descriptors (Frictionless), and one DCAT catalogue others can harvest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from xinheng.core.policy.model import Item
from xinheng.pages.opendata import rows, store
from xinheng.pages.opendata.store import State

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_KINDS = {pl.Int64: "integer", pl.Date: "date", pl.String: "string"}
SAID = {
    "record_id": "记录的编号，永久不变",
    "subject_code": "统一社会信用代码",
    "decided_on": "决定日期",
    "must_delete_by": "公示的最后一天；此日终了前必须删除本行的一切副本；空为没有期限",
    "publication_rule": "公示所依规则的编号",
    "labels": "标注，如异议处理中",
    "reported_by": "报送单位",
    "position": "登记库序号，越大越新",
}


def descriptor(item: Item, state: State) -> dict[str, Any]:
    """Return the descriptor of a package (datapackage.org)."""
    names = {field.name: field.zh for field in item.fields}
    fields = [
        {"name": name, "type": _KINDS[kind], "description": SAID.get(name) or names.get(name, "")}
        for name, kind in rows.schema(item).items()
    ]
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": item.id.replace(".", "-").replace("_", "-"),
        "id": item.id,
        "title": item.zh,
        "description": "只含法人和其他组织；自然人信息不在其中。使用者须按 must_delete_by 与 tombstones.csv 删除过期、撤回的行。",
        "version": f"{state.day.isoformat()}.{state.position}",
        "created": state.day.isoformat(),
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCE}],
        "sources": [{"title": f"{b.document} {b.article}".strip()} for b in item.basis],
        "register_position": state.position,
        "policy_digest": state.policy,
        "must_delete_by_field": "must_delete_by",
        "resources": [
            resource(name, state, fields if name.startswith("data") else _tombstone_fields())
            for name in state.files
            if name not in (store.DESCRIPTOR, store.SUMS)
        ],
    }


def resource(name: str, state: State, fields: list[dict[str, str]]) -> dict[str, Any]:
    """Return one file of a package."""
    known = state.files[name]
    return {
        "name": name.replace(".", "-"),
        "path": name,
        "format": name.rpartition(".")[2],
        "mediatype": store.FILES[name].partition(";")[0],
        "encoding": "utf-8",
        "bytes": known["bytes"],
        "hash": f"sha256:{known['sha256']}",
        "schema": {"fields": fields},
    }


def _tombstone_fields() -> list[dict[str, str]]:
    said = {"record_id": "不再公示的记录", "removed_on": "从本包移除的日子", "position": "移除时登记库的序号"}
    return [{"name": n, "type": _KINDS[k], "description": said[n]} for n, k in rows.TOMBSTONES.items()]


def catalogue(items: list[tuple[Item, State]], *, at: Callable[[str, str], str], publisher: str) -> dict[str, Any]:
    """Return the DCAT catalogue; ``at`` gives the address of an item's file."""
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#",
        },
        "@type": "dcat:Catalog",
        "dct:title": "公共信用信息开放数据",
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": publisher},
        "dct:language": "zh",
        "dcat:dataset": [dataset(item, state, at) for item, state in items],
    }


def dataset(item: Item, state: State, at: Callable[[str, str], str]) -> dict[str, Any]:
    """Return one dataset of the catalogue."""
    return {
        "@type": "dcat:Dataset",
        "@id": at(item.id, ""),
        "dct:identifier": item.id,
        "dct:title": item.zh,
        "dct:modified": state.day.isoformat(),
        "dct:license": LICENCE,
        "dct:accrualPeriodicity": "daily",
        "dcat:keyword": ["公共信用信息", item.zh],
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": name,
                "dcat:downloadURL": at(item.id, name),
                "dcat:mediaType": store.FILES[name].partition(";")[0],
                "dcat:byteSize": known["bytes"],
                "spdx:checksum": {"spdx:algorithm": "sha256", "spdx:checksumValue": known["sha256"]},
            }
            for name, known in state.files.items()
        ],
    }
