"""What the province returns is taken in with its origin and told to whoever sent the original; personal fields need a grant."""

from __future__ import annotations

import orjson
import pytest

from apps.exchange.test_two_nodes import introduced
from support import builders
from support.node import Node, Refused


@pytest.fixture
def nodes(tmp_path):
    with Node(tmp_path / "city", "sz", PERSONAL="1") as city, Node(tmp_path / "gd", "gd", PERSONAL="1") as province:
        introduced(city, province)
        yield city, province


def test_what_comes_back_is_taken_in_with_its_origin_and_told_to_the_department(nodes):
    city, province = nodes
    told = city.do("hand_in", rows=[builders.penalty(doc_no="测市监罚〔2026〕501号", facts="原来的事实")])
    province.do("agree", code="sz", direction="out", items=["adm.penalty"], name="returns")
    city.do("agree", code="gd", direction="in", items=["adm.penalty"], name="returns", returns=True)
    # From a system of the ministry: the city's own statement, worded otherwise, and one the city does not know.
    province.do(
        "hand_in",
        rows=[
            builders.penalty(doc_no="测市监罚〔2026〕501号", facts="回流时的事实"),
            builders.penalty(doc_no="部罚〔2026〕9号", facts="部里作出的处罚"),
        ],
    )
    province.do("checkpoint")
    taken = city.do("pull", code="gd")
    assert taken["statements"] == 2
    assert city.do("standing") == ["测市监罚〔2026〕501号 原来的事实", "部罚〔2026〕9号 部里作出的处罚"]
    assert city.do("rows", model="Returned", fields=["kind", "fields", "submission__ref", "department__short"]) == [
        ["returned", "['facts']", told["ref"], "市监局"]
    ]
    (arrival,) = city.do(
        "rows", model="Arrival", fields=["channel__counterpart__code", "submission__department__short"]
    )
    assert arrival == ["gd", "环境局"]
    # What came back is not reported to the province again as ours.
    city.do("checkpoint")
    assert province.do("pull", code="sz")["statements"] == 1
    assert city.do("pull", code="gd")["statements"] == 0


def test_personal_fields_stay_at_home_without_a_grant_and_travel_with_one(nodes):
    city, province = nodes
    rows = [builders.penalty(doc_no="测市监罚〔2026〕601号") | {"经办人电话": "13800138000"}]
    city.do("hand_in", rows=rows)
    city.do("checkpoint")
    province.do("pull", code="sz")
    said = "SELECT canonical FROM records_version"
    assert "phone" in orjson.loads(city.do("sql", statement=said)[0][0])
    assert "phone" not in orjson.loads(province.do("sql", statement=said)[0][0])
    assert city.do("reconcile", code="gd")["state"] == "agreed"
    grant = {"granted": {"adm.penalty": ["phone"]}, "granted_basis": "测试依据第一条", "granted_until": "2027-01-01"}
    for side, code, direction in ((city, "gd", "out"), (province, "sz", "in")):
        with pytest.raises(Refused, match="grant-unfounded"):
            side.do("agree", code=code, direction=direction, items=["adm.penalty"], granted=grant["granted"])
    city.do("agree", code="gd", direction="out", items=["adm.penalty", "reg.enterprise"], **grant)
    with pytest.raises(Refused, match="refused-there"):  # one side alone would compare otherwise
        city.do("reconcile", code="gd")
    province.do("agree", code="sz", direction="in", items=["adm.penalty", "reg.enterprise"], **grant)
    city.do("hand_in", rows=[builders.penalty(doc_no="测市监罚〔2026〕602号") | {"经办人电话": "13900139000"}])
    city.do("checkpoint")
    province.do("pull", code="sz")
    assert any("13900139000" in row[0] for row in province.do("sql", statement=said))


def test_a_pull_that_dies_goes_on_where_it_was(nodes):
    city, province = nodes
    for _ in range(3):
        city.do("hand_in", rows=[builders.penalty() for _ in range(4)])
    city.do("checkpoint")
    province.do("small_pages", most=3)
    calls = []

    def dying(message: bytes) -> bytes:
        calls.append(1)
        if len(calls) in (2, 5):
            raise ConnectionError
        return message

    province.meddle = dying
    for _ in range(2):
        with pytest.raises(Refused, match="no-answer"):
            province.do("pull", code="sz")
    province.do("pull", code="sz")
    assert province.do("standing") == city.do("standing")
    assert len(province.do("rows", model="Arrival", fields=["ref"])) == 3
    assert city.do("reconcile", code="gd")["state"] == "agreed"
