"""A tiny policy of one item, written to disk, to be spoiled in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from xinheng.core.policy import Policy, PolicyError, load_policy

AUTHORITIES = {
    "national/authority.toml": 'id = "national"\nzh = "全国"\n',
    "guangdong/authority.toml": 'id = "guangdong"\nzh = "广东省"\nparent = "national"\n',
    "shenzhen/authority.toml": 'id = "shenzhen"\nzh = "深圳市"\nparent = "guangdong"\n',
}
ITEM: Mapping[str, Any] = {
    "id": "adm.try", "zh": "试验信息", "en": "a try", "class": "03", "layer": "national", "kinds": ["E"],
    "behaviour": "受到试验", "sources": ["*"], "channel": "接口", "frequency": "e", "share": "U", "share_scope": ["行政机关"],
    "publish": "P", "publication_rule": "valid", "retention": "P5Y", "polarity": "neutral", "governing": "decided_on",
    "title": "doc_no", "identity": ["doc_no"], "checks": [],
    "basis": [{"document": "试验法", "article": "第一条", "certainty": "read"}],
    "field": [
        {"name": "doc_no", "zh": "文号", "type": "doc_no", "required": "M"},
        {"name": "decided_on", "zh": "决定日期", "type": "date"},
        {"name": "valid_to", "zh": "有效期至", "type": "date", "before": "decided_on"},
        {"name": "kind", "zh": "种类", "type": "code", "codelist": "kind"},
    ],
}  # fmt: skip
KINDS: Mapping[str, Any] = {
    "id": "kind",
    "zh": "种类",
    "basis": {"document": "试验法", "certainty": "read"},
    "entries": ["甲", "乙"],
}


class Day(str):
    """A TOML date, to be written without quotes."""


def toml(value: Any) -> str:
    """Write a value as TOML (inline), enough for tests."""
    if isinstance(value, Day):
        return str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{orjson.dumps(k).decode()} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    return orjson.dumps(value).decode()


def document(table: Mapping[str, Any]) -> str:
    """Write a table as a TOML document."""
    return "".join(f"{key} = {toml(value)}\n" for key, value in table.items())


class Tiny:
    """A policy folder in the making."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in AUTHORITIES.items():
            self.write(name, text)
        self.item()
        self.codelist()

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")

    def item(self, *, at: str | None = None, without: tuple[str, ...] = (), **changes: Any) -> None:
        table = {k: v for k, v in {**ITEM, **changes}.items() if k not in without}
        self.write(at or f"national/catalog/{table.get('id', 'adm.try')}.toml", document(table))

    def field(self, name: str, **changes: Any) -> None:
        fields = [{**f, **changes} if f["name"] == name else f for f in ITEM["field"]]
        self.item(field=fields)

    def add_field(self, **field: Any) -> None:
        self.item(field=[*ITEM["field"], field])

    def codelist(self, *, at: str = "national/codelists/kind.toml", **changes: Any) -> None:
        self.write(at, document({"codelist": [{**KINDS, **changes}]}))

    def load(self, **options: Any) -> Policy:
        return load_policy(self.root, **options)

    def codes(self, **options: Any) -> list[str]:
        """Return the codes of all problems, none where the policy loads."""
        try:
            self.load(**options)
        except PolicyError as refused:
            return [error.code for error in refused.errors]
        return []

    def errors(self) -> list[str]:
        with pytest.raises(PolicyError) as refused:
            self.load()
        return [str(error) for error in refused.value.errors]


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    """A policy of one item that loads."""
    return Tiny(tmp_path)


@pytest.fixture
def day() -> Callable[[str], Day]:
    """Make a TOML date."""
    return Day
