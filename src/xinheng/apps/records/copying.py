"""Saying a version again under another submission: same content, its own salt, the place it came from kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from xinheng.apps.records import digests
from xinheng.apps.records.models import LinkedBy, Version
from xinheng.apps.records.store import store

_COLUMNS = {
    "record_id": "bigint",
    "item": "text",
    "subject_id": "bigint",
    "linked_by": "smallint",
    "sheet": "text",
    "row": "bigint",
    "governing": "date",
    "valid_from": "date",
    "valid_to": "date",
    "title": "text",
    "organ": "text",
    "shown_from": "date",
    "shown_until": "date",
    "shown_rule": "text",
    "canonical": "text",
    "fingerprint": "bytea",
}


def say_again(
    versions: Sequence[int],
    *,
    submission: int,
    places: Mapping[int, tuple[str | None, int]] | None = None,
    subject: int | None = None,
    relink: bool = False,
) -> None:
    """Write these versions again as told by ``submission``, within the caller's transaction.

    ``places``: version → sheet and row where this submission says it. ``relink``: give them ``subject`` (or none).
    """
    if not versions:
        return
    rows = list(Version.objects.filter(pk__in=versions).order_by("pk").values("pk", *_COLUMNS))
    for row in rows:
        if places and row["pk"] in places:
            row["sheet"], row["row"] = places[row["pk"]]
        if relink:
            row["subject_id"], row["linked_by"] = subject, LinkedBy.PERSON if subject else None
        row["fingerprint"] = bytes(row["fingerprint"])
    columns = {name: [row[name] for row in rows] for name in _COLUMNS}
    salt = digests.salts(len(rows))
    columns |= {
        "salt": salt.to_list(),
        "commitment": digests.commitments(salt, pl.Series(columns["canonical"], dtype=pl.String)).to_list(),
        "submission_id": [submission] * len(rows),
    }
    types = (*_COLUMNS.values(), "bytea", "bytea", "bigint")
    store().insert("records_version", columns, types)
