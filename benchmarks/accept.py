"""Accepting a million penalty rows into the register: subject, version, provenance, commitment; beside Django's bulk_create."""

from __future__ import annotations

import atexit
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import polars as pl

from benchmarks import measure

ON = date(2026, 4, 1)
AT = datetime(2026, 4, 1, 2, tzinfo=UTC)
ROWS = 1_000_000
BLOCK = 44_000  # what the reader cuts a CSV of such rows into
# A server as docs/operations/settings.md says: out of the box it keeps 128 MB in memory and writes its log over every gigabyte.
SERVER = {"shared_buffers": "6GB", "max_wal_size": "8GB", "min_wal_size": "2GB"}


@dataclass
class Blocks:
    """A source of generated tables."""

    frames: Iterator[pl.DataFrame]
    header: tuple[str, ...]
    format: str = "csv"
    encoding: str | None = "utf-8"
    size: int = 0
    sheet: str | None = None
    header_row: int = 1
    notes: list = field(default_factory=list)

    def tables(self) -> Iterator[Blocks]:
        """Yield the one table."""
        yield self

    def blocks(self) -> Iterator[pl.DataFrame]:
        """Yield blocks with the sender's row numbers."""
        row = 2
        for frame in (part for whole in self.frames for part in whole.iter_slices(BLOCK)):
            yield frame.with_row_index("__row", offset=row).with_columns(pl.col("__row").cast(pl.UInt32))
            row += frame.height


def _installation(database: str) -> None:
    """Set up an empty register in a folder of its own."""
    import django

    stack = ExitStack()
    atexit.register(stack.close)
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="xinheng-bench-"))
    os.environ["XINHENG_VAR"] = folder
    os.environ.pop("DATABASE_URL", None)
    if database == "postgres":
        sys.path.insert(0, "tests")
        from support.postgres import postgres

        os.environ["DATABASE_URL"] = stack.enter_context(postgres(**SERVER))
    os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.project.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    if database == "postgres":
        _worn_in()


def _worn_in() -> None:
    """Leave the server as a day's work leaves it: its memory used before, the files of its log there to be written over."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE yesterday (n bigint, text text)")
        cursor.execute("INSERT INTO yesterday SELECT n, repeat(md5(n::text), 32) FROM generate_series(1, 1200000) n")
        cursor.execute("DROP TABLE yesterday")
        cursor.execute("CHECKPOINT")


def _checked(rows: int) -> Iterator[Any]:
    from xinheng.apps.policy import current_policy
    from xinheng.core.intake.engine import check_source
    from xinheng.demo.bulk import COLUMNS, penalties

    source = Blocks(penalties(rows), COLUMNS)
    yield from check_source(source, current_policy(), on=ON, item_id="adm.penalty", for_register=True)


def _submission() -> Any:
    from xinheng.apps.accounts.models import Account, Department, Role
    from xinheng.apps.intake.models import State, Submission

    department, _ = Department.objects.get_or_create(code="11440300MB2C000001", defaults={"name": "测试局"})
    officer, _ = Account.objects.get_or_create(
        username="bench", defaults={"department": department, "role": Role.CENTRE}
    )
    submission = Submission.objects.create(
        item="adm.penalty", department=department, officer=officer, state=State.CHECKING, received_at=AT
    )
    submission.ref = f"B-{submission.pk}"
    submission.lease = "bench"
    submission.save()
    return submission


def _accepted(submission: Any, counts: dict[str, int]) -> None:
    from xinheng.apps.intake import actions, order
    from xinheng.apps.intake.models import State, Submission

    Submission.objects.filter(pk=submission.pk).update(
        state=State.CERTIFIED, certified_at=AT, counts=counts, planned_position=order.position()
    )
    submission.refresh_from_db()
    actions.accept(submission=submission, by=submission.officer, at=AT)


def _stage(rows: int) -> Callable[[], dict]:
    """Prepare to stage and accept rows that have been made and checked: only the register's own work is timed."""
    from xinheng.apps.intake import lease
    from xinheng.apps.policy import current_policy
    from xinheng.apps.records.staging import Stager
    from xinheng.core.intake.checked import GOOD

    blocks = list(_checked(rows))
    good = sum(int(block.rows.get_column(GOOD).sum()) for block in blocks)

    def work() -> dict:
        submission = _submission()
        counts = {"new": 0, "versions": 0, "unchanged": 0}
        begin = time.perf_counter()
        with Stager(
            submission.pk, current_policy(), ON, lambda n: lease.renew(submission.pk, "bench", rows=n)
        ) as stager:
            for block in blocks:
                staged = stager.stage(block)
                for name in counts:
                    counts[name] += getattr(staged, name)
        done = time.perf_counter()
        _accepted(submission, counts)
        end = time.perf_counter()
        return {"rows/s": round(good / (end - begin)), "made visible in ms": round((end - done) * 1000, 1)} | counts

    return work


def _register(rows: int) -> None:
    """Make the parties of these rows known: linking finds them, it does not make them."""
    from xinheng.apps.subjects.actions import NewSubject, make_known
    from xinheng.apps.subjects.names import fold_column
    from xinheng.core.intake.checked import GOOD

    told: dict[str, NewSubject] = {}
    for block in _checked(rows):
        party = block.rows.filter(GOOD).select(
            "subject_code", "subject_name", fold_column(pl.col("subject_name")).alias("f")
        )
        for code, name, folded in party.unique("subject_code").iter_rows():
            told.setdefault(code, NewSubject(code, name, folded, "E", True, ON))
    submission = _submission()
    parties = list(told.values())
    for start in range(0, len(parties), BLOCK):  # as a register handed in makes them known
        make_known(parties[start : start + BLOCK], submission=submission.pk)
    _accepted(submission, {"new": len(told)})


