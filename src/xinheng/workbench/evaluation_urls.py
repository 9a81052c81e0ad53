"""Evaluations at the centre's desk: which address shows what."""

from django.urls import path

from xinheng.workbench.views import drafts, evaluation

urlpatterns = [
    path("", evaluation.overview, name="evaluation"),
    path("run", evaluation.run, name="evaluation-run"),
    path("runs/", evaluation.runs, name="evaluation-runs"),
    path("find", evaluation.find, name="evaluation-find"),
    path("held/<int:run_id>", evaluation.held, name="evaluation-held"),
    path("objections/", evaluation.objections, name="evaluation-objections"),
    path("objections/<int:objection_id>", evaluation.answer, name="evaluation-answer"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/new", drafts.new, name="draft-new"),
    path("drafts/<int:draft_id>/", drafts.draft, name="draft"),
    path("drafts/<int:draft_id>/text", drafts.edit, name="draft-edit"),
    path("drafts/<int:draft_id>/simulate", drafts.simulate, name="draft-simulate"),
    path("drafts/<int:draft_id>/decide", drafts.decide, name="draft-decide"),
    path("models/<str:name>/", evaluation.model, name="evaluation-model"),
    path("models/<str:name>/of/<str:code>", evaluation.of_subject, name="evaluation-of"),
    path("models/<str:name>/of/<str:code>/key", evaluation.key, name="evaluation-key"),
    path("models/<str:name>/of/<str:code>/application", evaluation.application, name="evaluation-application"),
]
