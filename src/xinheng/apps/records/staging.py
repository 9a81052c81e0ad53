"""A block of checked rows becomes staged versions: invisible until their submission is accepted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import numpy as np
import orjson
import polars as pl
from django.db import connection

from xinheng.apps.records import digests, known
from xinheng.apps.records.store import store
from xinheng.apps.records.store.behind import Behind, Packing
from xinheng.apps.records.store.interface import VERSION_COLUMNS
from xinheng.apps.records.windows import FROM, RULE, UNTIL, with_windows
from xinheng.apps.subjects.linking import BY, SUBJECT, WHO, Linked, Memory, link
from xinheng.core.intake.checked import CANONICAL, GOOD, GOVERNING, KEY, CheckedBlock
from xinheng.core.intake.messages import level_of
from xinheng.core.intake.table import ROW
from xinheng.core.policy.model import Field, FieldType, Item, Policy

_ORGAN, _KNOWN, _RECORD = "organ_code", "__known", "__record"
_CONFIRMATION = ("bigint", "bigint", "text", "bigint")
_WORTH_A_CONNECTION = 5_000  # rows: opening a connection takes as long as writing a few hundred
_FATAL = ["subject.name-differs"]  # findings of the ladder that send a row back
FINDINGS = {
    "row": pl.UInt32,
    "code": pl.String,
    "level": pl.String,
    "field": pl.String,
    "seen": pl.String,
    "detail": pl.String,
}


@dataclass(slots=True)
class Staged:
    """What became of one block."""

    new: int = 0
    versions: int = 0
    unchanged: int = 0
    returned: int = 0
    waiting: int = 0
    findings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FINDINGS))


@dataclass(slots=True)
class Stager:
    """Stages the blocks of one submission. ``renew`` is called inside each transaction: it keeps, or loses, the lease."""

    submission: int
    policy: Policy
    on: date
    renew: Callable[[int], None]
    replaces: int | None = None
    _memory: Memory = field(default_factory=Memory, init=False)
    _behind: Behind | None = field(default=None, init=False)
    _last: Future[None] | None = field(default=None, init=False)  # the last piece handed over
    _all_new: bool = field(default=False, init=False)  # the register knew nothing of the last block
    _mistaken: bool = field(default=False, init=False)  # a block was taken for new and was not
    # Keys of the blocks handed over, each with the last of its pieces; those before it are written when it is.
    _flying: deque[tuple[Future[None], pl.Series]] = field(default_factory=deque, init=False)

    def __enter__(self) -> Stager:
        """Begin to stage. Inside a caller's transaction everything is written on the caller's own connection."""
        if store().writes_beside and not connection.in_atomic_block:
            self._behind = Behind()
        return self

    def __exit__(self, fault: type[BaseException] | None, *_: object) -> None:
        """Wait until everything is written; after a fault, only until nothing is being written any more."""
        if self._behind is None:
            return
        try:
            if fault is None:
                self._behind.settle()
        finally:
            self._behind.close()

    def stage(self, block: CheckedBlock) -> Staged:
        """Plan and write one block."""
        item, done = block.item, Staged()
        rows = block.rows.filter(pl.col(GOOD))
        if rows.height == 0:
            return done
        rows, twice = _keyed(rows)
        done.unchanged += twice
        rows = rows.with_columns(
            digests.key_digests(rows.get_column(KEY)).alias("__key16"),
            digests.fingerprints(rows.get_column(CANONICAL)).alias("__print"),
        )
        fresh = self._told_first(rows, item)
        if fresh is None:
            fresh = self._settle_known(rows, item, block.sheet, done)
        if fresh.height:
            self._stage_fresh(fresh, block, done)
        if self._last is not None:
            self._flying.append((self._last, rows.get_column("__key16")))
        return done

    def _told_first(self, rows: pl.DataFrame, item: Item) -> pl.DataFrame | None:
        """Where the register knew nothing of the block before, take this one for new: making its records says whether it is.

        ``None``: something is known. A row that goes back later leaves a record without a version, which nobody sees.
        """
        if not self._all_new or rows.height < _WORTH_A_CONNECTION:
            return None
        made = store().first_told(item.id, rows.get_column("__key16"))
        if made is None:
            self._all_new, self._mistaken = (
                False,
                True,
            )  # each mistake leaves rows behind that the server must clear away
            return None
        return rows.with_columns(made.alias(_RECORD), pl.lit(False).alias(_KNOWN))

    def _settle_known(self, rows: pl.DataFrame, item: Item, sheet: str | None, done: Staged) -> pl.DataFrame:
        """Leave out what the register already says, word for word; return the rest."""
        keys = rows.get_column("__key16")
        self._see_what_flies(keys)
        current = known.current(item.id, keys, own=self.submission, without=self.replaces)
        self._all_new = current.height == 0 and not self._mistaken
        told = rows.select(ROW, "__print").with_row_index("n").cast({"n": pl.Int64})
        held = current.join(told, on="n", how="left", maintain_order="left")
        own = pl.col("submission") == self.submission
        same = held.get_column("fingerprint").eq(held.get_column("__print")).fill_null(False)
        unchanged, other = held.filter(same), held.filter(~same)
        self._confirm(unchanged.filter(~own), sheet)
        done.unchanged += unchanged.height
        twice = other.filter(own)
        if twice.height:
            done.findings = pl.concat(
                [done.findings, _findings(twice, "duplicate.in-file", None, None, "前面工作表中的同一")]
            )
            done.returned += twice.height
        left = np.ones(rows.height, dtype=bool)
        left[np.concatenate([unchanged.get_column("n").to_numpy(), twice.get_column("n").to_numpy()])] = False
        record, speaks = np.zeros(rows.height, dtype=np.int64), np.zeros(rows.height, dtype=bool)
        record[current.get_column("n").to_numpy()] = current.get_column("record").to_numpy()
        speaks[current.drop_nulls("version").get_column("n").to_numpy()] = True
        return rows.with_columns(pl.Series(_RECORD, record).replace(0, None), pl.Series(_KNOWN, speaks)).filter(
            pl.Series(left)
        )

    def _confirm(self, unchanged: pl.DataFrame, sheet: str | None) -> None:
        """Write down who said again what is there; ``unchanged``: ``version`` and ROW."""
        bulk = store()
        size = bulk.step * 8  # two numbers a row: a bigger step takes as long
        for part in unchanged.sort("version").iter_slices(size):  # along the index, page after page
            columns = {
                "submission_id": [self.submission] * part.height,
                "version_id": part.get_column("version"),
                "sheet": [sheet] * part.height,
                "row": part.get_column(ROW),
            }
            insert = partial(bulk.insert, "records_confirmation", columns, _CONFIRMATION)
            self._write(lambda insert=insert: insert, part.height)

    def _write(self, pack: Packing, rows: int) -> None:
        """Write in a short transaction that keeps, or loses, the lease: now, or while the next rows are prepared."""

        def packed() -> Callable[[], None]:
            work = pack()

            def write() -> None:
                with store().staging():
                    work()
                    self.renew(rows)

            return write

        if self._behind is not None and rows >= _WORTH_A_CONNECTION:
            self._last = self._behind.do(packed)
        else:
            self._settle()
            packed()()

    def _see_what_flies(self, keys: pl.Series) -> None:
        """Let no row be planned while the register is just being told the same key."""
        while self._flying and self._flying[0][0].done():
            self._flying.popleft()
        if self._flying and keys.is_in(pl.concat([keys for _, keys in self._flying]).implode()).any():
            self._settle()

    def _settle(self) -> None:
        if self._behind is not None:
            self._behind.settle()
            self._last = None
            self._flying.clear()

    def _stage_fresh(self, rows: pl.DataFrame, block: CheckedBlock, done: Staged) -> None:
        linked = link(rows, block.item, submission=self.submission, memory=self._memory)
        rows = linked.rows.join(
            linked.outcome.select(WHO, SUBJECT, BY, pl.col("code").alias("__code")),
            on=WHO,
            how="left",
            maintain_order="left",
        )
        told = _link_findings(rows, linked.outcome)
        bad = pl.col("__code").is_in(_FATAL)
        done.returned += rows.height
        rows = rows.filter(~bad.fill_null(False))
        done.returned -= rows.height
        done.versions += int(rows.get_column(_KNOWN).sum())
        done.new += rows.height - int(rows.get_column(_KNOWN).sum())
        done.findings = pl.concat([done.findings, told, _other_organs(rows, block.item)]).sort("row", "code")
        rows = with_windows(rows, block.item, self.policy, on=self.on)
        self._write_versions(rows, block)
        done.waiting += self._queue(rows, linked, block)

    def _write_versions(self, rows: pl.DataFrame, block: CheckedBlock) -> None:
        bulk = store()
        versions = self._versions(rows, block)
        numbers = bulk.numbers(versions)
        start = 0
        while start < rows.height:
            steps = -(-(rows.height - start) // bulk.step)
            size = -(-(rows.height - start) // steps)  # all of one size, none a mere rest
            told = None if numbers is None else numbers.slice(start, size)
            self._write(partial(_packed, versions.slice(start, size), told), min(size, rows.height - start))
            start += size

    def _versions(self, rows: pl.DataFrame, block: CheckedBlock) -> pl.DataFrame:
        """Return the columns of the versions, but for salt and commitment."""
        item = block.item

        def text(name: str) -> pl.Expr:
            return pl.col(name) if name in rows.columns else pl.lit(None, dtype=pl.String)

        def day(name: str) -> pl.Expr:
            spec = item.by_name.get(name)
            if name not in rows.columns or spec is None or spec.type is not FieldType.DATE:
                return pl.lit(None, dtype=pl.Date)
            return _day(pl.col(name), spec, inclusive=name == "valid_to")

        return rows.select(
            record=_RECORD,
            key="__key16",
            item=pl.lit(item.id),
            subject_id=SUBJECT,
            linked_by=BY,
            submission_id=pl.lit(self.submission, dtype=pl.Int64),
            sheet=pl.lit(block.sheet, dtype=pl.String),
            row=ROW,
            governing=GOVERNING,
            valid_from=day("valid_from"),
            valid_to=day("valid_to"),
            title=text(item.title),
            organ=text(_ORGAN),
            shown_from=FROM,
            shown_until=UNTIL,
            shown_rule=RULE,
            canonical=CANONICAL,
            fingerprint="__print",
        ).sort("key")  # along the index, page after page

    def _queue(self, rows: pl.DataFrame, linked: Linked, block: CheckedBlock) -> int:
        """Put the rows without a certain subject into the queue, with the candidates explained."""
        waiting = rows.filter(pl.col(SUBJECT).is_null()).select(ROW, WHO)
        if waiting.height == 0:
            return 0
        self._settle()
        bulk = store()
        size = bulk.step
        for part in waiting.iter_slices(size):
            numbers, whos = part.get_column(ROW).to_list(), part.get_column(WHO).to_list()
            with bulk.staging():
                ids = bulk.join(
                    "SELECT g.n, v.id FROM given g JOIN records_version v ON v.submission_id = %s AND v.row = g.row "
                    "AND v.subject_id IS NULL AND COALESCE(v.sheet, '') = %s",
                    {"row": numbers},
                    ("bigint",),
                    [self.submission, block.sheet or ""],
                )
                chosen = [linked.waiting[whos[n]] for n, _ in ids]
                bulk.insert(
                    "records_linktask",
                    {
                        "version_id": [version for _, version in ids],
                        "submission_id": [self.submission] * len(ids),
                        "item": [block.item.id] * len(ids),
                        "told": [orjson.dumps(entry.told).decode() for entry in chosen],
                        "candidates": [orjson.dumps(entry.candidates).decode() for entry in chosen],
                        "state": ["waiting"] * len(ids),
                        "reason": [""] * len(ids),
                    },
                    ("bigint", "bigint", "text", "jsonb", "jsonb", "text", "text"),
                )
                self.renew(0)
        return waiting.height


def _packed(versions: pl.DataFrame, numbers: pl.Series | None) -> Callable[[], None]:
    """Salt the versions, commit to them and pack them; return what writes them."""
    salt = digests.salts(versions.height)
    commitment = digests.commitments(salt, versions.get_column("canonical"))
    salted = versions.with_columns(salt.alias("salt"), commitment.alias("commitment"))
    return store().packed(salted.select(VERSION_COLUMNS), numbers)


def _keyed(rows: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Return the rows, each with a key, and how many said the same twice. What no field names is named by all it says."""
    if rows.get_column(KEY).null_count() == 0:
        return rows, 0
    kept = rows.with_columns(pl.coalesce(KEY, CANONICAL).alias(KEY)).unique(KEY, keep="first", maintain_order=True)
    return kept, rows.height - kept.height