def accept(rows: int, database: str) -> Callable[[], dict]:
    """Job: a first submission."""
    _installation(database)
    _register(rows)
    return _stage(rows)


def again(rows: int, database: str) -> Callable[[], dict]:
    """Job: the same rows handed in once more."""
    _installation(database)
    _register(rows)
    work = _stage(rows)
    work()
    return work


def bulk_create(rows: int, database: str) -> Callable[[], dict]:
    """Job: the same models written through the ORM, 1,000 a batch; subjects, keys and days shown are given to it for nothing."""
    return _with_the_orm(rows, database, ask=False)


def through_the_orm(rows: int, database: str) -> Callable[[], dict]:
    """Job: the same work through the ORM: whose each row is and by what name, what is known, what another organ told; then bulk_create.

    Days shown are given to it for nothing.
    """
    return _with_the_orm(rows, database, ask=True)


def _with_the_orm(rows: int, database: str, *, ask: bool) -> Callable[[], dict]:
    _installation(database)
    if ask:
        _register(rows)
    submission = _submission()

    def work() -> dict:
        from django.db import transaction

        spent, done = 0.0, 0
        for block in _checked(rows):
            good = block.rows.filter("__good").with_columns(pl.col("__governing").dt.offset_by("1y").alias("__until"))
            begin = time.perf_counter()
            with transaction.atomic():
                for batch in good.iter_slices(1_000):
                    _batch(batch, submission, ask=ask)
            spent += time.perf_counter() - begin
            done += good.height
        return {"rows/s": round(done / spent)}

    return work


_TOLD = (
    "__key",
    "__canonical",
    "__row",
    "__governing",
    "__until",
    "doc_no",
    "organ_code",
    "subject_code",
    "subject_name",
)


def _batch(batch: pl.DataFrame, submission: Any, *, ask: bool) -> None:
    """Write one batch as an application would: models made row by row, saved by bulk_create."""
    from xinheng.apps.records.models import LinkedBy, Record, Version

    told = [(sha256(key.encode()).digest()[:16], *row) for key, *row in batch.select(_TOLD).iter_rows()]
    subjects = _asked(told) if ask else {}
    records = Record.objects.bulk_create([Record(item="adm.penalty", key=key) for key, *_ in told])
    versions = []
    for record, (_, text, row, day, until, title, organ, code, _) in zip(records, told, strict=True):
        salt = os.urandom(16)
        versions.append(
            Version(
                record=record,
                item="adm.penalty",
                subject_id=subjects.get(code),
                linked_by=LinkedBy.CODE,
                submission=submission,
                row=row,
                governing=day,
                title=title,
                organ=organ,
                shown_from=day,
                shown_until=until,
                shown_rule="given",
                canonical=text,
                fingerprint=sha256(text.encode()).digest(),
                salt=salt,
                commitment=sha256(salt + text.encode()).digest(),
            )
        )
    Version.objects.bulk_create(versions)


def _asked(told: list[tuple]) -> dict[str, int]:
    """Ask what our own acceptance asks: whose the codes are, what their holders are called, what is known, who told the document."""
    from xinheng.apps.intake.visible import visible
    from xinheng.apps.records.models import Version
    from xinheng.apps.subjects.models import Identifier, Name, Scheme
    from xinheng.apps.subjects.names import fold

    now = visible(None)
    codes = {row[7] for row in told}
    subjects = dict(
        Identifier.objects.filter(now, scheme=Scheme.USCC, value__in=codes).values_list("value", "subject_id")
    )
    names: dict[int, set[str]] = {}
    for subject, folded in Name.objects.filter(now, subject__in=subjects.values()).values_list("subject_id", "folded"):
        names.setdefault(subject, set()).add(folded)
    known = set(
        Version.objects.filter(now, record__item="adm.penalty", record__key__in=[row[0] for row in told]).values_list(
            "record__key", "fingerprint"
        )
    )
    elsewhere = {
        (subject, title): organ
        for subject, title, organ in Version.objects.filter(
            now, subject__in=subjects.values(), title__in=[row[5] for row in told]
        ).values_list("subject_id", "title", "organ")
    }
    for key, text, *_, title, organ, code, name in told:
        if fold(name) not in names[subjects[code]] or (key, sha256(text.encode()).digest()) in known:
            raise RuntimeError("these rows are new, and of organisations named so")
        if elsewhere.get((subjects[code], title), organ) != organ:
            raise RuntimeError("no other organ has told these")
    return subjects


def main(rows: int = ROWS, times: int = 1) -> None:
    """Print the figures for both databases."""
    print(measure.HEADER)
    for database in ("sqlite", "postgres"):
        jobs = [
            (f"accept, {database}", "benchmarks.accept:accept", {"rows": rows, "database": database}),
            (f"the same again, {database}", "benchmarks.accept:again", {"rows": rows, "database": database}),
            *(
                (f"{told}, {database}", f"benchmarks.accept:{name}", {"rows": min(rows, 100_000), "database": database})
                for told, name in (("bulk_create", "bulk_create"), ("the same work through the ORM", "through_the_orm"))
            ),
        ]
        for figure in measure.rounds(jobs, times=times).values():
            print(figure.row())


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
