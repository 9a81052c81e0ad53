"""The officers' desk: which address shows what."""

from django.urls import path

from xinheng.workbench import entrance
from xinheng.workbench.views import (
    certify,
    downloads,
    headers,
    home,
    links,
    mend,
    quarantine,
    security,
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
    path("login/", entrance.urlpatterns[0].callback, name="login"),
    path("account/", security.own, name="self"),
    path("account/factor-needed/", session.factor_needed, name="factor-needed"),
    path("invitation/<str:secret>/", security.invitation, name="invitation"),
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
    path("quarantine/", quarantine.quarantine, name="quarantine"),
]
