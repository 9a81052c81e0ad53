"""Departments, officers and the small policy, for tests of what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

from support import builders
from support.erasing import erasing_by
from xinheng.apps.accounts.actions import sync_departments
from xinheng.apps.accounts.models import Account, Department, Role
from xinheng.apps.intake import actions
from xinheng.apps.intake.models import Submission


@pytest.fixture
def departments(db: None) -> list[Department]:
    sync_departments(policy=builders.policy())
    return list(Department.objects.order_by("code"))


@pytest.fixture
def officer(departments: list[Department]) -> Account:
    return Account.objects.create(username="wang", display_name="王报送", department=departments[0], role=Role.REPORTER)


@pytest.fixture
def colleague(departments: list[Department]) -> Account:
    return Account.objects.create(username="li", display_name="李报送", department=departments[1], role=Role.REPORTER)


@pytest.fixture
def centre(db: None) -> Account:
    return Account.objects.create(username="zhao", display_name="赵审核", role=Role.CENTRE)


@pytest.fixture(autouse=True)
def _policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xinheng.apps.policy._load", lambda root, authority: builders.policy())


@pytest.fixture
def hand_in(officer: Account) -> Callable[..., Submission]:
    """Hand rows in; by default they are certified and accepted."""

    def hand(rows: Iterable[Mapping[str, Any]], item: str = "adm.penalty", **options: Any) -> Submission:
        by = options.pop("by", officer)
        told = {"source": list(rows), "department": by.department, "by": by, "at": builders.AT, "item": item} | options
        return actions.hand_in(**told)

    return hand


@pytest.fixture
def erase(centre: Account) -> Callable[..., None]:
    """Return a function that has a record erased: the one asks, the other approves."""
    return erasing_by(centre)
