"""The check API answers about a grade for matters whose rule names it, and for nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from edges import town
from edges.test_evaluation_pages import MODEL, PERSON, evaluated  # noqa: F401  (fixture)
from xinheng.apps.accounts import keys
from xinheng.apps.audit.models import Event
from xinheng.apps.clock import now
from xinheng.apps.evaluation import catalogue
from xinheng.core.evaluation.matters import NotNamed, matter_for, matters_of
from xinheng.core.evaluation.model import Status
from xinheng.core.policy import default_policy
from xinheng.core.policy.errors import PolicyError

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(evaluated, officer, admin):  # noqa: F811
    told = {
        "name": "执法平台",
        "department": officer.department,
        "items": [],
        "answers_for": officer,
        "by": admin,
        "at": now(),
    }
    _key, secret = keys.issue(**told, purposes=["evaluation.check"], expires_at=now() + timedelta(days=30))

    def asked(**question):
        given = {"subject_code": town.SHOP, "model": MODEL, "matter": "inspection-plan"} | question
        return Client().get("/api/v1/grades", given, headers={"authorization": f"Bearer {secret}"})

    return asked


@pytest.fixture
def in_force(monkeypatch):
    ruling = {"status": Status.IN_FORCE, "effective_from": town.DAY, "approved_by": "x", "approved_document": "y"}
    models = tuple(replace(m, **ruling) for m in catalogue.models())
    monkeypatch.setattr(catalogue, "models", lambda: models)


def test_a_named_matter_gets_the_grade_with_its_rule_and_validity(ask, in_force):
    told = ask().json()
    assert (told["standing"], told["grade"], told["shared"]) == ("usable", "B", "良")
    assert told["rule"]["document"] == "国办发〔2019〕35号"
    assert told["valid_until"]
    event = Event.objects.get(action="evaluation.checked")
    assert event.facts["matter"] == "inspection-plan"


def test_a_proposal_gives_no_grade(ask):
    assert (ask().json()["standing"], ask().json()["grade"]) == ("not-in-force", None)


@pytest.mark.parametrize("question", [{"matter": "loan"}, {"model": "xh.sector.fire"}, {"model": "nothing"}])
def test_what_no_rule_names_is_refused(ask, question):
    answer = ask(**question)
    assert (answer.status_code, answer.json()["code"]) == (404, "evaluation.not-named")
    assert not Event.objects.filter(action="evaluation.checked").exists()


def test_persons_and_incomplete_questions_are_refused(ask):
    answer = ask(subject_code=PERSON)
    assert answer.status_code == 422
    assert PERSON not in answer.content.decode()
    assert ask(matter="").status_code == 400
    assert Client().get("/api/v1/grades").status_code == 401


def test_an_ended_rule_stops_and_unknown_models_do_not_load():
    policy = default_policy()
    assert matter_for(policy, "inspection-plan", "xh.risk", on=town.DAY)
    with pytest.raises(NotNamed):
        matter_for(policy, "inspection-plan", "xh.risk", on=town.DAY.replace(year=2018))
    table = {"matter": [{**policy.tables["evaluation/matters"]["matter"][0], "models": ["xh.nothing"]}]}
    with pytest.raises(PolicyError, match=r"xh\.nothing"):
        matters_of(replace(policy, tables={**policy.tables, "evaluation/matters": table}))
