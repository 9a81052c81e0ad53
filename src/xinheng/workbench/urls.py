"""The officers' desk: which address shows what."""

from django.urls import include, path

from xinheng.workbench.views import (
    certify,
    downloads,
    headers,
    home,
    links,
    mend,
    quarantine,
    reconcile,
    session,
    submission,
    submissions,
    upload,
    withdraw,
    zero,
)

app_name = "workbench"
urlpatterns = [
    path("", home.home, name="home"),
    path("login/", session.login, name="login"),
    path("logout/", session.logout, name="logout"),
    path("upload/", upload.upload, name="upload"),
    path("zero/", zero.zero, name="zero"),
    path("submissions/", submissions.submissions, name="submissions"),
    path("submissions/<str:ref>/", submission.submission, name="submission"),
    path("submissions/<str:ref>/progress", submission.progress, name="progress"),
    path("submissions/<str:ref>/report.json", submission.report, name="report"),
    path("submissions/<str:ref>/annotated", downloads.annotated, name="annotated"),
    path("submissions/<str:ref>/returned", downloads.returned, name="returned"),
    path("submissions/<str:ref>/headers", headers.headers, name="headers"),
    path("submissions/<str:ref>/mend", mend.mend, name="mend"),
    path("submissions/<str:ref>/certify", certify.certify, name="certify"),
    path("submissions/<str:ref>/withdraw", withdraw.withdraw, name="withdraw"),
    path("submissions/<str:ref>/receipt", downloads.receipt, name="receipt"),
    path("links/", links.links, name="links"),
    path("links/<int:task_id>", links.decide, name="link"),
    path("evaluation/", include("xinheng.workbench.evaluation_urls")),
    path("quarantine/", quarantine.quarantine, name="quarantine"),
    path("reconcile/", reconcile.reconcile, name="reconcile"),
    path("reconcile/channels/<int:channel_id>", reconcile.start, name="start-run"),
    path("reconcile/runs/<str:ref>", reconcile.run, name="run"),
    path("reconcile/runs/<str:ref>/<str:part>", reconcile.run_file, name="run-file"),
    path("reconcile/differences/", reconcile.differences, name="differences"),
    path("reconcile/differences/<int:task_id>", reconcile.difference, name="difference"),
    path("reconcile/returned/", reconcile.returned, name="returned"),
]
