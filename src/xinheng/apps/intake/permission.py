"""Who may do what with a submission: the table of rights, asked about its department and item."""

from __future__ import annotations

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account, Department
from xinheng.apps.intake.models import Submission
from xinheng.apps.intake.refusals import NotYourDepartment, NotYourItem


def may_act_for(account: Account, department: Department | None, action: str = "submission.send") -> bool:
    """Say whether an account may do this for a department: by default, report."""
    if department is None:
        return rights.grant(account, action) is not None and account.is_centre
    return rights.may(account, action, department=department)


def require_department(
    account: Account, subject: Submission | Department | None, action: str = "submission.send", *, item: str = ""
) -> None:
    """Refuse an officer of another department, and one whose post does not name the item."""
    department = subject.department if isinstance(subject, Submission) else subject
    if not may_act_for(account, department, action):
        raise NotYourDepartment(department=str(department) if department else "")
    item = subject.item if isinstance(subject, Submission) else item
    if item and department is not None and not rights.may(account, action, department=department, item=item):
        raise NotYourItem(item=item)
