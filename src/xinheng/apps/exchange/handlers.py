"""What each kind of message is answered with. Reconciliation: open, ask, show, conclude."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from xinheng.apps.exchange import concluding, feeding, keeping, returning
from xinheng.apps.exchange.forms import form_digest, forms_of
from xinheng.apps.exchange.knowing import answers_about
from xinheng.apps.exchange.loghead import own_party
from xinheng.apps.exchange.models import Channel, Counterpart, Direction, Session
from xinheng.apps.exchange.saying import State
from xinheng.apps.exchange.sides import OwnSide, own_sides, statements
from xinheng.core.reconciliation import messages
from xinheng.core.reconciliation.descent import Found, first_asks
from xinheng.core.reconciliation.differences import Only
from xinheng.core.reconciliation.messages import MessageUnreadable
from xinheng.core.refusal import Refusal

MOST_SHOWN = 100_000
_FORGOTTEN = timedelta(days=60)  # conversations nobody went on with


class NoSuchChannel(Refusal):
    """Nothing is agreed with this counterpart under that name."""

    code = "exchange.no-such-channel"
    message = "与对方之间没有名为“{channel}”、方向为“{direction}”的交换约定。"


class FormsDiffer(Refusal):
    """Both sides would write the same statement otherwise: their catalogues, or their grants, differ."""

    code = "reconcile.forms-differ"
    message = "两方目录的规范形式不同，不能对账：{items}。请先核对目录版本和个人信息授权。"


def channel_for(counterpart: Counterpart, name: object, direction: object) -> Channel:
    """Return the channel a counterpart speaks of, seen from our side: what goes out there comes in here."""
    ours = {Direction.OUT: Direction.IN, Direction.IN: Direction.OUT}.get(str(direction))  # type: ignore[call-overload]
    found = Channel.objects.filter(counterpart=counterpart, name=str(name)[:40], direction=ours).first()
    if found is None:
        raise NoSuchChannel(channel=str(name)[:40], direction=str(direction)[:10])
    return found


def open_(counterpart: Counterpart, session: str, body: dict[str, Any], at: datetime) -> tuple[Session, dict[str, Any]]:
    """Begin: what we hold of each item, and already the answers to what will be asked first."""
    channel = channel_for(counterpart, body.get("channel"), body.get("direction"))
    forms = {item: form_digest(form) for item, form in forms_of(channel).items()}
    told = body.get("forms")
    if told != forms:
        wrong = {*forms, *told} if isinstance(told, dict) else set(forms)
        differing = sorted(i for i in wrong if not isinstance(told, dict) or told.get(i) != forms.get(i))
        raise FormsDiffer(items="、".join(differing[:10]))
    state = keeping.catch_up(channel, anew=body.get("anew") is True)
    Session.objects.filter(counterpart=counterpart, at__lt=at - _FORGOTTEN).delete()
    opened = Session(
        counterpart=counterpart,
        session=session,
        channel=channel,
        position=state.position,
        event=state.event,
        at=at,
    )
    sides = own_sides(channel, state)
    roots = {item: side.root() for item, side in sides.items()}
    asks = first_asks(messages.sums_in(body.get("roots")), roots, most=_most(body))
    party = own_party(state.position)
    return opened, {
        "position": state.position,
        "log": [party.log_size, party.log_root],
        "roots": messages.sums_out(roots),
        "answers": messages.answers_out(messages.answered(asks, sides)),
    }


def _most(body: dict[str, Any]) -> int:
    most = body.get("most")
    if not isinstance(most, int) or not 1 <= most <= 16:
        raise MessageUnreadable(why="区间划分有误")
    return most


def state_of(session: Session) -> State:
    """Return the state a conversation is about."""
    return State(session.position, session.event)


def ask(session: Session, body: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Answer about ranges."""
    asks = messages.asks_in(body.get("asks"))
    sides = own_sides(session.channel, state_of(session))
    if unknown := {one.item for one in asks} - set(sides):
        raise MessageUnreadable(why=f"没有目录项 {sorted(unknown)[0][:40]}")
    return {"answers": messages.answers_out(messages.answered(asks, sides))}


def show(session: Session, body: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Show what only we have, and say what we know about what only they have."""
    state = state_of(session)
    sides = own_sides(session.channel, state)
    theirs = messages.only_in(body.get("ours"))
    wanted, deliveries = body.get("wanted"), body.get("deliveries")
    if not isinstance(wanted, dict) or not isinstance(deliveries, list) or set(wanted) - set(sides):
        raise MessageUnreadable(why="请求有误")
    shown: list[Only] = []
    for item, told in sorted(wanted.items()):
        found = messages.found_in(told)
        if len(found) > MOST_SHOWN:
            raise MessageUnreadable(why="一次请求的记录过多")
        shown += shown_of(session.channel, item, sides[item], found, state)
    asked = sorted({(one.item, one.name) for one in theirs if one.item in sides})
    about = answers_about(session.channel, asked, [str(d)[:80] for d in deliveries], sides)
    arrived = next(iter(about.values())).arrived if about else {}
    return {
        "theirs": messages.only_out(shown),
        "about": {name.hex(): [says.held, says.rejected] for name, says in about.items() if says.held or says.rejected},
        "arrived": dict(arrived),
    }


def shown_of(channel: Channel, item: str, side: OwnSide, found: Found, state: State) -> list[Only]:
    """Return the statements behind fingerprints found on our side."""
    if not len(found):
        return []
    held, copies = side.find(found)
    return statements(channel, item, state, held, copies)


def conclude(session: Session, body: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Check the statement of the run against what we hold, and sign it."""
    return {"statement": concluding.countersign(session, body, at)}


def entries(counterpart: Counterpart, session: str, body: dict[str, Any], at: datetime) -> tuple[None, dict[str, Any]]:
    """Hand out a page of our log."""
    channel = channel_for(counterpart, body.get("channel"), body.get("direction"))
    first, most = body.get("first"), body.get("most", feeding.MOST)
    if not isinstance(first, int) or not isinstance(most, int) or channel.direction != Direction.OUT:
        raise MessageUnreadable(why="起始位置有误")
    return None, feeding.page(channel, first, most)


def rejections(
    counterpart: Counterpart, session: str, body: dict[str, Any], at: datetime
) -> tuple[None, dict[str, Any]]:
    """Tell which statements of theirs we sent back, and why."""
    channel = channel_for(counterpart, body.get("channel"), body.get("direction"))
    since = body.get("since")
    if not isinstance(since, int):
        raise MessageUnreadable(why="起始位置有误")
    return None, {"rejections": returning.rejections_since(channel, since)}


OPENERS = {"open": open_, "entries": entries, "rejections": rejections}
HANDLERS = {"ask": ask, "show": show, "conclude": conclude}
