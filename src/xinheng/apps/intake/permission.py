"""Who may do what with a submission."""

from __future__ import annotations

from xinheng.apps.accounts.models import Account, Department, Role
from xinheng.apps.intake.models import Submission
from xinheng.apps.intake.refusals import NotYourDepartment


def may_act_for(account: Account, department: Department | None) -> bool:
    """Say whether an account may report for a department: its own officers and the credit centre may, auditors never."""
    if account.role == Role.AUDITOR:
        return False
    if account.role in (Role.CENTRE, Role.ADMIN) or account.is_superuser:
        return True
    return department is not None and account.department_id == department.pk


def require_department(account: Account, subject: Submission | Department | None) -> None:
    """Refuse an officer of another department."""
    department = subject.department if isinstance(subject, Submission) else subject
    if not may_act_for(account, department):
        raise NotYourDepartment(department=str(department) if department else "")
