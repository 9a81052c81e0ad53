"""Policy says itself when it must be read again."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from xinheng.core.policy import Policy, Reading, due


def policy_of(*readings: Reading) -> Policy:
    return Policy(authority="x", digest="", item_versions={}, codelists={}, departments=(), readings=readings)


def reading(verified_on: date, every: int, name: str = "a") -> Reading:
    return Reading(path="p", name=name, verified_on=verified_on, verify_every=every)


def test_a_reading_is_due_on_its_day_and_not_before():
    policy = policy_of(reading(date(2026, 1, 1), 180))
    assert due(policy, on=date(2026, 6, 29)) == ()
    assert [d.days_late for d in due(policy, on=date(2026, 6, 30))] == [0]
    assert [d.days_late for d in due(policy, on=date(2026, 7, 2))] == [2]


def test_the_longest_overdue_comes_first():
    policy = policy_of(reading(date(2026, 2, 1), 30, "late"), reading(date(2026, 1, 1), 30, "later"))
    assert [d.reading.name for d in due(policy, on=date(2026, 12, 1))] == ["later", "late"]


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 1000), st.integers(-1000, 2000))
def test_due_is_exactly_verified_plus_interval(verified, every, offset):
    on = verified + timedelta(days=offset)
    assert bool(due(policy_of(reading(verified, every)), on=on)) == (offset >= every)


def test_items_and_rules_are_found_in_the_files(tiny, day):
    tiny.item(verified_on=day("2026-01-01"), verify_every=10)
    tiny.write("national/casework/x.toml", '[[rule]]\nid = "r"\nverified_on = 2026-01-01\nverify_every = 20\n')
    found = due(tiny.load(), on=date(2026, 1, 25))
    assert [(d.reading.name, d.days_late) for d in found] == [("adm.try 试验信息", 14), ("r", 4)]
