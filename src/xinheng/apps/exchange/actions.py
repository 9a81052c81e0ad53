"""What is done about counterparts: introduce ourselves, meet them, agree on a channel, note what was found out about a difference."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account, Department
from xinheng.apps.audit import actions as audit
from xinheng.apps.exchange import keyring
from xinheng.apps.exchange.models import Channel, Counterpart, Direction, Feed, Task, Way
from xinheng.apps.ledger import proofs
from xinheng.apps.ledger.models import Ended
from xinheng.apps.ledger.queries import newest_published
from xinheng.apps.policy import current_policy
from xinheng.core.ledger import succession
from xinheng.core.ledger.checkpoint import open_checkpoint
from xinheng.core.ledger.keys import read_verifier
from xinheng.core.policy.model import Privacy, UnknownItem
from xinheng.core.refusal import Refusal

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,38}")


class CardUnreadable(Refusal):
    """The other node's card cannot be used."""

    code = "exchange.card-unreadable"
    message = "对方的名片不能使用：{why}。请对方重新运行 xinheng exchange introduce 生成。"


class KeyChanged(Refusal):
    """A counterpart we know shows another key: nobody is believed again without a person's decision."""

    code = "exchange.key-changed"
    message = "“{counterpart}”的密钥与以前登记的不同。请用电话等其他方式核实；确认无误的，先停用旧的再以新代码登记。"


class GrantUnfounded(Refusal):
    """Personal fields travel only with a basis and a term."""

    code = "exchange.grant-unfounded"
    message = "个人信息字段 {fields} 不能交换：{why}。"


class NotYourTask(Refusal):
    """A difference is settled by the department that owns it, or the centre."""

    code = "exchange.not-your-task"
    message = "这条差异由“{owner}”办理。"


class CentreOnly(Refusal):
    """What is agreed with other nodes is the centre's business."""

    code = "exchange.centre-only"
    message = "与其他节点的交换和对账由信用中心办理。"


def require_centre(by: Account | None) -> None:
    """Refuse officers of departments and auditors; commands run by the operator have no account."""
    if by is not None and not rights.may(by, "reconcile.run"):
        raise CentreOnly


def own_card(*, code: str, name: str, address: str = "") -> dict[str, str]:
    """Return our card, to be handed to another node. Nothing on it is secret; that it is ours must be known some other way."""
    told = {"code": code, "name": name, "address": address, **keyring.card()}
    if Ended.objects.exists() and (newest := newest_published()) is not None:
        told["succession"] = str(proofs.succession_proof(newest))
    return told


@transaction.atomic
def meet(*, card: Mapping[str, Any], way: Way, by: Account | None, at: datetime) -> Counterpart:
    """Register a node by its card. One we know keeps its keys; only its address and name may change.

    Its log may be another one only where the card brings the proof (``succession``) that it follows the one we know: we then read it
    from its beginning.
    """
    require_centre(by)
    code, name, key, public, log = (str(card.get(part, "")) for part in ("code", "name", "key", "public", "log"))
    if not _CODE.fullmatch(code) or not name:
        raise CardUnreadable(why="没有代码或名称")
    try:
        read_verifier(key)
        read_verifier(log)
        if len(bytes.fromhex(public)) != 32:
            raise ValueError("length")
    except (Refusal, ValueError):
        raise CardUnreadable(why="公钥无法读取") from None
    if key == keyring.card()["key"]:
        raise CardUnreadable(why="这是本节点自己的名片")
    found = Counterpart.objects.filter(code=code).first()
    if found is not None and (found.key, found.public, found.log) != (key, public, log):
        if (found.key, found.public) != (key, public) or not _follows(found, log, str(card.get("succession", ""))):
            raise KeyChanged(counterpart=found)
        found.log = log
        Feed.objects.filter(channel__counterpart=found).delete()
    found = found or Counterpart(code=code, key=key, public=public, log=log, met_at=at)
    found.name, found.way, found.address = name[:100], way, str(card.get("address", ""))[:300]
    found.save()
    audit.record("exchange.met", about=found, by=by, at=at, key=key, address=found.address)
    return found


