"""The drill: whatever can go wrong between city and province is done to them. All of it is found, nothing is invented."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from apps.exchange.test_two_nodes import introduced
from support import builders
from support.node import Node, Refused
from xinheng.core.exchange.envelope import MOST, Head, seal
from xinheng.core.ledger.keys import read_signer


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    with Node(tmp_path_factory.mktemp("city"), "sz") as city, Node(tmp_path_factory.mktemp("gd"), "gd") as province:
        introduced(city, province)
        yield city, province


@pytest.fixture(autouse=True)
def _hands_off(nodes):
    """After each test nobody meddles any more, clocks are right, and both sides agree again: no fault was invented."""
    yield
    for node in nodes:
        node.meddle = node.meddle_back = lambda message: message
        node.do("shift", seconds=0)


def report(city: Node, count: int = 5) -> None:
    city.do("hand_in", rows=[builders.penalty() for _ in range(count)])
    city.do("checkpoint")


def require_agreement(city: Node, province: Node) -> None:
    province.do("pull", code="sz")
    run = city.do("reconcile", code="gd", anew=True)
    assert (run["state"], run["counts"]) == ("agreed", {})
    assert province.do("standing") == city.do("standing")


def refusals(node: Node) -> list[str]:
    return [facts["code"] for facts in node.do("audited", action="exchange.refused")]


def test_a_lost_answer_is_asked_for_again_and_nothing_comes_twice(nodes):
    city, province = nodes
    report(city, 12)
    calls = []

    def losing(message: bytes) -> bytes:
        calls.append(message)
        if len(calls) == 1:
            raise ConnectionError
        return message

    province.meddle = losing
    with pytest.raises(Refused, match="no-answer"):
        province.do("pull", code="sz")
    require_agreement(city, province)


def test_an_altered_message_is_refused_by_whoever_gets_it(nodes):
    city, province = nodes
    report(city)
    for place in (40, -1, -40):

        def altering(message: bytes, place: int = place) -> bytes:
            changed = bytearray(message)
            changed[place] ^= 1
            return bytes(changed)

        province.meddle = altering
        with pytest.raises(Refused, match="refused-there"):
            province.do("pull", code="sz")
        province.meddle, province.meddle_back = (lambda message: message), altering
        with pytest.raises(Refused, match=r"forged|malformed|foreign"):
            province.do("pull", code="sz")
        province.meddle_back = lambda message: message
    assert {"exchange.forged"} <= set(refusals(city))
    require_agreement(city, province)


def test_a_truncated_message_is_refused(nodes):
    city, province = nodes
    report(city)
    province.meddle_back = lambda message: message[: len(message) - 30]
    with pytest.raises(Refused, match="forged"):
        province.do("pull", code="sz")
    city.meddle = lambda message: message[:20]
    with pytest.raises(Refused, match="refused-there"):
        city.do("reconcile", code="gd")
    assert refusals(province)[-1] == "exchange.malformed"
    city.meddle = lambda message: message
    province.meddle_back = lambda message: message
    require_agreement(city, province)


def test_a_repeated_message_is_refused(nodes):
    city, province = nodes
    city.sent.clear()
    require_agreement(city, province)
    for message in list(city.sent):
        with pytest.raises(Refused):
            provinces_answer(province, message)
    assert refusals(province)[-1] == "exchange.replayed"
    require_agreement(city, province)


def provinces_answer(province: Node, message: bytes) -> None:
    """An answer that is a refusal in writing is one for the test, too."""
    answer = province.answer(message)
    assert b"kind refusal" in answer
    raise Refused("exchange.replayed", "")


def test_steps_out_of_order_are_refused(nodes):
    """Properly signed, but not the next step of any conversation."""
    city, province = nodes
    signer = read_signer((city.folder / "exchange" / "node-key").read_text())
    require_agreement(city, province)
    (session,) = {row[0] for row in province.do("rows", model="Session", fields=["session"])[-1:]}
    now = datetime.now(ZoneInfo("Asia/Shanghai")).replace(year=2026, month=11, day=23)
    head = Head(sender="sz.example/node", to="gd.example/node", session=session, step=0, kind="", nonce="", at=now)
    for known, step, kind in ((session, 9, "ask"), (session, 0, "open"), ("f" * 32, 1, "show")):
        told = replace(head, session=known, step=step, kind=kind, nonce=secrets.token_hex(16))
        assert b"kind refusal" in province.answer(seal(told, {"n": step}, signer))
    with pytest.raises(Refused, match="malformed"):
        province.answer(seal(replace(head, session="f" * 32, kind="dance", nonce="0" * 32), {}, signer))
    assert refusals(province)[-4:] == ["exchange.reordered"] * 3 + ["exchange.malformed"]
    require_agreement(city, province)


def test_a_wrong_clock_is_noticed(nodes):
    city, province = nodes
    report(city)
    for seconds in (-3600, 3600):
        province.do("shift", seconds=seconds)
        with pytest.raises(Refused):
            province.do("pull", code="sz")
        assert refusals(city)[-1] == "exchange.stale"
    province.do("shift", seconds=60)  # a minute is no matter
    province.do("pull", code="sz")
    province.do("shift", seconds=0)
    require_agreement(city, province)


def test_strangers_and_giants_are_refused(nodes, tmp_path_factory):
    city, province = nodes
    with Node(tmp_path_factory.mktemp("hz"), "hz") as stranger:
        stranger.peer = province
        stranger.do("meet", card=province.do("card", code="gd", name="省信用平台"))
        stranger.do("agree", code="gd", direction="out", items=["adm.penalty"])
        with pytest.raises(Refused, match="refused-there"):
            stranger.do("reconcile", code="gd")
        assert refusals(province)[-1] == "exchange.foreign"
    with pytest.raises(Refused, match="oversized"):
        province.answer(b"9" * (MOST + 1))
    with pytest.raises(Refused, match="foreign"):
        city.answer(city.sent[-1])  # meant for the province
    require_agreement(city, province)


def test_what_the_province_lost_changed_or_made_up_is_found_item_by_item(nodes):
    city, province = nodes
    report(city, 60)
    require_agreement(city, province)
    before = set(province.do("standing"))
    rows = province.do("sql", statement="SELECT id, record_id FROM records_version ORDER BY id DESC LIMIT 9")
    lost, changed, renamed = rows[:3], rows[3:6], rows[6:9]
    for version, _ in lost:
        province.do("sql", statement=f"DELETE FROM records_version WHERE id = {version}")
    for version, _ in changed:
        province.do(
            "sql",
            statement=f"UPDATE records_version SET canonical = REPLACE(canonical, '未按规定', '已按规定') WHERE id = {version}",
        )
    for _, record in renamed:
        province.do("sql", statement=f"UPDATE records_record SET key = randomblob(16) WHERE id = {record}")
    run = city.do("reconcile", code="gd", anew=True)
    # Told today, they are still within their term; so the clocks go on.
    assert run["counts"]["late"] == 6
    for node in nodes:
        node.do("shift", seconds=5 * 86_400)
    run = city.do("reconcile", code="gd", anew=True)
    assert run["counts"] == {"missing-there": 6, "missing-here": 3, "altered": 3}
    tasks = city.do("tasks")
    assert len(tasks) == 12
    assert [task["fields"] for task in tasks if task["kind"] == "altered"] == [["facts"]] * 3
    assert len(before) == len(city.do("standing"))


def test_packages_lost_repeated_cut_or_out_of_order_are_refused_one_by_one(nodes, tmp_path):
    city, province = nodes
    files = []
    for _ in range(3):
        report(city)
        files += city.do("package", code="gd", folder=str(tmp_path))
    first, second, third = (Path(name) for name in files[-3:])
    cut = tmp_path / "cut.xhp"
    cut.write_bytes(first.read_bytes()[:-10])
    assert province.do("take", paths=[str(third)]) == ["exchange.gap"]
    assert province.do("take", paths=[str(cut)]) == ["exchange.forged"]
    assert province.do("take", paths=[str(first), str(second)]) == ["taken", "taken"]
    assert province.do("take", paths=[str(first)]) == ["exchange.replayed"]
    province.do("shift", seconds=40 * 86_400)
    assert province.do("take", paths=[str(third)]) == ["exchange.stale"]
    province.do("shift", seconds=0)
    assert province.do("take", paths=[str(third)]) == ["taken"]
    assert refusals(province)[-4:] == ["exchange.gap", "exchange.forged", "exchange.replayed", "exchange.stale"]
