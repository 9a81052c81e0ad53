"""The town's departments and officers, what is on record, and clients that are signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client

from edges import town
from xinheng.api.lookup import answers
from xinheng.apps.accounts.actions import open_account, sync_departments
from xinheng.apps.accounts.models import Account, Department, Role
from xinheng.apps.clock import now
from xinheng.apps.intake import actions
from xinheng.apps.intake.models import Submission
from xinheng.apps.policy import current_policy
from xinheng.pages.kept import pages


@pytest.fixture(autouse=True)
def _a_fixed_day(settings: Any) -> None:
    settings.XINHENG_DAY = town.DAY
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
    cache.clear()
    pages.clear()
    answers.clear()


@pytest.fixture
def market(db: None) -> Department:
    sync_departments(policy=current_policy())
    return Department.objects.get(code=town.MARKET)


@pytest.fixture
def officer(market: Department) -> Account:
    return _account("wang", "王报送", Role.REPORTER, market)


@pytest.fixture
def neighbour(market: Department) -> Account:
    """An officer of another department."""
    return _account("li", "李报送", Role.REPORTER, Department.objects.get(short="市生态环境局"))


@pytest.fixture
def centre(market: Department) -> Account:
    return with_factor(_account("zhao", "赵审核", Role.CENTRE, None))


@pytest.fixture
def auditor(market: Department) -> Account:
    return with_factor(_account("qian", "钱审计", Role.AUDITOR, None))


@pytest.fixture
def admin(market: Department) -> Account:
    return with_factor(_account("sun", "孙管理", Role.ADMIN, None))


def with_factor(account: Account) -> Account:
    """Give an account the second factor its role needs."""
    TOTP.activate(account, town.TOTP_SECRET)
    return account


def _account(username: str, name: str, role: Role, department: Department | None) -> Account:
    return open_account(
        username=username,
        display_name=name,
        role=role,
        department=department,
        by=None,
        at=now(),
        password=town.PASSWORD,
    )


@pytest.fixture
def hand_in(officer: Account) -> Callable[..., Submission]:
    """Hand rows in through the real pipeline; certified and accepted unless told otherwise."""

    def hand(rows: list[town.Row], item: str = "adm.penalty", *, dirty: bool = False, **options: Any) -> Submission:
        told = {"source": rows, "department": officer.department, "by": officer, "at": now(), "item": item}
        submission = actions.hand_in(**told | options)
        assert submission.state not in ("refused", "failed"), submission.error_message
        assert dirty or not submission.counts["returned"], submission.report["findings"]
        return submission

    return hand


@pytest.fixture
def on_record(hand_in: Callable[..., Submission]) -> None:
    """Three organisations; one with a penalty and a licence, one with a licence, one with nothing."""
    for subject in town.NAMES:
        hand_in([town.registration(subject)], item="reg.enterprise")
    hand_in([town.penalty()])
    hand_in([town.licence(), town.licence(town.WORKS)], item="adm.licence")


@pytest.fixture
def signed_in(officer: Account) -> Client:
    return sign_in(officer)


def sign_in(account: Account) -> Client:
    """Return a client signed in as this person."""
    client = Client()
    client.force_login(account)
    return client
