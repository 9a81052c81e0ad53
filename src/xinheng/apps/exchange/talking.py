"""The conversation of a run, seen from the side that asks: each answer leads to the next question, until both have signed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xinheng.apps.clock import local_date
from xinheng.apps.exchange import concluding, desk, keeping, keyring, results
from xinheng.apps.exchange.forms import form_digest, forms_of
from xinheng.apps.exchange.handlers import MOST_SHOWN, shown_of
from xinheng.apps.exchange.knowing import known_about
from xinheng.apps.exchange.loghead import own_party
from xinheng.apps.exchange.models import Channel, Run, RunState, Way
from xinheng.apps.exchange.saying import State
from xinheng.apps.exchange.sides import OwnSide, own_sides
from xinheng.core.exchange.envelope import Head, seal
from xinheng.core.exchange.refusals import RefusedThere, Reordered
from xinheng.core.ledger.keys import read_verifier
from xinheng.core.reconciliation import messages
from xinheng.core.reconciliation.descent import Inquiry, first_asks
from xinheng.core.reconciliation.differences import Answered, Difference, Only, classify
from xinheng.core.reconciliation.ranges import FAN_BITS
from xinheng.core.reconciliation.statement import Held, Party, Statement, conclude, differences_file, require_explained
from xinheng.core.reconciliation.sums import Sum
from xinheng.core.refusal import Refusal

_BY_HAND = 16  # bits a range is cut by where each question is a journey


class TooMany(Refusal):
    """So many differences are no matter of settling one by one."""

    code = "reconcile.too-many"
    message = "差异超过 {most} 条，多半是有批次整体未送达。请先补送，再对账。"


@dataclass(slots=True)
class Talk:
    """Where a conversation stands. ``seen``: what the other side has shown and said, once it has."""

    run: Run
    state: State
    anew: bool = False
    stage: str = "open"
    step: int = 0
    nonce: str = ""
    here: Party | None = None
    there: Party | None = None
    roots: dict[str, Sum] = field(default_factory=dict)
    there_roots: dict[str, Sum] = field(default_factory=dict)
    inquiry: Inquiry = field(default_factory=lambda: Inquiry({}, []))
    ours: list[Only] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)
    sides: dict[str, OwnSide] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sides = self.sides or own_sides(self.run.channel, self.state)
        self.roots = {item: side.root() for item, side in self.sides.items()}
        self.here = self.here or own_party(self.state.position)

    @property
    def most(self) -> int:
        """By how many bits ranges are cut."""
        return _BY_HAND if self.run.way == Way.FILES else FAN_BITS

    def first(self, *, at: datetime) -> bytes:
        """Return the message that begins the conversation."""
        channel = self.run.channel
        body = {
            "channel": channel.name,
            "direction": channel.direction,
            "forms": {item: form_digest(form) for item, form in forms_of(channel).items()},
            "roots": messages.sums_out(self.roots),
            "most": self.most,
            "anew": self.anew,
        }
        return self._question("open", body, at)

    def take(self, data: bytes, *, at: datetime) -> bytes | None:
        """Take an answer in; return the next question, or None when the run is over."""
        self.run.received += len(data)
        self.run.rounds += 1
        message = desk.believed(data, self.run.channel.counterpart, at=at, way=Way(self.run.way))
        head = message.head
        if head.session != self.run.ref or head.re != self.nonce or head.step != self.step:
            raise Reordered(expected=self.step, step=head.step)
        if head.kind != "answer":
            raise RefusedThere(there=str(message.body.get("code"))[:80], why=str(message.body.get("message"))[:400])
        self.step += 1
        after = {"open": self._opened, "ask": self._asked, "show": self._shown, "conclude": self._concluded}
        return after[self.stage](message.body, at)

    def _question(self, kind: str, body: dict[str, Any], at: datetime) -> bytes:
        self.stage, self.nonce, signer = kind, secrets.token_hex(16), keyring.own()
        head = Head(
            sender=signer.name,
            to=read_verifier(self.run.channel.counterpart.key).name,
            session=self.run.ref,
            step=self.step,
            kind=kind,
            nonce=self.nonce,
            at=at,
        )
        data = seal(head, body, signer)
        self.run.sent += len(data)
        return data

    def _opened(self, body: dict[str, Any], at: datetime) -> bytes:
        self.there_roots, self.there = messages.sums_in(body.get("roots")), self._party(body)
        if set(self.there_roots) != set(self.roots):
            raise messages.MessageUnreadable(why="对方所列目录项与约定不同")
        asks = first_asks(self.roots, self.there_roots, most=self.most)
        self.inquiry = Inquiry(self.sides, asks, self.most)
        self.inquiry.take(messages.answers_in(body.get("answers"), asks))
        return self._further(at)

    def _party(self, body: dict[str, Any]) -> Party:
        try:
            (size, root), position = body["log"], int(body["position"])
            name = read_verifier(self.run.channel.counterpart.key).name
            return Party(name=name, position=position, log_size=int(size), log_root=str(root)[:100])
        except (KeyError, TypeError, ValueError):
            raise messages.MessageUnreadable(why="对方未说明其位置") from None

    def _asked(self, body: dict[str, Any], at: datetime) -> bytes:
        self.inquiry.take(messages.answers_in(body.get("answers"), self.inquiry.open))
        return self._further(at)

    def _further(self, at: datetime) -> bytes:
        if self.inquiry.open:
            return self._question("ask", {"asks": messages.asks_out(self.inquiry.open)}, at)
        items = self.inquiry.items()
        if not items:
            self.seen = {"theirs": [], "about": {}, "arrived": {}}
            return self._conclude(at)
        if sum(len(self.inquiry.ours(i)) + len(self.inquiry.theirs(i)) for i in items) > MOST_SHOWN:
            raise TooMany(most=MOST_SHOWN)
        channel = self.run.channel
        self.ours = [
            one
            for item in items
            for one in shown_of(channel, item, self.sides[item], self.inquiry.ours(item), self.state)
        ]
        known, _, _ = known_about(channel, self.ours, self.sides, self.state)
        body = {
            "ours": messages.only_out(self.ours),
            "wanted": {item: messages.found_out(self.inquiry.theirs(item)) for item in items},
            "deliveries": sorted({one.delivery for one in known.values() if one.delivery}),
        }
        return self._question("show", body, at)

    def _shown(self, body: dict[str, Any], at: datetime) -> bytes:
        self.seen = {name: body.get(name) for name in ("theirs", "about", "arrived")}
        return self._conclude(at)

    def _conclude(self, at: datetime) -> bytes:
        self.seen["at"] = at.isoformat()
        statement, found, _, _ = self.result()
        file = differences_file(found)
        require_explained(statement, file)
        body = {"statement": str(concluding.signed(statement.text())), "differences": file.decode()}
        return self._question("conclude", body, at)

    def result(self) -> tuple[Statement, list[Difference], dict[bytes, int | None], dict[bytes, int]]:
        """Return the statement, the differences, and who told each, at which position. The same whenever it is asked."""
        assert self.here is not None
        assert self.there is not None
        channel, at = self.run.channel, datetime.fromisoformat(self.seen["at"])
        theirs = messages.only_in(self.seen["theirs"])
        known, owners, positions = known_about(channel, [*self.ours, *theirs], self.sides, self.state)
        answered = _answered(self.seen["about"], self.seen["arrived"], self.ours)
        found = classify(self.ours, theirs, known=known, answered=answered, on=local_date(at))
        forms = {item: form_digest(form) for item, form in forms_of(channel).items()}
        held = [
            Held(item=item, form=forms[item], here=self.roots[item], there=self.there_roots[item]) for item in forms
        ]
        statement = conclude(run=self.run.ref, at=at, here=self.here, there=self.there, held=held, found=found)
        return statement, found, owners, positions

    def _concluded(self, body: dict[str, Any], at: datetime) -> None:
        statement, found, owners, positions = self.result()
        keys = [keyring.own().verifier, read_verifier(self.run.channel.counterpart.key)]
        note = concluding.require_both(str(body.get("statement", "")), statement, keys)
        theirs = {one.name: one.content for one in messages.only_in(self.seen["theirs"])}
        results.finish(
            self.run,
            statement=statement,
            note=str(note),
            found=found,
            owners=owners,
            positions=positions,
            theirs=theirs,
            at=at,
        )

    def paused(self) -> dict[str, Any]:
        """Return where the conversation stands, to go on from after days."""
        items = self.inquiry.items()
        return {
            "state": [self.state.position, self.state.event],
            "stage": self.stage,
            "step": self.step,
            "nonce": self.nonce,
            "here": [self.here.position, self.here.log_size, self.here.log_root] if self.here else None,
            "there": [self.there.position, self.there.log_size, self.there.log_root] if self.there else None,
            "there_roots": messages.sums_out(self.there_roots),
            "open": messages.asks_out(self.inquiry.open),
            "found": {
                item: [messages.found_out(self.inquiry.ours(item)), messages.found_out(self.inquiry.theirs(item))]
                for item in items
            },
            "ours": messages.only_out(self.ours),
            "seen": self.seen,
        }

    @classmethod
    def resumed(cls, run: Run) -> Talk:
        """Return the conversation of a run that waits for an answer."""
        told = run.talk
        talk = cls(run, State(*told["state"]), stage=told["stage"], step=told["step"], nonce=told["nonce"])
        position, size, root = told["here"]
        talk.here = Party(name=keyring.own().name, position=position, log_size=size, log_root=root)
        talk.there_roots = messages.sums_in(told["there_roots"])
        if told["there"]:
            talk.there = talk._party({"position": told["there"][0], "log": told["there"][1:]})
        talk.inquiry = Inquiry(talk.sides, messages.asks_in(told["open"]), talk.most)
        for item, (ours, theirs) in told["found"].items():
            talk.inquiry.resume(item, messages.found_in(ours), messages.found_in(theirs))
        talk.ours, talk.seen = messages.only_in(told["ours"]), told["seen"]
        return talk


def _answered(about: object, arrived: object, ours: list[Only]) -> dict[bytes, Answered]:
    if not isinstance(about, dict) or not isinstance(arrived, dict):
        raise messages.MessageUnreadable(why="对方的说明有误")
    counts = {str(ref): int(count) for ref, count in arrived.items()}
    found = {one.name: Answered(arrived=counts) for one in ours}
    for name, (held, rejected) in about.items():
        found[bytes.fromhex(name)] = Answered(held=bool(held), rejected=str(rejected)[:80], arrived=counts)
    return found


def begin(
    *,
    channel: Channel,
    way: Way,
    by: Any,
    at: datetime,
    anew: bool = False,
    progress: keeping.Progress = lambda n: None,
) -> Talk:
    """Open a run: our side is brought up, and its state is what the run is about. ``anew``: both work everything out again."""
    state = keeping.catch_up(channel, anew=anew, progress=progress)
    run = Run.objects.create(
        ref=secrets.token_hex(16), channel=channel, by=by, way=way, state=RunState.OPEN, started_at=at,
        position=state.position,
    )  # fmt: skip
    return Talk(run, state, anew)
