"""The yardsticks of the web: Litestar and msgspec, bare SQL, no rules.

``/one/CODE`` gives one row by its code as JSON and does nothing else. ``/all/CODE`` gives what our look-up gives: who the organisation is and
its statements that count now, found by our own SQL, each value as it is stored: nothing is decided, masked or kept.
"""

from __future__ import annotations

import os
import sqlite3

import msgspec
from litestar import Litestar, Response, get

from xinheng.apps.records import plain

_connection = sqlite3.connect(os.environ["XINHENG_BENCH_DATABASE"], check_same_thread=False)
_connection.row_factory = sqlite3.Row
_SQL = (
    "SELECT v.record_id, v.item, v.governing, v.valid_from, v.valid_to, v.title, v.organ, v.shown_from, v.shown_until, "
    "v.shown_rule, v.canonical, t.code, t.kind FROM subjects_subject t JOIN records_version v ON v.subject_id = t.id WHERE t.code = ? LIMIT 1"
)
_WHO = "SELECT t.id, t.code, t.kind, n.name FROM subjects_subject t JOIN subjects_name n ON n.subject_id = t.id WHERE t.code = ?"
_ALL = plain.OF_SUBJECT.replace("{window}", "").replace("%s", "?")
_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.Decoder().decode


@get("/one/{code:str}", sync_to_thread=False)
def one(code: str) -> Response[bytes]:
    """Give one row."""
    row = _connection.execute(_SQL, (code,)).fetchone()
    return Response(_encode(dict(row) if row else None), media_type="application/json")


@get("/all/{code:str}", sync_to_thread=False)
def everything(code: str) -> Response[bytes]:
    """Give the organisation and the statements about it."""
    names = _connection.execute(_WHO, (code,)).fetchall()
    rows = _connection.execute(_ALL, (names[0]["id"],)).fetchall() if names else []
    records = [dict(row) | {"canonical": _decode(row["canonical"])} for row in rows]
    return Response(
        _encode({"subject": [dict(name) for name in names], "records": records}), media_type="application/json"
    )


app = Litestar([one, everything], openapi_config=None, logging_config=None)
