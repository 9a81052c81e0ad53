"""The statement (对账单) in which a run ends: what both sides held, and the digest of how they differ. Both sign it.

Lines of text, as in a checkpoint; the signatures follow as in a signed note. Anyone can check it later with the public keys, and
with the file of differences also that these, and no others, explain the difference of the sums. docs/formats/reconciliation.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import orjson

from xinheng.core.reconciliation.differences import Difference, Kind, counts
from xinheng.core.reconciliation.sums import Sum
from xinheng.core.refusal import Refusal

HEADER = "xinheng.reconciliation/v1"
_NAME = re.compile(r"^[^\s+]{1,120}$")
_LONGEST = 1 << 20


class StatementUnreadable(Refusal):
    """The text is not a statement of reconciliation."""

    code = "reconcile.statement-unreadable"
    message = "这不是一份有效的对账单：{why}。"


class StatementContradicted(Refusal):
    """The differences do not add up to the difference of the sums."""

    code = "reconcile.statement-contradicted"
    message = "对账单与差异清单不符：{why}。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What both sides held under one item."""

    item: str
    form: str  # digest of the form both compared in
    here: Sum
    there: Sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side as of the run: its name in signatures, the position of its register, its log's size and root (or ``-``)."""

    name: str
    position: int
    log_size: int = 0
    log_root: str = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One run, as both sides sign it."""

    run: str  # 32 hexadecimal digits
    at: datetime
    here: Party
    there: Party
    held: tuple[Held, ...]
    differences: int
    digest: str  # SHA-256 of the differences file
    kinds: tuple[tuple[str, int], ...]

    @property
    def agrees(self) -> bool:
        """Whether both sides hold the same."""
        return self.differences == 0

    def text(self) -> str:
        """Return the text that is signed."""
        lines = [HEADER, f"run {self.run}", f"at {self.at.isoformat(timespec='seconds')}"]
        for word, party in (("here", self.here), ("there", self.there)):
            lines.append(f"{word} {party.name} {party.position} {party.log_size} {party.log_root}")
        for held in self.held:
            sums = f"{held.here.count} {held.here.text()} {held.there.count} {held.there.text()}"
            lines.append(f"item {held.item} {held.form} {sums}")
        lines.append(f"differences {self.differences} {self.digest}")
        lines += [f"kind {kind} {count}" for kind, count in self.kinds]
        lines.append("agreed" if self.agrees else "not-agreed")
        return "\n".join(lines) + "\n"


def differences_file(found: Sequence[Difference]) -> bytes:
    """Return the differences as a file: one JSON object a line (RFC 8785), in order, without contents."""
    ordered = sorted(found, key=lambda difference: difference.key)
    return b"".join(orjson.dumps(d.as_json(), option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE) for d in ordered)


def conclude(
    *, run: str, at: datetime, here: Party, there: Party, held: Iterable[Held], found: Sequence[Difference]
) -> Statement:
    """Return the statement of a run."""
    return Statement(
        run=run,
        at=at,
        here=here,
        there=there,
        held=tuple(sorted(held, key=lambda one: one.item)),
        differences=len(found),
        digest=sha256(differences_file(found)).hexdigest(),
        kinds=tuple(counts(found).items()),
    )


def read_statement(text: str) -> Statement:
    """Read the text of a statement; raise StatementUnreadable for anything that ``text`` would not write so."""
    if len(text) > _LONGEST:
        raise StatementUnreadable(why="太长")
    lines = text.split("\n")
    try:
        statement = _read(lines)
    except (ValueError, IndexError):
        raise StatementUnreadable(why="格式不对") from None
    if statement.text() != text:
        raise StatementUnreadable(why="写法不规范")
    return statement


def _read(lines: list[str]) -> Statement:
    if lines[0] != HEADER or lines[-1] != "":
        raise ValueError("header")
    rows = [line.split(" ") for line in lines[1:-1]]
    (_, run), (_, at) = rows[0], rows[1]
    if not re.fullmatch(r"[0-9a-f]{32}", run):
        raise ValueError("run")
    held = [row for row in rows[4:] if row[0] == "item"]
    after = rows[4 + len(held) :]
    word, number, digest = after[0]
    if word != "differences":
        raise ValueError("differences")
    return Statement(
        run=run,
        at=datetime.fromisoformat(at),
        here=_party(rows[2]),
        there=_party(rows[3]),
        held=tuple(_held(row) for row in held),
        differences=int(number),
        digest=digest,
        kinds=tuple((Kind(kind).value, int(count)) for _, kind, count in after[1:-1]),
    )


def _party(row: list[str]) -> Party:
    _, name, position, size, root = row
    if not _NAME.match(name):
        raise ValueError("name")
    return Party(name=name, position=int(position), log_size=int(size), log_root=root)


def _held(row: list[str]) -> Held:
    _, item, form, count, here, other, there = row
    return Held(item=item, form=form, here=Sum.of_text(int(count), here), there=Sum.of_text(int(other), there))


def require_explained(statement: Statement, file: bytes) -> None:
    """Raise StatementContradicted unless this is the file of differences, and it explains every difference of the sums.

    This needs neither database nor key: what only we have, minus what only they have, must be the difference of the sums.
    """
    if sha256(file).hexdigest() != statement.digest:
        raise StatementContradicted(why="清单的摘要与对账单所记不同")
    balance: dict[str, Sum] = {}
    told = 0
    for line in file.splitlines():
        row = orjson.loads(line)
        told += 1
        copies = int(row["copies"])
        for side, sign in (("here", 1), ("there", -1)):
            if row[side]:
                balance[row["item"]] = _plus(balance.get(row["item"], Sum()), row[side], copies * sign)
    if told != statement.differences:
        raise StatementContradicted(why=f"清单有 {told} 条，对账单记 {statement.differences} 条")
    for held in statement.held:
        if held.here - held.there != balance.pop(held.item, Sum()):
            raise StatementContradicted(why=f"目录项 {held.item} 的差异不能解释两方合计之差")
    if any(rest != Sum() for rest in balance.values()):
        raise StatementContradicted(why="清单中有对账单未列的目录项")


def _plus(total: Sum, print_text: str, times: int) -> Sum:
    one = Sum.of_text(1, print_text)
    for _ in range(abs(times)):
        total = total + one if times > 0 else total - one
    return total
