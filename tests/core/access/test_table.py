"""The table of who may do what: denied unless named, own and below, items of powers and post."""

from __future__ import annotations

import pytest

from xinheng.core.access.table import BY_ACTION, TABLE, may
from xinheng.core.access.words import NEEDS_SECOND_FACTOR, Holder, Reach, Role, matches

MARKET, BRANCH, TAX = "M", "B", "T"


def holder(role: Role, **told: object) -> Holder:
    return Holder(
        role=role,
        **({"department": MARKET, "below": frozenset({BRANCH}), "powers": ("adm.*", "reg.enterprise")} | told),
    )


def test_each_action_stands_once_with_words_in_both_languages():
    assert len(BY_ACTION) == len(TABLE)
    assert all(right.zh and right.en and right.grants for right in TABLE)


def test_an_action_outside_the_table_is_a_defect_and_not_a_permission():
    with pytest.raises(KeyError):
        may(holder(Role.CENTRE), "record.overwrite")


@pytest.mark.parametrize("right", TABLE, ids=lambda r: r.action)
@pytest.mark.parametrize("role", Role)
def test_a_role_that_is_not_named_may_not(right, role):
    assert may(holder(role), right.action) == (role in right.grants)


@pytest.mark.parametrize(
    ("action", "department", "answer"),
    [
        ("submission.read", MARKET, True),
        ("submission.read", BRANCH, True),
        ("submission.read", TAX, False),
        ("submission.certify", MARKET, True),
        ("submission.certify", BRANCH, False),  # looking down is not acting down
        ("submission.certify", TAX, False),
    ],
)
def test_an_officer_reaches_the_own_department_and_sees_what_is_below(action, department, answer):
    assert may(holder(Role.REPORTER), action, department=department) is answer


def test_an_officer_without_a_department_reaches_none():
    assert not may(holder(Role.REPORTER, department="", below=frozenset()), "submission.read", department=TAX)


@pytest.mark.parametrize(
    ("items", "item", "answer"),
    [
        ((), "adm.penalty", True),
        ((), "reg.enterprise", True),
        ((), "fin.tax", False),  # outside the powers of the department
        (("adm.penalty",), "adm.penalty", True),
        (("adm.penalty",), "adm.licence", False),  # outside the post
        (("adm.*",), "adm.licence", True),
        (("fin.tax",), "fin.tax", False),  # a post gives nothing the department does not have
    ],
)
def test_items_are_those_of_the_powers_and_of_the_post(items, item, answer):
    assert may(holder(Role.REPORTER, items=items), "submission.certify", department=MARKET, item=item) is answer


def test_the_centre_reaches_all_and_auditors_change_nothing():
    assert may(holder(Role.CENTRE), "submission.certify", department=TAX, item="fin.tax")
    changing = {
        r.action
        for r in TABLE
        if r.action.endswith(
            (".send", ".certify", ".withdraw", ".decide", ".manage", ".propose", ".sign", ".run", ".note", ".erase")
        )
    }
    assert {r.action for r in TABLE if Role.AUDITOR in r.grants} & changing == {"self.manage"}


def test_administrators_see_no_records():
    told = {r.action.split(".")[0] for r in TABLE if Role.ADMIN in r.grants}
    assert told == {"desk", "self", "account", "key", "audit", "news", "timetable"}


def test_who_sees_everything_needs_a_second_factor():
    everything = {role for right in TABLE for role, grant in right.grants.items() if grant.reach is Reach.ALL}
    assert everything == NEEDS_SECOND_FACTOR


@pytest.mark.parametrize(
    ("item", "patterns", "answer"),
    [
        ("adm.penalty", ("*",), True),
        ("adm.penalty", ("adm.*",), True),
        ("administration.x", ("adm.*",), False),
        ("adm.penalty", (), False),
    ],
)
def test_patterns_name_an_item_a_group_or_all(item, patterns, answer):
    assert matches(item, patterns) is answer
