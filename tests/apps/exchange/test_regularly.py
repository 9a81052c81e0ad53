"""Regular pulling and comparing: every channel in its turn, and one that cannot be reached holds up nobody."""

from __future__ import annotations

import pytest

from xinheng.apps.exchange import pulling, regularly, transport
from xinheng.apps.exchange.models import Channel, Counterpart, Direction, RunState, Way
from xinheng.apps.exchange.taking import Taken
from xinheng.apps.timetable import regular
from xinheng.core.exchange.refusals import RefusedThere


@pytest.fixture
def channels(channel):
    """The province both ways, a district that does not answer, and one that sends disks."""
    told = {"key": "k", "public": "p", "met_at": channel.counterpart.met_at}
    Channel.objects.create(counterpart=channel.counterpart, direction=Direction.IN, items=channel.items)
    for code, way in (("away", Way.HTTP), ("disk", Way.FILES)):
        other = Counterpart.objects.create(code=code, name=code, way=way, address=f"http://{code}", **told)
        Channel.objects.create(counterpart=other, direction=Direction.OUT, items=channel.items)
    return channel


def answers(monkeypatch, work):
    def post_to(counterpart):
        if counterpart.code == "away":
            raise RefusedThere(there="http.503", why="维护中")
        return work

    monkeypatch.setattr(transport, "post_to", post_to)


def test_every_channel_is_fetched_and_the_one_that_fails_is_named_at_the_end(channels, monkeypatch):
    asked = []
    answers(monkeypatch, "post")
    monkeypatch.setattr(
        pulling, "pull", lambda c, post, clock: asked.append(c.direction) or Taken(entries=9, statements=7)
    )
    monkeypatch.setattr(pulling, "fetch_rejections", lambda c, post, clock: asked.append(c.direction) or 2)
    with pytest.raises(regularly.NotAll) as refused:
        regular.named("pull").do(at=channels.counterpart.met_at)
    assert asked == ["out", "in"]
    assert all(
        word in str(refused.value) for word in ("2 个通道已拉取", "新数据 7 条", "新退回 2 条", "away", "维护中")
    )
    Counterpart.objects.filter(code="away").update(active=False)
    assert "没有完成" not in regular.named("pull").do(at=channels.counterpart.met_at)


def test_every_channel_is_compared_but_those_that_go_by_disk(channels, monkeypatch):
    class Done:
        state, counts = RunState.DIFFERS, {"late": 3}

    answers(monkeypatch, "post")
    compared = []
    monkeypatch.setattr(
        transport, "run_over", lambda post, channel, by, clock: compared.append(channel.direction) or Done
    )
    Counterpart.objects.filter(code="away").update(active=False)
    said = regular.named("reconcile").do(at=channels.counterpart.met_at)
    assert compared == ["out", "in"]
    assert "差异 3 条" in said
    assert "1 个通道靠文件往来" in said
