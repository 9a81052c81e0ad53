"""Regular work with other nodes: fetching what is new, and comparing each channel. One that cannot be reached does not hold up the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet

from xinheng.apps.clock import now
from xinheng.apps.exchange import pulling, tabling, transport
from xinheng.apps.exchange.models import Channel, Direction, RunState, Way
from xinheng.core.intake.finding import FileUnusable
from xinheng.core.refusal import Refusal


class NotAll(Refusal):
    """Some channels could not be done; the others were."""

    code = "exchange.not-all"
    message = "{done}没有完成：{failed}"


def pull_all(*, at: datetime) -> str:
    """Fetch what is new from every node reached over the network, and what they sent back of ours. Raises NotAll at the end."""
    return _each(_channels().filter(counterpart__way=Way.HTTP), _pull, lambda done: f"{done} 个通道已拉取。")


def reconcile_all(*, at: datetime) -> str:
    """Compare every channel that can be compared without carrying files. Raises NotAll at the end."""
    told = _each(_channels().exclude(counterpart__way=Way.FILES), _reconcile, lambda done: f"{done} 个通道已对账。")
    by_hand = _channels().filter(counterpart__way=Way.FILES).count()
    return told + (f"{by_hand} 个通道靠文件往来，须人工对账。" if by_hand else "")


def _channels() -> QuerySet[Channel]:
    return Channel.objects.filter(counterpart__active=True).select_related("counterpart").order_by("pk")


def _each(channels: QuerySet[Channel], work: Callable[[Channel], str], done_of: Callable[[int], str]) -> str:
    said, failed = [], []
    for channel in channels:
        try:
            said.append(work(channel))
        except (Refusal, FileUnusable) as refusal:
            failed.append(f"{channel}（{refusal}）")
    done = channels.count() - len(failed)
    text = "".join([done_of(done), *said]) if done else ""
    if failed:
        raise NotAll(done=text, failed="；".join(failed))
    return text


def _pull(channel: Channel) -> str:
    post = transport.post_to(channel.counterpart)
    if channel.direction == Direction.OUT:
        sent_back = pulling.fetch_rejections(channel, post, clock=now)
        return f"{channel}：新退回 {sent_back} 条。" if sent_back else ""
    taken = pulling.pull(channel, post, clock=now)
    if not taken.entries:
        return ""
    if not taken.rejected:
        return f"{channel}：新数据 {taken.statements} 条。"
    return f"{channel}：新数据 {taken.statements} 条，退回 {taken.rejected} 条。"


def _reconcile(channel: Channel) -> str:
    if channel.counterpart.way == Way.TABLE:
        run = tabling.run_table(channel=channel, by=None, clock=now)
    else:
        run = transport.run_over(transport.post_to(channel.counterpart), channel=channel, by=None, clock=now)
    if run.state == RunState.AGREED:
        return f"{channel}：一致。"
    return f"{channel}：差异 {sum(run.counts.values()):,} 条。"
