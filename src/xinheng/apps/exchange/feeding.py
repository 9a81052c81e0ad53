"""Handing out our log: entries by position, with the content of what is shared in a channel, and proof that they stand in the log."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import F

from xinheng.apps.exchange.forms import forms_of
from xinheng.apps.exchange.models import Arrival, Channel, Direction
from xinheng.apps.ledger import profile
from xinheng.apps.ledger.files import tree_files
from xinheng.apps.ledger.models import Checkpoint, Run, Turn, TurnKind
from xinheng.apps.ledger.publishing import full_note
from xinheng.apps.records.models import Event, Version
from xinheng.core.ledger import entry, proof
from xinheng.core.ledger.tiles import WIDTH, nodes_of, tile_at
from xinheng.core.reconciliation.elements import name_of_record_key
from xinheng.core.refusal import Refusal

MOST = 2_000  # entries in one page


class BeyondOurLog(Refusal):
    """Entries are asked for that the log has not."""

    code = "exchange.beyond-log"
    message = "我方台账目前只有 {size} 项，不能从第 {first} 项开始提供。"


@dataclass(frozen=True, slots=True)
class _Range:
    first: int
    end: int


def published() -> Checkpoint | None:
    """Return the newest published checkpoint."""
    return Checkpoint.objects.filter(published_at__isnull=False).order_by("-number").first()


def page(channel: Channel, first: int, most: int = MOST) -> dict[str, Any]:
    """Return a page of our log from an entry on, as messages and day packages carry it."""
    checkpoint = published()
    size = checkpoint.size if checkpoint else 0
    if not 0 <= first <= size:
        raise BeyondOurLog(size=size, first=first)
    if checkpoint is None:
        return {"first": 0, "entries": [], "contents": {}, "checkpoint": "", "proof": []}
    end = min(first + max(1, min(most, MOST)), size)
    path = (
        proof.consistency(end, size, nodes_of(size, tree_files().read, profile.hashing()), profile.hashing())
        if end
        else []
    )
    Channel.objects.filter(pk=channel.pk, shared_to__lt=end).update(shared_to=end)
    return {
        "first": first,
        "entries": [b64encode(one).decode() for one in _entries(first, end, size)],
        "contents": {str(index): told for index, told in _contents(channel, _Range(first, end))},
        "checkpoint": str(full_note(checkpoint)),
        "proof": [b64encode(hash_).decode() for hash_ in path],
    }


def _entries(first: int, end: int, size: int) -> list[bytes]:
    files, found = tree_files(), []
    for number in range(first // WIDTH, -(-end // WIDTH)):
        bundle = entry.unbundle(files.read(tile_at(-1, number * WIDTH, size)))
        begin = number * WIDTH
        found += bundle[max(first - begin, 0) : min(end - begin, len(bundle))]
    return found


def _contents(channel: Channel, wanted: _Range) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield what the entries stand for, where it is shared in this channel."""
    runs = Run.objects.annotate(end=F("first_leaf") + F("leaves")).filter(
        first_leaf__lt=wanted.end, end__gt=wanted.first
    )
    turns = {turn.number: turn for turn in Turn.objects.filter(number__in=[run.turn for run in runs])}
    foreign = set(
        Arrival.objects.filter(submission__in=[t.submission for t in turns.values()]).values_list(
            "submission", flat=True
        )
    )
    for run in runs.order_by("first_leaf"):
        turn = turns[run.turn]
        if run.first_version is not None and turn.submission not in foreign:
            yield from _versions(channel, run, wanted)
        elif turn.kind == TurnKind.EVENT and turn.salt is not None:
            yield from _event(channel, run, turn)


def _versions(channel: Channel, run: Run, wanted: _Range) -> Iterator[tuple[int, dict[str, Any]]]:
    skip = max(wanted.first - run.first_leaf, 0)
    count = min(run.first_leaf + run.leaves, wanted.end) - run.first_leaf
    first, last = run.first_version + skip, run.first_version + count - 1
    forms = forms_of(channel)
    rows = Version.objects.filter(pk__range=(first, last), item__in=channel.items).order_by("pk")
    for pk, item, canonical, salt, key in rows.values_list("pk", "item", "canonical", "salt", "record__key"):
        if item not in forms or not canonical:
            continue
        told = orjson.loads(canonical)
        withheld = sorted(set(told) & forms[item].left_out)
        content: dict[str, Any] = {"item": item, "name": name_of_record_key(bytes(key)).hex()}
        if withheld:  # with the salt, what is withheld could be guessed and tried against the commitment
            kept = {name: value for name, value in told.items() if name not in forms[item].left_out}
            content |= {"record": orjson.dumps(kept, option=orjson.OPT_SORT_KEYS).decode(), "withheld": withheld}
        else:
            content |= {"record": canonical, "salt": bytes(salt).hex()}
        yield run.first_leaf + pk - run.first_version, content


def _event(channel: Channel, run: Run, turn: Turn) -> Iterator[tuple[int, dict[str, Any]]]:
    event = Event.objects.filter(pk=turn.event).select_related("record").first()
    if event is None or event.record.item not in channel.items or channel.direction != Direction.OUT:
        return
    name = name_of_record_key(bytes(event.record.key)).hex()
    yield run.first_leaf, {"item": event.record.item, "name": name, "said": turn.said, "salt": bytes(turn.salt).hex()}
