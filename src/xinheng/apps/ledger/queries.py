"""What the ledger says about itself: how large it is, what was signed, who has witnessed, whether it has stopped."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from xinheng.apps.ledger import keyring
from xinheng.apps.ledger.models import Checkpoint, Head
from xinheng.apps.ledger.publishing import trust_policy


@dataclass(frozen=True, slots=True)
class WitnessLine:
    """A witness and when it last co-signed, and up to which size."""

    name: str
    key: str
    url: str
    size: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Status:
    """The ledger at a glance."""

    origin: str
    key: str
    size: int  # of the newest checkpoint
    published_size: int
    published_at: datetime | None
    subjects: int
    root: str
    waiting: int  # turns not yet sequenced
    halted: str
    quorum: str
    witnesses: list[WitnessLine] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        told = {name: getattr(self, name) for name in self.__slots__ if name != "witnesses"}
        return told | {"witnesses": [{n: getattr(w, n) for n in w.__slots__} for w in self.witnesses]}

    def lines(self) -> list[str]:
        """Say it in Chinese."""
        when = timezone.localtime(self.published_at).strftime("%Y-%m-%d %H:%M:%S") if self.published_at else "还没有"
        told = [
            f"台账 {self.origin}",
            f"已定序 {self.size} 项，已发布 {self.published_size} 项（{when}），主体 {self.subjects} 家",
            f"等待定序 {self.waiting} 件",
            f"公钥 {self.key}",
            f"见证要求 {self.quorum}",
        ]
        told += [f"  {w.name}：{f'签到第 {w.size} 项' if w.at else '还没有签过'}" for w in self.witnesses]
        return [*told, f"已停止：{self.halted}"] if self.halted else told


def newest_published() -> Checkpoint | None:
    """Return the newest published checkpoint."""
    return Checkpoint.objects.filter(published_at__isnull=False).order_by("-number").first()


def status() -> Status:
    """Look at the ledger."""
    head = Head.objects.filter(pk=1).first() or Head()
    newest, published = Checkpoint.objects.order_by("-number").first(), newest_published()
    policy = trust_policy()
    return Status(
        origin=keyring.log_signer().name,
        key=str(keyring.log_verifier()),
        size=newest.size if newest else 0,
        published_size=published.size if published else 0,
        published_at=published.published_at if published else None,
        subjects=published.subjects if published else 0,
        root=bytes(published.root).hex() if published else "",
        waiting=head.turn - (newest.turn if newest else 0),
        halted=head.halted,
        quorum=policy.quorum,
        witnesses=[_line(w.name, str(w.verifier), w.url) for w in policy.witnesses],
    )


def _line(name: str, key: str, url: str) -> WitnessLine:
    last = Checkpoint.objects.filter(cosignatures__witness=name).order_by("-number").first()
    at = last.cosignatures.get(witness=name).at if last else None
    return WitnessLine(name, key, url, last.size if last else 0, at)


def trust_text() -> str:
    """Return the trust policy to hand to others: our key, the witnesses, and how many must have co-signed."""
    policy = trust_policy()
    lines = [f"log {keyring.log_verifier()}", *(f"witness {w.name} {w.verifier}" for w in policy.witnesses)]
    lines += [f"group {name} {group.least} {' '.join(group.members)}" for name, group in policy.groups.items()]
    return "\n".join([*lines, f"quorum {policy.quorum}", ""])
