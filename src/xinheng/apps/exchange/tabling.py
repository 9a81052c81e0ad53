"""A run against a counterpart's table: both sides are worked out here, and only we sign the statement."""

from __future__ import annotations

import secrets
import time
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import local_date
from xinheng.apps.exchange import concluding, keeping, results
from xinheng.apps.exchange.foreign import ForeignSide, SourceUnusable
from xinheng.apps.exchange.forms import form_digest, forms_of, item_of, pair_key_of
from xinheng.apps.exchange.handlers import shown_of
from xinheng.apps.exchange.knowing import known_about
from xinheng.apps.exchange.loghead import own_party
from xinheng.apps.exchange.models import Channel, Run, Way
from xinheng.apps.exchange.saying import State
from xinheng.apps.exchange.sides import OwnSide, own_sides
from xinheng.core.intake.finding import FileUnusable
from xinheng.core.reconciliation.descent import differences
from xinheng.core.reconciliation.differences import Difference, Only, classify
from xinheng.core.reconciliation.statement import Held, Party, Statement, conclude, differences_file, require_explained
from xinheng.core.refusal import Refusal


def run_table(
    *,
    channel: Channel,
    by: Account | None,
    clock: Callable[[], datetime],
    anew: bool = False,
    progress: Callable[[int], None] = lambda n: None,
) -> Run:
    """Compare a channel with the counterpart's table, and return the finished run."""
    begun = time.perf_counter()
    state = keeping.catch_up(channel, anew=anew, progress=progress)
    run = Run.objects.create(
        ref=secrets.token_hex(16), channel=channel, by=by, way=Way.TABLE, started_at=clock(), position=state.position
    )
    try:
        _compare(run, state, at=clock(), progress=progress)
    except FileUnusable as unusable:
        results.failed(run, code=unusable.code, message=unusable.message, at=clock())
        raise
    except Refusal as refusal:
        results.failed(run, code=refusal.code, message=str(refusal), at=clock())
        raise
    run.seconds = time.perf_counter() - begun
    run.save(update_fields=["seconds"])
    return run


def _compare(run: Run, state: State, *, at: datetime, progress: Callable[[int], None]) -> None:
    channel = run.channel
    sides = own_sides(channel, state)
    theirs = _theirs(channel, at, progress)
    ours: list[Only] = []
    others: list[Only] = []
    for item, side in sides.items():
        only_ours, only_theirs = differences(side, theirs[item].side, item=item)
        ours += shown_of(channel, item, side, only_ours, state)
        others += theirs[item].only(only_theirs)
    known, owners, positions = known_about(channel, [*ours, *others], sides, state)
    found = classify(ours, others, known=known, answered={}, on=local_date(at))
    statement = _statement(run, state, sides, theirs, found, at)
    require_explained(statement, differences_file(found))
    note = str(concluding.signed(statement.text()))
    told = {one.name: one.content for one in others}
    results.finish(
        run, statement=statement, note=note, found=found, owners=owners, positions=positions, theirs=told, at=at
    )


def _theirs(channel: Channel, at: datetime, progress: Callable[[int], None]) -> dict[str, ForeignSide]:
    found, key, on = {}, pair_key_of(channel), local_date(at)
    for item, form in forms_of(channel).items():
        told = channel.counterpart.source.get(item)
        if not isinstance(told, dict):
            raise SourceUnusable(item=item, why="没有登记对方的文件或查询")
        found[item] = ForeignSide(item_of(item, on), form, told, key, on=on, progress=progress)
    return found


def _statement(
    run: Run,
    state: State,
    sides: dict[str, OwnSide],
    theirs: dict[str, ForeignSide],
    found: list[Difference],
    at: datetime,
) -> Statement:
    whole = sha256(b"".join(theirs[item].fingerprint() for item in sorted(theirs))).digest()
    rows = sum(one.rows for one in theirs.values())
    there = Party(
        name=f"table:{run.channel.counterpart.code}",
        position=0,
        log_size=rows,
        log_root=b64encode(whole).decode(),
    )
    held = [
        Held(item=item, form=form_digest(form), here=sides[item].root(), there=theirs[item].side.root())
        for item, form in forms_of(run.channel).items()
    ]
    return conclude(run=run.ref, at=at, here=own_party(state.position), there=there, held=held, found=found)
