"""Work of the desk that is done behind the page."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_noop
from django_tasks import task

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account, Role
from xinheng.apps.changes import actions as changes
from xinheng.apps.changes.models import Change, ChangeState
from xinheng.apps.clock import now
from xinheng.apps.intake.models import State, Submission
from xinheng.apps.intake.tasks import check_submission
from xinheng.apps.jobs import actions as jobs
from xinheng.apps.jobs.models import Job
from xinheng.pages import tables

CHECKED = gettext_noop("批次 {ref} 检查完了：{good} 行可以入库，{returned} 行需要修改。")
UNUSABLE = gettext_noop("批次 {ref} 的文件不能使用，请看原因后重新报送。")
REPORTED = gettext_noop("变更“{title}”的兼容性与权益影响报告做好了。")
TO_DECIDE = gettext_noop("目录变更“{title}”等待审定。")
APPROVED = gettext_noop("目录变更“{title}”已审定，从 {day} 起生效。")
NOT_APPROVED = gettext_noop("目录变更“{title}”没有通过，请看答复。")
EXPORTED = gettext_noop("“{title}”已导出：{number} 行。一天之内可取。")
NOT_EXPORTED = gettext_noop("“{title}”没有导出成功，请重试；再不行请联系系统管理员。")


@task()
def report_change(change_id: int) -> None:
    """Make the report on a proposal, and tell whoever proposed it and those who decide."""
    change = changes.report(change=Change.objects.get(pk=change_id), at=now())
    url = reverse("workbench:change", args=[change.pk])
    jobs.tell(account=change.proposed_by, text=REPORTED, url=url, tone="is-good", at=now(), title=change.title)
    for account in Account.objects.filter(role=Role.CENTRE, is_active=True).exclude(pk=change.proposed_by_id):
        jobs.tell(account=account, text=TO_DECIDE, url=url, tone="is-warn", at=now(), title=change.title)


def tell_decision(change_id: int) -> None:
    """Tell whoever proposed a change what became of it."""
    change = Change.objects.select_related("proposed_by").get(pk=change_id)
    approved = change.state == ChangeState.APPROVED
    url = reverse("workbench:change", args=[change.pk])
    facts = {"title": change.title, "day": change.effective_from.isoformat()}
    text, tone = (APPROVED, "is-good") if approved else (NOT_APPROVED, "is-warn")
    jobs.tell(account=change.proposed_by, text=text, url=url, tone=tone, at=now(), **facts)


@task()
def write_export(job_id: int) -> None:
    """Write a long table into a workbook: what its officer may see when it is written, not when it was asked for."""
    from xinheng.workbench import urls  # noqa: F401  the tables are made where their pages are
    from xinheng.workbench.tabling import TABLES

    job = Job.objects.select_related("account").get(pk=job_id)
    asked, job.file_name = job.asked, f"{job.title}.xlsx"
    with translation.override(asked["language"]):
        try:
            shown = TABLES[asked["table"]]
            rights.require(job.account, shown.action)
            rows, _column, _down = shown.rows(job.account, asked["parameters"])
            columns = list(shown.columns)
            titles = [str(column.title) for column in columns]
            written = tables.write_xlsx(
                jobs.path_of(job),
                job.title,
                titles,
                tables.rows_of(rows, columns),
                step=lambda done: jobs.step(job, done),
            )
        except Exception:
            jobs.fail(job=job, text=NOT_EXPORTED, title=job.title, at=now())
            raise
        url = reverse("workbench:job-file", args=[job.pk])
        facts = {"title": job.title, "number": f"{written:,}"}
        jobs.end(job=job, file_name=job.file_name, text=EXPORTED, url=url, at=now(), **facts)


@task()
def check_and_tell(submission: int, by: int) -> None:
    """Check a received submission, and tell its officer when that has ended: nobody has to stay on the page."""
    check_submission.func(submission, by)
    found = Submission.objects.get(pk=submission)
    account, url = Account.objects.get(pk=by), reverse("workbench:submission", args=[found.ref])
    good, returned = found.rows - found.counts.get("returned", 0), found.counts.get("returned", 0)
    facts = {"ref": found.ref, "good": f"{good:,}", "returned": f"{returned:,}"}
    if found.state == State.CHECKED:
        tone = "is-good" if good and not returned else "is-warn"
        jobs.tell(account=account, text=CHECKED, url=url, tone=tone, at=now(), **facts)
    elif found.state in (State.REFUSED, State.FAILED):
        jobs.tell(account=account, text=UNUSABLE, url=url, tone="is-bad", at=now(), **facts)
