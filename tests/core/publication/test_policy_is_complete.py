"""The policy leaves nothing to chance: every item's rule exists, every kind of penalty points to a degree."""

from datetime import date
from pathlib import Path

import pytest

from xinheng.core.policy.loader import load_policy
from xinheng.core.publication.rules import rules_of

POLICY = load_policy(Path(__file__).parents[3] / "policy")
ITEMS = [item for versions in POLICY.item_versions.values() for item in versions]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_the_rule_an_item_names_exists_and_is_in_force(item):
    assert any(
        rule.decides and rule.in_force(date(2026, 11, 23)) for rule in rules_of(POLICY).of(item.publication_rule)
    )


def test_every_kind_of_penalty_points_to_a_degree():
    labels = {entry.label for entry in POLICY.codelists["penalty_kind"].entries}
    assert labels == set(rules_of(POLICY).grade_of_kind)


def test_every_hidden_state_is_a_word_some_item_uses():
    used = {entry.label for codelist in POLICY.codelists.values() for entry in codelist.entries}
    assert set(rules_of(POLICY).hidden) <= used
