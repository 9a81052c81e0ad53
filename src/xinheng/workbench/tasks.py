"""Work of the desk that is done behind the page."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from xinheng.apps.accounts import rights
from xinheng.apps.clock import now
from xinheng.apps.jobs import actions as jobs
from xinheng.apps.jobs.models import Job
from xinheng.pages import tables


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
            jobs.fail(job=job, text=_("“%s”没有导出成功，请重试；再不行请联系系统管理员。") % job.title, at=now())
            raise
        told = _("“%(title)s”已导出：%(number)s 行。一天之内可取。") % {"title": job.title, "number": f"{written:,}"}
        url = reverse("workbench:job-file", args=[job.pk])
        jobs.end(job=job, file_name=job.file_name, text=told, url=url, at=now())
