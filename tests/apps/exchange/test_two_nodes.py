"""City and province, each a node of its own: what the city holds arrives, both agree, and sign that they do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from support import builders
from support.node import Node, Refused
from xinheng.core.ledger import note as notes
from xinheng.core.ledger.keys import read_verifier
from xinheng.core.reconciliation.statement import (
    StatementContradicted,
    read_statement,
    require_explained,
)

ITEMS = ["adm.penalty", "reg.enterprise"]


def introduced(city: Node, province: Node) -> None:
    """Have them meet, and agree on what travels."""
    city.peer, province.peer = province, city
    city.do("meet", card=province.do("card", code="gd", name="省信用平台"))
    province.do("meet", card=city.do("card", code="sz", name="市信用平台"))
    city.do("agree", code="gd", direction="out", items=ITEMS)
    province.do("agree", code="sz", direction="in", items=ITEMS)


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    """Two nodes that have met; the province takes only short texts."""
    with (
        Node(tmp_path_factory.mktemp("city"), "sz") as city,
        Node(tmp_path_factory.mktemp("gd"), "gd", LONGEST_FACTS="30") as province,
    ):
        introduced(city, province)
        city.do("hand_in", rows=[builders.penalty() for _ in range(30)])
        city.do("hand_in", rows=[builders.registration(n) for n in range(1, 6)], item="reg.enterprise")
        city.do("checkpoint")
        yield city, province


def verified(city: Node, province: Node, run: dict) -> None:
    """What a third party does, with the statement, the differences and two public keys."""
    keys = [read_verifier(n.do("card", code=n.code, name="x")["key"]) for n in (city, province)]
    note = notes.parse(run["statement"])
    assert len(notes.opened(note, keys)) == 2
    statement = read_statement(note.text)
    require_explained(statement, run["found"].encode())
    if run["found"]:
        with pytest.raises(StatementContradicted):
            require_explained(statement, b"".join(run["found"].encode().splitlines(True)[:-1]))
    assert replace(statement, run="1" * 32).text() != note.text


def test_what_is_reported_arrives_and_both_sign_that_they_agree(nodes):
    city, province = nodes
    taken = province.do("pull", code="sz")
    assert (taken["statements"], taken["rejected"]) == (35, 0)
    assert taken["size"] == taken["whole"]
    assert province.do("standing") == city.do("standing")
    run = city.do("reconcile", code="gd")
    assert (run["state"], run["counts"]) == ("agreed", {})
    assert run["held"] == {"adm.penalty": [30, 30], "reg.enterprise": [5, 5]}
    verified(city, province, run)
    assert city.do("channel", code="gd", direction="out")["agreed"] == 2
    assert province.do("rows", model="Run", fields=["ref", "state"]) == [[run["ref"], "agreed"]]


def test_nothing_new_brings_nothing(nodes):
    city, province = nodes
    again = province.do("pull", code="sz")
    assert (again["entries"], again["statements"]) == (0, 0)
    assert city.do("tasks") == []


def test_each_way_of_differing_is_told_apart_and_settled(nodes):
    city, province = nodes
    gone = city.do("hand_in", rows=[builders.penalty(doc_no="测市监罚〔2025〕1号")])
    kept = city.do(
        "hand_in", rows=[builders.penalty(doc_no="测市监罚〔2025〕2号"), builders.penalty(doc_no="测市监罚〔2025〕3号")]
    )
    long = city.do("hand_in", rows=[builders.penalty(doc_no="测市监罚〔2025〕4号", facts="很长的事实" * 10)])
    city.do("checkpoint")
    taken = province.do("pull", code="sz")
    assert (taken["statements"], taken["rejected"]) == (4, 1)
    city.do("withdraw", ref=gone["ref"])
    city.do("end", doc_no="测市监罚〔2025〕3号")
    city.do("hand_in", rows=[builders.penalty(doc_no="测市监罚〔2025〕2号", facts="更正后的事实")])
    city.do("hand_in", rows=[builders.penalty(doc_no="测市监罚〔2025〕5号")])
    run = city.do("reconcile", code="gd")
    assert run["counts"] == {"late": 2, "rejected-there": 1, "withdrawn-here": 2}
    assert '"code":"text.too-long"' in run["found"]
    verified(city, province, run)
    tasks = city.do("tasks")
    assert sorted(task["kind"] for task in tasks) == ["rejected-there", "withdrawn-here", "withdrawn-here"]
    assert {task["owner"] for task in tasks} == {"市监局"}
    for node in nodes:
        node.do("shift", seconds=5 * 86_400)
    overdue = city.do("reconcile", code="gd")
    assert overdue["counts"] == {
        "missing-there": 1,
        "outdated-there": 1,
        "rejected-there": 1,
        "withdrawn-here": 2,
    }
    (changed,) = [task for task in city.do("tasks") if task["kind"] == "outdated-there"]
    assert changed["fields"] == ["facts"]
    assert city.do("fetch_rejections", code="gd") == 1
    assert city.do("fetch_rejections", code="gd") == 0
    assert city.do("rows", model="Returned", fields=["kind", "code", "submission__ref", "department__short"]) == [
        ["rejected", "text.too-long", long["ref"], "市监局"]
    ]
    # The province catches up; the city mends what was sent back. Only the next run closes the tasks.
    city.do("hand_in", rows=[builders.penalty(doc_no="测市监罚〔2025〕4号", facts="短的事实")])
    city.do("checkpoint")
    caught_up = province.do("pull", code="sz")
    assert (caught_up["withdrawn"], caught_up["events"]) == (1, 1)
    assert len(city.do("tasks")) == 5
    settled = city.do("reconcile", code="gd")
    assert (settled["state"], settled["counts"]) == ("agreed", {})
    assert city.do("tasks") == []
    assert province.do("standing") == city.do("standing")
    assert kept["state"] == "accepted"
    for node in nodes:
        node.do("shift", seconds=0)


def test_files_carried_by_hand_give_the_same_result(nodes, tmp_path):
    city, province = nodes
    city.do("checkpoint")
    province.do("pull", code="sz")  # whatever earlier tests left is under way no more
    city.do("hand_in", rows=[builders.penalty() for _ in range(3)])
    over_http = city.do("reconcile", code="gd")
    ref, folder = city.do("begin_files", code="gd", folder=str(tmp_path)), str(tmp_path)
    with pytest.raises(Refused, match="no-answer-yet"):
        city.do("go_on_files", ref=ref, folder=folder)
    for _ in range(6):
        assert province.do("serve_files", folder=folder) == [None]
        by_hand = city.do("go_on_files", ref=ref, folder=folder)
        if by_hand["state"] != "waiting":
            break
    assert (by_hand["state"], by_hand["counts"], by_hand["found"]) == ("differs", {"late": 3}, over_http["found"])
    verified(city, province, by_hand)
    assert province.do("serve_files", folder=folder) == []


def test_a_run_by_files_is_about_its_own_day_whatever_happens_meanwhile(nodes, tmp_path):
    city, province = nodes
    city.do("checkpoint")
    province.do("pull", code="sz")
    folder = str(tmp_path)
    city.do("hand_in", rows=[builders.penalty() for _ in range(2)])
    ref = city.do("begin_files", code="gd", folder=folder)
    province.do("serve_files", folder=folder)
    # While the disk is on its way, both go on working.
    city.do("hand_in", rows=[builders.penalty() for _ in range(4)])
    city.do("checkpoint")
    province.do("pull", code="sz")
    for _ in range(6):
        told = city.do("go_on_files", ref=ref, folder=folder)
        if told["state"] != "waiting":
            break
        province.do("serve_files", folder=folder)
    assert told["counts"] == {"late": 2}
    assert city.do("reconcile", code="gd")["state"] == "agreed"


def test_day_packages_from_a_disk_bring_the_same_as_the_network(nodes, tmp_path):
    city, province = nodes
    city.do("hand_in", rows=[builders.penalty() for _ in range(4)])
    city.do("checkpoint")
    (first,) = city.do("package", code="gd", folder=str(tmp_path))
    city.do("hand_in", rows=[builders.penalty() for _ in range(4)])
    city.do("checkpoint")
    (second,) = city.do("package", code="gd", folder=str(tmp_path))
    assert city.do("package", code="gd", folder=str(tmp_path)) == []
    assert province.do("take", paths=[second]) == ["exchange.gap"]
    assert province.do("take", paths=[first, second]) == ["taken", "taken"]
    assert province.do("take", paths=[first]) == ["exchange.replayed"]
    assert city.do("reconcile", code="gd")["state"] == "agreed"
    assert Path(first).name.endswith(".xhp")
