"""A small town under the real policy: what is told here goes through the real intake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from support import builders
from xinheng.apps.accounts.actions import sync_departments
from xinheng.apps.accounts.models import Account, Department, Role
from xinheng.apps.evaluation.lake.place import Place
from xinheng.apps.intake import actions
from xinheng.apps.intake.models import State, Submission
from xinheng.core.policy import default_policy

MARKET, TAX = "1144039999110001XG", "11440399991100028G"
OF = {"reg.enterprise": MARKET, "reg.annual": MARKET, "adm.penalty": MARKET, "abn.enterprise": MARKET, "eva.tax": TAX}
ROWS: dict[str, dict[str, str]] = {
    "reg.enterprise": {
        "ent_type": "有限责任公司", "legal_rep": "张示例", "reg_capital": "100", "established_on": "2020-05-06",
        "address": "深圳市示例区一号", "region": "440305", "scope": "餐饮", "industry": "H6210", "authority": "深圳市市场监督管理局",
        "approved_on": "2020-05-06", "state": "存续", "term_from": "2020-05-06", "currency": "人民币",
    },
    "adm.penalty": {
        "subject_type": "法人及非法人组织", "legal_rep": "张示例", "violation_type": "经营超过保质期的食品",
        "facts": "经查，当事人经营的饼干已超过保质期三十天", "legal_ground": "《中华人民共和国食品安全法》第一百二十四条第一款",
        "kinds": "罚款", "content": "罚款5000元", "fine_wan": "0.5", "decided_on": "2026-09-01", "valid_to": "2099-12-31",
        "publish_until": "2027-09-01", "organ_name": "深圳市市场监督管理局", "organ_code": MARKET, "credit_grade": "一般",
        "source_name": "深圳市市场监督管理局", "source_code": MARKET, "case_procedure": "普通",
    },
    "abn.enterprise": {
        "reason": "登记住所无法联系", "listed_on": "2026-08-01", "listed_doc": "深市监列〔2026〕1号", "list_organ": "深圳市市场监督管理局",
    },
    "eva.tax": {"reason": "有非正常户记录或者直接判为D级的情形", "year": "2025", "grade": "A", "organ": "深圳市税务局", "occurred_on": "2026-04-30"},
    "reg.annual": {"year": "2025", "filed_on": "2026-03-01", "late": "否"},
}  # fmt: skip
Tell = Callable[..., Submission]


@pytest.fixture(autouse=True)
def _policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xinheng.apps.policy._load", lambda root, authority: default_policy())


@pytest.fixture
def departments(db: None) -> list[Department]:
    sync_departments(policy=default_policy())
    return list(Department.objects.order_by("code"))


@pytest.fixture
def tell(departments: list[Department], centre: Account) -> Tell:
    """Report one record about one organisation, and return the submission."""

    def told(item: str, number: int = 1, at: datetime = builders.AT, **fields: str) -> Submission:
        policy = default_policy()
        names = policy.item(item, on=builders.DAY).by_name
        department = next(d for d in departments if d.code == OF.get(item, MARKET))
        officer, _ = Account.objects.get_or_create(
            username=department.code, defaults={"department": department, "role": Role.REPORTER}
        )
        values = {
            "subject_name": f"测试{number}号有限公司",
            "subject_code": builders.code(number),
            **ROWS.get(item, {}),
        }
        values["record_no"] = f"{item}-{number}"
        if item == "adm.penalty":
            values["doc_no"] = "深市监罚字〔2026〕12号"
        values |= fields
        row = {names[name].zh: value for name, value in values.items() if name in names and value is not None}
        made = actions.hand_in(source=[row], department=department, by=officer, at=at, item=item)
        assert made.state == State.ACCEPTED, (made.state, made.report.get("findings", made.report))
        assert made.counts.get("returned", 0) == 0, made.report
        return made

    return told


@pytest.fixture
def sources(tell: Tell) -> None:
    """One organisation for each source the models need, so that none is missing."""
    tell("reg.enterprise", 90)
    tell("adm.penalty", 90, doc_no="深市监罚字〔2020〕1号", decided_on="2020-01-01", publish_until="2020-12-31")
    tell(
        "abn.enterprise",
        90,
        listed_on="2020-01-01",
        removed_on="2020-02-01",
        removed_reason="已补报",
        remove_organ="深圳市市场监督管理局",
    )
    told_all = ("list.market", "jud.dishonest")
    for item in told_all:
        _mark_as_collected(item)


def _mark_as_collected(item: str) -> None:
    """An empty hand-in of an item: the source speaks, though it has nothing to say."""
    from xinheng.apps.intake.order import advance, hold

    department = Department.objects.order_by("code").first()
    officer = Account.objects.order_by("pk").first()
    register = hold()
    position, at = advance(register, at=builders.AT)
    Submission.objects.create(
        item=item,
        department=department,
        officer=officer,
        received_at=at,
        certified_at=at,
        accepted_at=at,
        position=position,
        state=State.ACCEPTED,
        ref=f"empty-{item}",
    )


@pytest.fixture
def lake(tmp_path: Any) -> Place:
    return Place(str(tmp_path / "lake"))
