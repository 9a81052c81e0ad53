"""The end of a run: the statement is made, checked by the other side against what it holds, and signed by both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from xinheng.apps.exchange import keyring
from xinheng.apps.exchange.forms import form_digest, forms_of
from xinheng.apps.exchange.loghead import is_own
from xinheng.apps.exchange.models import Session
from xinheng.apps.exchange.results import store_answered_run
from xinheng.apps.exchange.saying import State
from xinheng.apps.exchange.sides import OwnSide, own_sides
from xinheng.core.ledger import note as notes
from xinheng.core.ledger.keys import read_verifier
from xinheng.core.ledger.note import Note, Signature
from xinheng.core.ledger.signing import Verifier
from xinheng.core.reconciliation.messages import MessageUnreadable
from xinheng.core.reconciliation.statement import (
    Statement,
    StatementContradicted,
    read_statement,
    require_explained,
)


def signed(text: str) -> Note:
    """Return a text signed by this node."""
    signer = keyring.own()
    return Note(text, (Signature(signer.name, signer.verifier.key_id, signer.sign(text.encode())),))


def with_our_signature(note: Note) -> Note:
    """Return a note with our signature under the others."""
    return note.with_signatures(signed(note.text).signatures)


def countersign(session: Session, body: dict[str, Any], at: datetime) -> str:
    """Return the statement with our signature too, or refuse it with the reason."""
    note = notes.parse(str(body.get("statement", "")))
    file = str(body.get("differences", "")).encode()
    counterpart = session.counterpart
    notes.opened(note, [read_verifier(counterpart.key)])
    statement = read_statement(note.text)
    state = State(session.position, session.event)
    sides = own_sides(session.channel, state)
    _require_ours(session, statement, sides)
    require_explained(statement, file)
    _require_true(file, sides)
    both = with_our_signature(note)
    session.statement = str(both)
    store_answered_run(session, statement, str(both), file, at=at)
    return str(both)


def _require_ours(session: Session, statement: Statement, sides: Mapping[str, OwnSide]) -> None:
    """What the statement says about us must be what we hold."""
    if not is_own(statement.there, session.position):
        raise StatementContradicted(why="所记本方位置与会话不符")
    if statement.here.name != read_verifier(session.counterpart.key).name:
        raise StatementContradicted(why="所记对方名称与签名不符")
    forms = forms_of(session.channel)
    if {held.item for held in statement.held} != set(forms):
        raise StatementContradicted(why="所列目录项与约定不同")
    for held in statement.held:
        if held.form != form_digest(forms[held.item]) or held.there != sides[held.item].root():
            raise StatementContradicted(why=f"目录项 {held.item} 的本方合计不是我方所有")


def _require_true(file: bytes, sides: Mapping[str, OwnSide]) -> None:
    """What is said to stand here must stand here."""
    told: dict[str, list[tuple[bytes, str]]] = {}
    for line in file.splitlines():
        row = orjson.loads(line)
        if row["there"]:
            told.setdefault(row["item"], []).append((bytes.fromhex(row["name"]), row["there"]))
    for item, rows in told.items():
        if item not in sides:
            raise MessageUnreadable(why="清单中有约定以外的目录项")
        held = sides[item].holds([name for name, _ in rows])
        if missing := [name for name, _ in rows if name not in held]:
            raise StatementContradicted(why=f"清单称我方有而实无：{missing[0].hex()}")


def require_both(note_text: str, statement: Statement, keys: Sequence[Verifier]) -> Note:
    """Return a statement's note if every one of these keys has signed it and it says what we sent."""
    note = notes.parse(note_text)
    good = {(s.name, s.key_id) for s in notes.opened(note, keys)}
    if note.text != statement.text() or good != {(key.name, key.key_id) for key in keys}:
        raise StatementContradicted(why="对方返回的对账单与我方发出的不同，或签名不全")
    return note
