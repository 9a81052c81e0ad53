"""Builders with defaults: a small policy, departments, officers, and rows that are right unless told otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from xinheng.core.identifiers import orgcode, uscc
from xinheng.core.policy import load_policy
from xinheng.core.policy.model import (
    Basis,
    Certainty,
    Department,
    Field,
    FieldType,
    Item,
    Policy,
    Privacy,
    Required,
    Status,
    SubjectKind,
)

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # ten in the morning in Shenzhen
DAY = date(2026, 11, 23)
ROOT = Path(__file__).resolve().parents[2]
M, O = Required.MANDATORY, Required.OPTIONAL  # noqa: E741  the letters of the national table
BASIS = Basis(document="测试用依据", certainty=Certainty.READ)
PHONE = False  # an item may hold a personal field
LONGEST_FACTS = 200  # a province may be stricter
_numbers = count(1)


def later(**by: float) -> datetime:
    """Return an instant after AT."""
    return AT + timedelta(**by)


def code(number: int, *, prefix: str = "91") -> str:
    """Return a valid unified code."""
    body = f"{number:08d}"
    first = f"{prefix}440300{body}{orgcode.check_character(body)}"
    return first + uscc.check_character(first)


def _item(item_id: str, zh: str, fields: tuple[Field, ...], **given: Any) -> Item:
    told: dict[str, Any] = {
        "en": item_id,
        "klass": "03",
        "layer": "national",
        "kinds": frozenset(SubjectKind),
        "behaviour": "",
        "sources": ("*",),
        "channel": "",
        "frequency": "d",
        "deadline_working_days": 7,
        "share": "U",
        "share_scope": (),
        "publish": "P",
        "publish_person": "X",
        "publication_rule": "valid",
        "retention": "P5Y",
        "polarity": "neutral",
        "score_use": False,
        "storage": "register",
        "plan": (),
        "basis": (BASIS,),
        "status": Status.ACTIVE,
        "inactive_because": "",
        "governing": "decided_on",
        "title": "doc_no",
        "identity": ("doc_no",),
        "checks": (),
    }
    return Item(id=item_id, zh=zh, fields=fields, **(told | given))


def _subject_fields() -> tuple[Field, ...]:
    return (
        Field(name="subject_name", zh="主体名称", required=M, max_length=200),
        Field(name="subject_type", zh="主体类别"),
        Field(name="subject_code", zh="统一社会信用代码", type=FieldType.USCC),
        Field(name="regno", zh="工商注册号", type=FieldType.REGNO),
        Field(name="orgcode", zh="组织机构代码", type=FieldType.ORGCODE),
        Field(name="person_id_type", zh="证件类型"),
        Field(name="person_id", zh="证件号码", type=FieldType.PERSON_ID, privacy=Privacy.SEALED),
    )


@cache
def policy() -> Policy:
    """Return a policy of two items: penalties, and the registration of enterprises."""
    penalty = _item(
        "adm.penalty",
        "行政处罚信息",
        (
            *_subject_fields(),
            Field(name="doc_no", zh="决定书文号", required=M),
            Field(name="facts", zh="违法事实", required=M, max_length=LONGEST_FACTS),
            Field(name="decided_on", zh="处罚决定日期", type=FieldType.DATE, required=M, past=True),
            Field(name="organ", zh="处罚机关"),
            *((Field(name="phone", zh="经办人电话", privacy=Privacy.PERSONAL),) if PHONE else ()),
            Field(name="organ_code", zh="处罚机关统一社会信用代码", type=FieldType.USCC),
        ),
        checks=("subject.person-gate",),
    )
    registration = _item(
        "reg.enterprise",
        "企业登记基本信息",
        (
            *_subject_fields(),
            Field(name="approved_on", zh="核准日期", type=FieldType.DATE, required=M),
            Field(name="state", zh="登记状态"),
        ),
        kinds=frozenset({SubjectKind.ENTERPRISE}),
        governing="approved_on",
        title="subject_name",
        identity=("subject_code",),
        klass="01",
    )
    return Policy(
        authority="test",
        digest="sha256:test",
        item_versions={"adm.penalty": (penalty,), "reg.enterprise": (registration,)},
        codelists={},
        tables=load_policy(ROOT / "policy").tables,  # the publication rules are the real ones
        keep_rules=load_policy(ROOT / "policy").keep_rules,
        departments=(
            Department(code=code(70_000_001, prefix="11"), name="测试市市场监督管理局", short="市监局"),
            Department(code=code(70_000_002, prefix="11"), name="测试市生态环境局", short="环境局"),
        ),
    )


def penalty(**cells: str | None) -> dict[str, str | None]:
    """Return one penalty row as a department writes it; fields are named by ours."""
    number = next(_numbers)
    row: dict[str, str | None] = {
        "subject_name": "测试甲有限公司",
        "subject_code": code(1),
        "doc_no": f"测市监罚〔2026〕{number}号",
        "facts": "未按规定公示年度报告",
        "decided_on": "2026-11-10",
        "organ": "测试市市场监督管理局",
        "organ_code": code(70_000_001, prefix="11"),
    }
    return _headers("adm.penalty", row | cells)


def registration(number: int = 1, **cells: str | None) -> dict[str, str | None]:
    """Return one registration row."""
    row: dict[str, str | None] = {
        "subject_name": "测试甲有限公司" if number == 1 else f"测试{number}号有限公司",
        "subject_code": code(number),
        "approved_on": "2020-05-06",
        "state": "存续",
    }
    return _headers("reg.enterprise", row | cells)


def _headers(item: str, row: dict[str, str | None]) -> dict[str, str | None]:
    fields = policy().item(item, on=DAY).by_name
    return {fields[name].zh if name in fields else name: value for name, value in row.items()}
