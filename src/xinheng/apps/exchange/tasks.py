"""Work behind the pages: sums are brought up after the register has moved, a run asked for on a page is done."""

from __future__ import annotations

from django_tasks import task


@task()
def keep_up(channel: int) -> None:
    """Bring the sums of a channel up. If another process is at it, that one's work or the next run's will do."""
    from xinheng.apps.exchange import keeping
    from xinheng.apps.exchange.models import Channel

    Channel.objects.filter(pk=channel).update(due=False)
    found = Channel.objects.filter(pk=channel).first()
    if found is not None:
        try:
            keeping.catch_up(found)
        except keeping.BeingKept:
            return


@task()
def reconcile(channel: int, by: int) -> None:
    """Run a reconciliation asked for on a page. One that fails is stored with its reason."""
    from xinheng.apps.accounts.models import Account
    from xinheng.apps.clock import now
    from xinheng.apps.exchange import tabling, transport
    from xinheng.apps.exchange.models import Channel, Way
    from xinheng.core.intake.finding import FileUnusable
    from xinheng.core.refusal import Refusal

    found, officer = Channel.objects.select_related("counterpart").get(pk=channel), Account.objects.get(pk=by)
    try:
        if found.counterpart.way == Way.TABLE:
            tabling.run_table(channel=found, by=officer, clock=now)
        else:
            transport.run_over(transport.post_to(found.counterpart), channel=found, by=officer, clock=now)
    except (Refusal, FileUnusable):
        return  # the run says why


def register_moved() -> None:
    """Ask for the sums to be brought up, once for each channel, after the register has moved. Called outside the transaction."""
    from xinheng.apps.exchange.models import Channel

    for channel in Channel.objects.filter(due=False, counterpart__active=True).values_list("pk", flat=True):
        if Channel.objects.filter(pk=channel, due=False).update(due=True):
            keep_up.enqueue(channel)
