"""Two officers, the same decision, the same second: one record, both told. And nobody waits for a big submission."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest
from django.db import connection, transaction

from apps.test_crash import installation, prepared  # noqa: F401  fixtures
from support.builders import later, penalty
from xinheng.apps.intake import acceptance, actions
from xinheng.apps.intake.models import Submission
from xinheng.apps.records import queries
from xinheng.apps.records.models import Confirmation, Version


@pytest.fixture
def both_checked(hand_in, colleague, officer):
    """Check two submissions against the same register, before either is accepted."""

    def check(first, second):
        one = hand_in(first, certify=False)
        two = hand_in(second, by=colleague, certify=False)
        one = actions.carry_on(submission=one, by=officer, at=later(seconds=1))
        two = actions.carry_on(submission=two, by=colleague, at=later(seconds=1))
        one.refresh_from_db()
        return one, two

    return check


@pytest.fixture(params=["within", "ahead"])
def way(request, monkeypatch):
    """Take account of the others inside the accepting transaction, or in steps before it."""
    if request.param == "ahead":
        monkeypatch.setattr(acceptance, "_WITHIN", 0)


def test_the_same_decision_is_one_record_and_both_are_told(both_checked, way):
    row, other = penalty(), penalty()
    one, two = both_checked([row], [row, other])
    assert queries.current().count() == 2
    assert Version.objects.count() == 2
    assert two.counts == {"new": 1, "versions": 0, "unchanged": 1, "returned": 0, "waiting": 0}
    assert [n["code"] for n in one.notices] == ["submission.same-meanwhile"]
    assert [n["code"] for n in two.notices] == ["submission.same-meanwhile"]
    assert one.ref in two.notices[0]["message"]
    assert Confirmation.objects.get().submission_id == two.pk


def test_a_different_content_becomes_the_next_version_and_both_are_told(both_checked, way):
    row = penalty()
    one, two = both_checked([row], [row | {"违法事实": "另一种写法"}])
    assert queries.content(queries.current().get())["facts"] == "另一种写法"
    assert two.counts["versions"] == 1
    assert two.counts["new"] == 0
    assert [n["code"] for n in one.notices] == ["submission.changed-meanwhile"]
    assert [n["code"] for n in two.notices] == ["submission.changed-meanwhile"]


def test_an_unchanged_row_is_said_again_when_what_it_agreed_with_changed_meanwhile(hand_in, both_checked, way):
    row, steady = penalty(), penalty()
    hand_in([row, steady], name="early.jsonl")
    _, two = both_checked([row | {"违法事实": "别人改了"}], [row, steady])
    assert queries.content(queries.current().get(title=row["决定书文号"]))["facts"] == row["违法事实"]
    assert two.counts == {"new": 0, "versions": 1, "unchanged": 1, "returned": 0, "waiting": 0}
    assert Version.objects.count() == 4


def test_an_unchanged_row_is_said_again_when_what_it_agreed_with_was_withdrawn_meanwhile(
    hand_in, colleague, officer, way
):
    row = penalty()
    first = hand_in([row])
    second = hand_in([row], by=colleague, certify=False)
    actions.withdraw(submission=first, because="错报", by=officer, at=later(seconds=1))
    assert queries.current().count() == 0
    second = actions.carry_on(submission=second, by=colleague, at=later(seconds=2))
    assert queries.current().get().submission_id == second.pk
    assert second.counts["new"] == 1


def _files(folder: Path, count: int) -> list[str]:
    rows = [penalty(doc_no=f"同〔2026〕{n}号") for n in range(count)]
    paths = []
    for name in ("a", "b"):
        path = folder / f"{name}.jsonl"
        path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "\n" * (name == "b"), "utf-8")
        paths.append(str(path))
    return paths


@pytest.mark.slow
def test_two_processes_at_once_make_one_record_of_each_decision(installation, tmp_path):  # noqa: F811
    paths, gate = _files(tmp_path, 200), str(tmp_path / "go")
    begun = [
        installation.begin("hand_in", path, officer, gate)
        for path, officer in zip(paths, ("officer0", "officer1"), strict=True)
    ]
    deadline = time.monotonic() + 60
    while len(list(tmp_path.glob("go.*"))) < 2:
        assert time.monotonic() < deadline
        assert all(process.poll() is None for process in begun)
        time.sleep(0.02)
    Path(gate).touch()
    told = [installation.end(process) for process in begun]
    assert [t["state"] for t in told] == ["accepted", "accepted"]
    assert sorted(t["counts"]["new"] for t in told) == [0, 200]
    census = installation.run("census")
    assert (census["visible"], census["versions"], census["records"]) == (200, 200, 200)
    assert census["confirmations"] == 200
    assert census["found"] == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_other_writers_get_their_turn_while_many_rows_are_staged(hand_in, officer):
    # How long a turn takes is measured by benchmarks/accept.py; here others must only get theirs again and again.
    turns = 0
    stop = threading.Event()

    def another_officer() -> None:
        nonlocal turns
        try:
            while not stop.is_set():
                with transaction.atomic():
                    Submission.objects.create(officer=officer, received_at=later())
                turns += 1
                time.sleep(0.01)
        finally:
            connection.close()

    thread = threading.Thread(target=another_officer)
    thread.start()
    rows = [penalty() for _ in range(20_000)]
    try:
        submission = hand_in(rows)
    finally:
        stop.set()
        thread.join()
    assert submission.counts["new"] == 20_000
    assert turns > 5
