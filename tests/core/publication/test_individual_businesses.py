"""What leads to the door of an individual business (个体工商户) is shown under no item: its address may be a home."""

from __future__ import annotations

import re
from datetime import date

import pytest

from support.builders import code
from xinheng.core.policy import default_policy
from xinheng.core.policy.model import FieldType, Item, SubjectKind
from xinheng.core.publication.masking import is_trader, public_values

ADDRESS = re.compile("地址|住所|住址|场所|电话|手机|联系|邮箱|传真")
HOME = "深圳市福田区示例路1号5栋702"
TRADER, ENTERPRISE = code(1, prefix="92"), code(1)
ITEMS = [
    version
    for versions in default_policy().item_versions.values()
    for version in versions
    if SubjectKind.TRADER in version.kinds
]


def filled(item: Item, **told: str) -> dict[str, str]:
    """Return a record of this item in which every text says where somebody lives."""
    return {f.name: HOME for f in item.fields if f.type is FieldType.TEXT and ADDRESS.search(f.zh)} | told


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_no_item_shows_the_address_of_an_individual_business(item):
    about = [{"subject_code": TRADER}, {"subject_type": "个体工商户"}, {}]
    for told in about:
        shown = public_values(item, filled(item, **told))
        assert not {name: text for name, text in shown.items() if "示例路" in text or "702" in text}


def test_the_address_of_an_enterprise_stays_public():
    policy, day = default_policy(), date(2026, 11, 25)
    annual, inspection = policy.item("reg.annual", on=day), policy.item("adm.inspection", on=day)
    assert public_values(annual, {"subject_code": ENTERPRISE, "contact": HOME})["contact"] == HOME
    assert public_values(inspection, {"subject_code": ENTERPRISE, "address_op": HOME})["address_op"] == HOME


def test_the_operator_is_shown_as_the_register_shows_it():
    """The register is public and names the operator; the number of the document never leaves."""
    policy, day = default_policy(), date(2026, 11, 25)
    trader = public_values(policy.item("reg.trader", on=day), {"subject_code": TRADER, "operator": "张示例"})
    penalty = {"subject_code": TRADER, "legal_rep": "张示例", "legal_rep_id": "440399194912312102"}
    assert trader["operator"] == "张示例"
    assert public_values(policy.item("adm.penalty", on=day), penalty) == {"subject_code": TRADER, "legal_rep": "张示例"}


def test_where_nothing_tells_it_is_taken_for_an_individual_business():
    annual = default_policy().item("reg.annual", on=date(2026, 11, 25))
    assert is_trader(annual, {})
    assert is_trader(annual, {"subject_code": TRADER, "subject_type": "法人及非法人组织"})
    assert not is_trader(annual, {"subject_code": ENTERPRISE})
    assert not is_trader(default_policy().item("reg.enterprise", on=date(2026, 11, 25)), {})