def _follows(known: Counterpart, log: str, proof: str) -> bool:
    """Say whether a log proves to follow the one we know, and from no earlier than what we have read of it."""
    if not proof:
        return False
    told, old = succession.proved(proof, read_verifier(log)), read_verifier(known.log)
    for text in (
        Feed.objects.filter(channel__counterpart=known).exclude(checkpoint="").values_list("checkpoint", flat=True)
    ):
        if open_checkpoint(text, old)[0].size > told.size:
            return False  # we have read what the new log gives up: a person has to look
    return told.origin == old.name


@transaction.atomic
def know_table(*, code: str, name: str, source: Mapping[str, Any], by: Account | None, at: datetime) -> Counterpart:
    """Register a counterpart that has only a nightly file or a database table. ``source``: item → file, or database and query."""
    require_centre(by)
    if not _CODE.fullmatch(code) or not name:
        raise CardUnreadable(why="没有代码或名称")
    found, _ = Counterpart.objects.update_or_create(
        code=code, defaults={"name": name, "way": Way.TABLE, "source": dict(source), "met_at": at}
    )
    audit.record("exchange.table-known", about=found, by=by, at=at, items=sorted(source))
    return found


@transaction.atomic
def agree(
    *,
    counterpart: Counterpart,
    direction: Direction,
    items: Sequence[str],
    by: Account | None,
    at: datetime,
    on: date,
    name: str = "main",
    department: Department | None = None,
    term_days: int = 1,
    settle_days: int = 3,
    granted: Mapping[str, Sequence[str]] | None = None,
    granted_basis: str = "",
    granted_until: date | None = None,
    returns: bool = False,
) -> Channel:
    """Open a channel, or change what is agreed in it. Items the catalogue does not know, and grants without basis, are refused."""
    require_centre(by)
    policy = current_policy()
    for item in items:
        try:
            policy.item(item, on=on)
        except UnknownItem:
            raise CardUnreadable(why=f"目录中没有 {item}") from None
    _require_founded(granted or {}, items, granted_basis, granted_until, on)
    channel, _ = Channel.objects.update_or_create(
        counterpart=counterpart,
        direction=direction,
        name=name,
        defaults={
            "items": sorted(items),
            "department": department,
            "term_days": term_days,
            "settle_days": settle_days,
            "granted": {item: sorted(fields) for item, fields in (granted or {}).items()},
            "granted_basis": granted_basis,
            "granted_until": granted_until,
            "returns": returns,
        },
    )
    audit.record(
        "exchange.agreed",
        about=channel,
        by=by,
        at=at,
        policy=policy.digest,
        items=channel.items,
        granted=channel.granted,
        basis=granted_basis,
    )
    return channel


def _require_founded(
    granted: Mapping[str, Sequence[str]], items: Sequence[str], basis: str, until: date | None, on: date
) -> None:
    for item, fields in granted.items():
        told = "、".join(fields)
        if item not in items:
            raise GrantUnfounded(fields=told, why=f"{item} 不在交换范围内")
        known = current_policy().item(item, on=on).by_name
        if any(name not in known or known[name].privacy is not Privacy.PERSONAL for name in fields):
            raise GrantUnfounded(fields=told, why="只有目录中的个人信息字段才需要授权，封存字段不得交换")
        if not basis or until is None or until <= on:
            raise GrantUnfounded(fields=told, why="须写明依据和有效期")


@transaction.atomic
def note_task(*, task: Task, note: str, by: Account, at: datetime) -> None:
    """Write down what was found out about a difference. It stays open until a run no longer shows it."""
    locked = Task.objects.select_for_update().get(pk=task.pk)
    if not rights.may(by, "reconcile.note") or (locked.owner_id != by.department_id and not by.is_centre):
        raise NotYourTask(owner=locked.owner or "")
    locked.note = note[:2000]
    locked.save(update_fields=["note"])
    audit.record("reconcile.noted", about=locked, by=by, at=at)
