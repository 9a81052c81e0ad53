"""A counterpart that has only a nightly CSV or a database table: read by us, compared, and told apart like any other."""

from __future__ import annotations

import csv
import sqlite3

import pytest

from support import builders
from support.postgres import postgres
from xinheng.apps.exchange import actions, tabling
from xinheng.apps.exchange.foreign import SourceUnusable, cell
from xinheng.apps.exchange.models import Direction, Run, RunState, Task
from xinheng.apps.intake import actions as intake
from xinheng.core.intake.finding import FileUnusable
from xinheng.core.ledger import note as notes
from xinheng.core.ledger.keys import read_verifier

FIELDS = ["subject_name", "subject_code", "doc_no", "facts", "decided_on", "organ", "organ_code"]
NOW = builders.later(days=9)


@pytest.fixture
def rows():
    return [builders.penalty(facts=f"事实{n}") for n in range(40)]


@pytest.fixture
def told(hand_in, rows):
    return hand_in(rows)


def table(source, departments, direction=Direction.OUT):
    counterpart = actions.know_table(
        code="dept", name="部门业务系统", source={"adm.penalty": source}, by=None, at=builders.AT
    )
    return actions.agree(
        counterpart=counterpart,
        direction=direction,
        items=["adm.penalty"],
        by=None,
        at=builders.AT,
        on=builders.DAY,
        department=departments[0],
    )


def write(path, rows):
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return {"file": str(path)}


def run(channel):
    return tabling.run_table(channel=channel, by=None, clock=lambda: NOW)


def test_a_nightly_file_in_its_own_spelling_agrees(told, rows, departments, tmp_path):
    theirs = [row | {"处罚决定日期": "2026年11月10日", "处罚机关": "测试市市场监督管理局 "} for row in rows]
    channel = table(write(tmp_path / "night.csv", theirs), departments)
    done = run(channel)
    assert (done.state, done.counts) == (RunState.AGREED, {})
    channel.refresh_from_db()
    assert channel.agreed_position == done.position
    assert "table:dept 0 40" in done.statement


def test_every_fault_of_a_file_is_found_and_none_invented(told, rows, departments, tmp_path, hand_in, officer):
    gone = hand_in([builders.penalty(facts="要撤回")])
    extra = builders.penalty(facts="要撤回", doc_no="测市监罚〔2025〕99号")
    withdrawn = hand_in([extra])
    intake.withdraw(submission=withdrawn, because="报错", by=officer, at=builders.later(hours=1))
    theirs = [dict(row) for row in rows[:32]]  # the file was cut off after 32 rows …
    del theirs[3]  # … one was lost …
    theirs[10]["违法事实"] = "别的事实"  # … one altered …
    theirs.insert(5, dict(theirs[20]))  # … one there twice …
    theirs += [
        extra,
        builders.penalty(facts="凭空", doc_no="测市监罚〔2025〕100号"),
    ]  # … one withdrawn here, one made up
    done = run(table(write(tmp_path / "night.csv", theirs), departments))
    assert gone.counts["new"] == 1
    # Deliveries are listed in the order of the register: what is cut off there need not be the end of what was sent.
    assert done.counts.pop("truncated", 0) + done.counts.pop("missing-there", 0) == 8 + 1 + 1
    assert done.counts == {"altered": 1, "duplicate-there": 1, "withdrawn-here": 1, "missing-here": 1}
    assert Task.objects.filter(closed_run=None).count() == 14
    repaired = run(table(write(tmp_path / "next.csv", [*rows, *_rows_of(gone)]), departments))
    assert repaired.counts == {}
    assert Task.objects.filter(closed_run=None).count() == 0
    assert Task.objects.filter(closed_run=repaired).count() == 14


def _rows_of(submission):
    from xinheng.apps.records import queries

    fields = builders.policy().item("adm.penalty", on=builders.DAY).by_name
    return [
        {fields[name].zh: value for name, value in queries.content(version).items()}
        for version in submission.versions.all()
    ]


def test_a_file_cut_off_at_the_end_is_told_as_truncated(hand_in, departments, tmp_path):
    submission = hand_in([builders.penalty() for _ in range(20)])
    in_order = _rows_of(submission)
    done = run(table(write(tmp_path / "cut.csv", in_order[:13]), departments))
    assert done.counts == {"truncated": 7}
    assert {task.delivery for task in Task.objects.all()} == {submission.ref}


def _as_database(rows):
    fields = builders.policy().item("adm.penalty", on=builders.DAY).by_name
    return [tuple(row[fields[name].zh] for name in FIELDS) for row in rows]


def test_a_table_of_sqlite_is_read_through_a_query(told, rows, departments, tmp_path):
    path = tmp_path / "theirs.sqlite3"
    with sqlite3.connect(path) as theirs:
        theirs.execute("CREATE TABLE cf (xdr, dm, wsh, ss, rq, jg, jgdm)")
        theirs.executemany("INSERT INTO cf VALUES (?, ?, ?, ?, ?, ?, ?)", _as_database(rows[:39]))
    theirs.close()
    columns = dict(zip(("xdr", "dm", "wsh", "ss", "rq", "jg", "jgdm"), FIELDS, strict=True))
    source = {"database": f"sqlite://{path}", "query": "SELECT * FROM cf", "columns": columns}
    assert run(table(source, departments)).counts == {"missing-there": 1}


def test_a_table_of_postgres_with_its_own_types(told, rows, departments):
    import psycopg

    with postgres() as url, psycopg.connect(url) as theirs:
        theirs.execute("CREATE TABLE cf (xdr text, dm char(18), wsh text, ss text, rq date, jg text, jgdm text)")
        with theirs.cursor() as cursor:
            cursor.executemany("INSERT INTO cf VALUES (%s, %s, %s, %s, %s, %s, %s)", _as_database(rows))
        theirs.commit()
        columns = dict(zip(("xdr", "dm", "wsh", "ss", "rq", "jg", "jgdm"), FIELDS, strict=True))
        source = {"database": url, "query": "SELECT * FROM cf", "columns": columns}
        assert run(table(source, departments)).counts == {}


def test_a_department_compares_its_own_system_with_what_is_held_of_it(
    told, rows, departments, colleague, hand_in, tmp_path
):
    hand_in([builders.penalty()], by=colleague)  # another department's, not in question
    channel = table(write(tmp_path / "own.csv", rows), departments, Direction.IN)
    assert run(channel).state == RunState.AGREED


def test_the_statement_is_signed_by_us(told, rows, departments, tmp_path):
    from xinheng.apps.exchange import keyring

    done = run(table(write(tmp_path / "night.csv", rows), departments))
    assert notes.opened(notes.parse(done.statement), [read_verifier(keyring.card()["key"])])


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        ({"file": "/nowhere/a.csv"}, (SourceUnusable, FileUnusable)),
        ({"database": "mysql://x", "query": "SELECT 1"}, SourceUnusable),
        ({"database": "sqlite:///nowhere.db", "query": "SELECT 1"}, SourceUnusable),
        ({"query": "SELECT 1"}, SourceUnusable),
    ],
)
def test_a_source_that_cannot_be_read_fails_the_run_and_says_why(departments, source, refusal):
    channel = table(source, departments)
    with pytest.raises(refusal):
        run(channel)
    failed = Run.objects.get()
    assert failed.state == RunState.FAILED
    assert failed.error


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, None), (True, "是"), (1.5, "1.5"), (1e-7, "0.0000001"), (builders.DAY, "2026-11-23"), (7, "7")],
)
def test_values_of_any_type_become_text(value, text):
    assert cell(value) == text
