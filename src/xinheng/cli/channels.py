"""Which counterpart, and which channel with it, a command speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xinheng.cli.outcome import CannotDo

if TYPE_CHECKING:
    from xinheng.apps.exchange.models import Channel, Counterpart

direction_option = click.option(
    "--direction",
    type=click.Choice(["out", "in"]),
    default=None,
    help="out 我方报送对方，in 对方报送我方；只有一个时可省略",
)
channel_option = click.option("--channel", "name", default="main", metavar="名称", help="约定的名称，默认 main")


def counterpart_of(code: str) -> Counterpart:
    """Return a counterpart by its code."""
    from xinheng.apps.exchange.models import Counterpart

    found = Counterpart.objects.filter(code=code, active=True).first()
    if found is None:
        raise CannotDo(
            "counterpart.unknown",
            f"没有登记代码为“{code}”的对方。可用 xinheng exchange meet 登记，xinheng reconcile status 查看。",
        )
    return found


def channel_of(code: str, direction: str | None, name: str) -> Channel:
    """Return a channel; the direction need not be told where there is only one."""
    from xinheng.apps.exchange.models import Channel

    found = list(Channel.objects.filter(counterpart=counterpart_of(code), name=name).select_related("counterpart"))
    if direction is not None:
        found = [channel for channel in found if channel.direction == direction]
    if not found:
        raise CannotDo("channel.unknown", f"与“{code}”之间还没有这样的约定。可用 xinheng exchange agree 约定。")
    if len(found) > 1:
        raise CannotDo("channel.ambiguous", f"与“{code}”有两个方向的约定，请加 --direction out 或 --direction in。")
    return found[0]
