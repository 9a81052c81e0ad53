"""Rules are refused when they are incomplete or contradict each other."""

from datetime import date

import pytest

from xinheng.core.policy.model import Policy
from xinheng.core.publication.rules import Grade, Rules, rules_of

RULE = {
    "id": "a",
    "key": "valid",
    "publish": True,
    "document": "某法",
    "certainty": "read",
    "verified_on": date(2026, 1, 1),
}


def test_every_rule_of_the_policy_names_its_basis(rules):
    assert all(rule.document and rule.basis for found in rules.by_key.values() for rule in found)
    assert rules.grade_of_kind["吊销许可证件"] is Grade.SERIOUS


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([RULE, RULE], "two publication rules"),
        ([RULE, RULE | {"id": "b"}], "in force together"),
        ([RULE | {"document": ""}], "no basis"),
        ([RULE | {"key": "grade"}], "name grades"),
        ([RULE | {"minmum": "P3M"}], "unknown minmum"),
        ([RULE | {"maximum": "three years"}], "not a period"),
    ],
)
def test_a_rule_that_cannot_stand_is_refused(rows, said):
    with pytest.raises(ValueError, match=said):
        Rules.from_tables([{"rule": rows}])


def test_a_rule_that_follows_another_is_no_overlap():
    old, new = RULE | {"effective_to": date(2026, 4, 1)}, RULE | {"id": "b", "effective_from": date(2026, 4, 1)}
    rules = Rules.from_tables([{"rule": [old, new]}])
    assert rules.change_days("valid") == (date(2026, 4, 1),)


def test_rules_are_read_once_from_the_tables_of_a_policy():
    tables = {"publication/terms": {"rule": [RULE]}, "calendar/official-days": ()}
    policy = Policy(authority="x", digest="y", item_versions={}, codelists={}, departments=(), tables=tables)
    assert rules_of(policy) is rules_of(policy)
    assert [rule.id for rule in rules_of(policy).of("valid")] == ["a"]
