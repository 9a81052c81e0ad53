"""The machines' door: which address answers what."""

from django.urls import path

from xinheng.api import exchange, grades, submitting, views

app_name = "api"
urlpatterns = [
    path("v1/subjects/<str:code>", views.subject, name="subject"),
    path("v1/records", views.records, name="records"),
    path("v1/submissions", submitting.submit, name="submit"),
    path("v1/submissions/<str:ref>", submitting.status, name="submission"),
    path("v1/submissions/<str:ref>/certify", submitting.certify, name="certify"),
    path("v1/grades", grades.grade, name="grade"),
    path("v1/exchange", exchange.exchange, name="exchange"),
]
