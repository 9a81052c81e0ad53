"""The yardstick of the web: Litestar and msgspec give one row by its code as JSON, and do nothing else."""

from __future__ import annotations

import os
import sqlite3

import msgspec
from litestar import Litestar, Response, get

_connection = sqlite3.connect(os.environ["XINHENG_BENCH_DATABASE"], check_same_thread=False)
_connection.row_factory = sqlite3.Row
_SQL = (
    "SELECT v.record_id, v.item, v.governing, v.valid_from, v.valid_to, v.title, v.organ, v.shown_from, v.shown_until, "
    "v.shown_rule, v.canonical, t.code, t.kind FROM subjects_subject t JOIN records_version v ON v.subject_id = t.id WHERE t.code = ? LIMIT 1"
)
_encode = msgspec.json.Encoder().encode


@get("/api/v1/subjects/{code:str}", sync_to_thread=False)
def subject(code: str) -> Response[bytes]:
    """Give one row."""
    row = _connection.execute(_SQL, (code,)).fetchone()
    return Response(_encode(dict(row) if row else None), media_type="application/json")


app = Litestar([subject], openapi_config=None, logging_config=None)
