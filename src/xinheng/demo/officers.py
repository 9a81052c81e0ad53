"""The people of the demo: one reporting officer for each department, two officers of the credit centre, an auditor, an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password

from xinheng.apps.accounts.actions import open_account, sync_departments
from xinheng.apps.accounts.models import Account, Department, Role
from xinheng.apps.accounts.rights import needs_second_factor
from xinheng.core.policy.model import Policy
from xinheng.demo.dice import Dice
from xinheng.demo.organisations import people

PASSWORD = "xinheng-demo"
CENTRE, SECOND, AUDITOR, ADMIN = "zhongxin", "zhongxin2", "shenji", "guanli"


@dataclass(frozen=True, slots=True)
class Officers:
    """Accounts by what they do."""

    reporters: dict[str, Account]  # by code of the department
    centre: Account
    auditor: Account


def open_accounts(policy: Policy, *, seed: int, at: datetime) -> Officers:
    """Open the accounts of the demo, or find those that were opened before."""
    sync_departments(policy=policy)
    departments = {d.code: d for d in Department.objects.all()}
    wanted: list[tuple[str, Role, Department | None, str]] = [
        (CENTRE, Role.CENTRE, None, "信用中心业务员"),
        (AUDITOR, Role.AUDITOR, None, "审计员"),
        (SECOND, Role.CENTRE, None, "信用中心复核员"),
        (ADMIN, Role.ADMIN, None, "系统管理员"),
    ]
    wanted += [
        (f"baosong{n:02d}", Role.REPORTER, departments[d.code], "报送员") for n, d in enumerate(policy.departments, 1)
    ]
    names = people(Dice(seed, "officers"), len(wanted))
    known = {account.username: account for account in Account.objects.filter(username__in=[w[0] for w in wanted])}
    opened = []
    for (username, role, department, post), name in zip(wanted, names, strict=True):
        if username not in known:
            known[username] = open_account(
                username=username, display_name=str(name), role=role, by=None, at=at, department=department, post=post
            )
            opened.append(known[username].pk)
    for account in known.values():
        if account.pk in opened and needs_second_factor(account):
            _give_factor(account)
    # A good password hash takes half a second, and these fifty share one password by design: it is hashed once.
    Account.objects.filter(pk__in=opened).update(password=make_password(PASSWORD))
    by_department = {a.department.code: a for a in known.values() if a.department is not None}
    return Officers(reporters=by_department, centre=known[CENTRE], auditor=known[AUDITOR])


def _give_factor(account: Account) -> None:
    """Give a demo account its second factor, marked as the demo's: the sign-in page shows its code (factors.shown_code)."""
    made = TOTP.activate(account, generate_totp_secret()).instance
    made.data["demo"] = True
    made.save(update_fields=["data"])
