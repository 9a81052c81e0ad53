"""The pages about counterparts, runs and differences: who sees what, and what the public is told."""

from __future__ import annotations

import csv

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from edges import town
from edges.conftest import sign_in
from xinheng.apps.accounts.models import Department
from xinheng.apps.clock import now, today
from xinheng.apps.exchange import actions, tabling
from xinheng.apps.exchange.models import Direction, Run, Task
from xinheng.apps.records import queries


@pytest.fixture
def run(on_record, market, tmp_path, hand_in):
    """A run against a nightly file in which one penalty is told otherwise and one is missing."""
    hand_in([town.penalty(facts="另一件事实")])
    fields = {}
    rows = []
    for version in queries.current().filter(item="adm.penalty").order_by("pk"):
        rows.append(queries.content(version))
        fields |= dict.fromkeys(rows[-1])
    rows[0]["violation_type"] = "别的违法行为"
    path = tmp_path / "night.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(fields))
        writer.writeheader()
        writer.writerows(rows[:1])
    counterpart = actions.know_table(
        code="gd", name="省信用平台", source={"adm.penalty": {"file": str(path)}}, by=None, at=now()
    )
    channel = actions.agree(
        counterpart=counterpart,
        direction=Direction.OUT,
        items=["adm.penalty"],
        by=None,
        at=now(),
        on=today(),
        department=market,
        term_days=0,
    )
    return tabling.run_table(channel=channel, by=None, clock=now)


def test_the_centre_sees_how_every_channel_stands(run, centre):
    page = sign_in(centre).get("/workbench/reconcile/").content.decode()
    assert "省信用平台" in page
    assert "有差异" in page
    assert run.ref[:12] in page


def test_a_run_shows_what_both_hold_how_they_differ_and_the_statement(run, centre):
    client = sign_in(centre)
    page = client.get(f"/workbench/reconcile/runs/{run.ref}").content.decode()
    assert "内容不一致" in page
    assert "违法行为类型" in page
    assert "xinheng.reconciliation/v1" in page
    told = client.get(f"/workbench/reconcile/runs/{run.ref}/statement")
    assert told.content.decode() == run.statement
    assert client.get(f"/workbench/reconcile/runs/{run.ref}/differences").content == bytes(run.found)
    assert client.get(f"/workbench/reconcile/runs/{run.ref}/other").status_code == 404


def test_a_department_sees_its_own_differences_only(run, officer, neighbour):
    client = sign_in(officer)
    assert client.get("/workbench/reconcile/").url == "/workbench/reconcile/differences/"
    page = client.get("/workbench/reconcile/differences/").content.decode()
    assert "别的违法行为" in page
    assert "未按规定公示年度报告" in page
    assert client.get(f"/workbench/reconcile/runs/{run.ref}").status_code == 404
    other = sign_in(neighbour)
    assert "没有差异" in other.get("/workbench/reconcile/differences/").content.decode()
    task = Task.objects.first()
    assert other.post(f"/workbench/reconcile/differences/{task.pk}", {"note": "x"}).status_code == 404
    assert client.post(f"/workbench/reconcile/differences/{task.pk}", {"note": "已电话核实"}).status_code == 302
    task.refresh_from_db()
    assert (task.note, task.closed_run) == ("已电话核实", None)


def test_nobody_can_close_a_difference_but_a_run(run):
    task = Task.objects.first()
    task.closed_at = now()
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        task.save()


def test_a_run_is_asked_for_on_the_page_by_the_centre_alone(run, centre, officer):
    address = f"/workbench/reconcile/channels/{run.channel_id}"
    assert sign_in(officer).post(address).status_code == 403
    assert Run.objects.count() == 1
    assert sign_in(centre).post(address).status_code == 302
    assert Run.objects.count() == 2


def test_the_public_sees_up_to_where_both_agree_and_the_statement(run, client):
    page = client.get("/agreement/").content.decode()
    assert "省信用平台" in page
    assert "2 条差异办理中" in page
    assert client.get(f"/agreement/{run.ref}").content.decode() == run.statement
    assert client.get("/agreement/unknown").status_code == 404
    english = client.get("/agreement/", headers={"accept-language": "en"}).content.decode()
    assert "2 differences being settled" in english


def test_without_any_channel_the_pages_say_so(centre, client):
    assert "还没有交换约定" in sign_in(centre).get("/workbench/reconcile/").content.decode()
    assert "尚未与其他平台约定" in client.get("/agreement/").content.decode()
    assert "没有退回或回流" in sign_in(centre).get("/workbench/reconcile/returned/").content.decode()
    assert Department.objects.exists()
