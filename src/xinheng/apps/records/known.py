"""What the register already says: the anti-join that decides new, next version or unchanged before anything is written."""

from __future__ import annotations

import polars as pl
from django.db import connection

from xinheng.apps.intake.visible import NOW
from xinheng.apps.records.store import store

# Other bulk queries carry ``+ 0`` and ``|| ''``: rows are found by the key that is given, never by an index that looks good to a
# planner which still believes the tables empty. Here the fences (``OFFSET 0``, LATERAL; on SQLite CROSS and LEFT JOIN) say the
# order: key, record, its versions, and each one's submission by its number. As a plain join it was once worked out for every
# record there is; to begin with the submissions would be to read them all for each key.
#
# The version that speaks for each key: the current one, or the one this very submission staged. What is staged, and has no
# position yet, comes last. The last column: has anything happened to the record besides being told?
_STAGED = 9_000_000_000_000_000_000
_CURRENT_POSTGRES = f"""
SELECT g.n, r.id, o.id, o.submission_id, o.fingerprint, EXISTS (SELECT 1 FROM records_event e WHERE e.record_id = r.id)
FROM given g
CROSS JOIN LATERAL (SELECT r.id FROM records_record r WHERE r.key = g.key AND r.item = %s OFFSET 0) r
LEFT JOIN LATERAL (
    SELECT t.id, t.submission_id, t.fingerprint FROM (
        SELECT v.id, v.submission_id, v.fingerprint, (
            SELECT COALESCE(s.position, {_STAGED}) FROM intake_submission s
            WHERE s.id = v.submission_id AND (({NOW} AND s.id <> %s) OR s.id = %s)) AS place
        FROM records_version v WHERE v.record_id = r.id OFFSET 0) t
    WHERE t.place IS NOT NULL ORDER BY t.place DESC LIMIT 1) o ON TRUE
"""  # noqa: S608
_CURRENT_SQLITE = f"""
SELECT g.n, r.id, CASE WHEN s.id IS NOT NULL THEN v.id END, s.id, CASE WHEN s.id IS NOT NULL THEN v.fingerprint END,
    EXISTS (SELECT 1 FROM records_event e WHERE e.record_id = r.id),
    MAX(CASE WHEN s.id IS NOT NULL THEN COALESCE(s.position, {_STAGED}) END)  -- the other columns are of the row with the greatest
FROM given g CROSS JOIN records_record r ON r.key = g.key AND r.item = %s
LEFT JOIN records_version v ON v.record_id = r.id
LEFT JOIN intake_submission s ON s.id = v.submission_id AND (({NOW} AND s.id <> %s) OR s.id = %s)
GROUP BY g.n
"""  # noqa: S608
# A record ended by an event of its own is not known any more: to report it again is to say it anew.
_ENDED = """
SELECT g.n FROM given g JOIN records_version v ON v.id = g.version JOIN intake_submission s ON s.id = v.submission_id + 0
WHERE EXISTS (
    SELECT 1 FROM records_event e
    WHERE e.record_id = v.record_id AND e.kind IN ('withdraw', 'revoke', 'expire') AND e.at >= s.accepted_at
    AND NOT EXISTS (
        SELECT 1 FROM records_event e2 WHERE e2.record_id = v.record_id AND e2.kind = 'restore' AND e2.id > e.id))
"""
# Where each key given stands, what record it names, and the version that speaks for it, if one does.
CURRENT = {"n": pl.Int64, "record": pl.Int64, "version": pl.Int64, "submission": pl.Int64, "fingerprint": pl.Binary}
_OTHER_ORGAN = f"""
SELECT DISTINCT g.n, v.organ FROM given g {{versions}} {{submissions}} WHERE {NOW} AND v.item || '' = %s
"""  # noqa: S608


def current(item: str, keys: pl.Series, *, own: int, without: int | None = None) -> pl.DataFrame:
    """Return the keys that name a record (columns CURRENT; ``n``: position in ``keys``); ``version`` null: none speaks for it.

    ``without``: a submission about to be replaced.
    """
    order = keys.arg_sort()  # along the index, page after page
    sql = _CURRENT_SQLITE if connection.vendor == "sqlite" else _CURRENT_POSTGRES
    rows = store().join(sql, {"key": keys.gather(order)}, ("bytea",), [item, without or 0, own])
    columns = list(zip(*rows, strict=True)) or [()] * (len(CURRENT) + 1)
    found = pl.DataFrame(
        [pl.Series(name, columns[i], dtype=kind, strict=True) for i, (name, kind) in enumerate(CURRENT.items())]
    ).with_columns(pl.Series("n", order, dtype=pl.Int64).gather(pl.Series(columns[0], dtype=pl.UInt32)))
    happened = found.filter(pl.Series(columns[len(CURRENT)], dtype=pl.Int64) != 0).drop_nulls("version")
    if happened.height:
        versions = happened.get_column("version")
        ended = store().join(_ENDED, {"version": versions}, ("bigint",))
        gone = versions.gather([n for (n,) in ended])
        found = found.with_columns(
            pl.when(~pl.col("version").is_in(gone.implode())).then(pl.col(name)).alias(name)
            for name in ("version", "submission", "fingerprint")
        )
    return found


def other_organs(item: str, subjects: pl.Series, titles: pl.Series, organs: pl.Series) -> dict[int, str]:
    """Return position → another organ that has reported the same document about the same subject."""
    if subjects.is_empty():
        return {}
    given = {"subject": subjects, "title": titles, "organ": organs}
    each = store().each
    sql = _OTHER_ORGAN.format(
        versions=each(
            "records_version", "v", "v.subject_id = g.subject AND v.title = g.title AND v.organ || '' <> g.organ"
        ),
        submissions=each("intake_submission", "s", "s.id = v.submission_id"),
    )
    return dict(store().join(sql, given, ("bigint", "text", "text"), [item]))
