"""Evaluations for the public and for the organisation itself: which address shows what."""

from django.urls import path

from xinheng.portal.views import evaluation

urlpatterns = [
    path("", evaluation.models, name="evaluation"),
    path("of/<str:code>", evaluation.of_subject, name="evaluation-of"),
    path("own/<str:token>/", evaluation.by_link, name="evaluation-own"),
    path("own/<str:token>/<str:name>/", evaluation.by_link_result, name="evaluation-own-result"),
    path("own/<str:token>/<str:name>/result.json", evaluation.by_link_json, name="evaluation-own-json"),
    path("own/<str:token>/<str:name>/objection", evaluation.by_link_objection, name="evaluation-own-objection"),
    path("models/<str:name>", evaluation.model, name="evaluation-model"),
]