def _day(text: pl.Expr, spec: Field, *, inclusive: bool) -> pl.Expr:
    day = text.str.to_date("%Y-%m-%d", strict=False)
    if spec.open_ended:  # 2099-12-31 means "no end"
        day = pl.when(day < date(2099, 12, 31)).then(day)
    return day.dt.offset_by("1d") if inclusive else day  # periods are half-open here, 有效期至 is not


def _findings(rows: pl.DataFrame, code: str, name: str | None, seen: str | None, detail: str | None) -> pl.DataFrame:
    return rows.select(
        pl.col(ROW).alias("row"),
        pl.lit(code).alias("code"),
        pl.lit(level_of(code).value).alias("level"),
        pl.lit(name, dtype=pl.String).alias("field"),
        pl.lit(seen, dtype=pl.String).alias("seen"),
        pl.lit(detail, dtype=pl.String).alias("detail"),
    )


def _link_findings(rows: pl.DataFrame, outcome: pl.DataFrame) -> pl.DataFrame:
    told = outcome.filter(pl.col("code").is_not_null())
    if told.height == 0:
        return pl.DataFrame(schema=FINDINGS)
    levels = {code: level_of(code).value for code in told.get_column("code").unique()}
    told = told.select(
        WHO,
        "code",
        pl.col("code").replace_strict(levels).alias("level"),
        pl.when(pl.col("code") == "subject.name-differs")
        .then(pl.lit("subject_name"))
        .otherwise(pl.lit("subject_code"))
        .alias("field"),
        "seen",
        "detail",
    )
    found = rows.select(pl.col(ROW).alias("row"), WHO).join(told, on=WHO, how="inner", maintain_order="left")
    return found.select(list(FINDINGS))


def _other_organs(rows: pl.DataFrame, item: Item) -> pl.DataFrame:
    """Find documents another organ has reported about the same subject: a warning to both, not an error."""
    if _ORGAN not in rows.columns or item.title not in rows.columns or item.title == "subject_name":
        return pl.DataFrame(schema=FINDINGS)
    asked = rows.filter(
        pl.col(SUBJECT).is_not_null() & pl.col(item.title).is_not_null() & pl.col(_ORGAN).is_not_null()
    ).select(ROW, SUBJECT, item.title, _ORGAN)
    asked = asked.sort(SUBJECT, item.title)  # along the index, page after page
    hits = known.other_organs(item.id, *(asked.get_column(name) for name in asked.columns[1:]))
    parts = [
        _findings(asked[[n]], "duplicate.other-organ", item.title, asked[n, item.title], organ)
        for n, organ in hits.items()
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=FINDINGS)
