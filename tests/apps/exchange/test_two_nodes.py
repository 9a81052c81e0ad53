"""City and province, each a node of its own: what the city holds arrives, both agree, and sign that they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import builders
from support.node import Node, Refused

ITEMS = ["adm.penalty", "reg.enterprise"]


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    """Two nodes that have met; nothing has been reported yet."""
    with Node(tmp_path_factory.mktemp("city"), "sz") as city, Node(tmp_path_factory.mktemp("gd"), "gd") as province:
        introduced(city, province)
        yield city, province


def introduced(city: Node, province: Node) -> None:
    """Have them meet and agree on what travels."""
    city.peer, province.peer = province, city
    city.do("meet", card=province.do("card", code="gd", name="省信用平台"))
    province.do("meet", card=city.do("card", code="sz", name="市信用平台"))
    city.do("agree", code="gd", direction="out", items=ITEMS)
    province.do("agree", code="sz", direction="in", items=ITEMS)


def test_what_is_reported_arrives_and_both_sign_that_they_agree(nodes):
    city, province = nodes
    first = city.do("hand_in", rows=[builders.penalty() for _ in range(30)])
    assert first["counts"]["new"] == 30
    city.do("hand_in", rows=[builders.registration(n) for n in range(1, 6)], item="reg.enterprise")
    city.do("checkpoint")
    taken = province.do("pull", code="sz")
    assert (taken["statements"], taken["rejected"]) == (35, 0)
    assert taken["size"] == taken["whole"]
    assert province.do("standing") == city.do("standing")
    run = city.do("reconcile", code="gd")
    assert (run["state"], run["counts"]) == ("agreed", {})
    assert run["held"] == {"adm.penalty": [30, 30], "reg.enterprise": [5, 5]}
    assert run["statement"].count("— ") == 2
    assert city.do("channel", code="gd", direction="out")["agreed"] == 2
