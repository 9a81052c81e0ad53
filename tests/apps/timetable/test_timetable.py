"""Regular work runs by itself: each run asks for the next, and however often it is asked for, one waits."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone
from django_tasks import task_backends
from django_tasks_db.models import DBTaskResult

from support.builders import penalty
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit.models import Event
from xinheng.apps.intake import keeping
from xinheng.apps.timetable import Regular, actions, queries, register, regular
from xinheng.apps.timetable.models import LastRun
from xinheng.apps.timetable.tasks import take_turn

pytestmark = pytest.mark.django_db
ERASING = "erase-originals"


@pytest.fixture
def _queue(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "regular"]}}
    task_backends._settings = task_backends.configure_settings(None)
    yield
    task_backends._settings = None


def test_a_time_each_day_is_the_authoritys():
    once = Regular(name="x", title="", work="", daily=time(3, 40))
    assert once.next_after(datetime(2026, 5, 1, 19, 39, tzinfo=UTC)) == datetime(2026, 5, 1, 19, 40, tzinfo=UTC)
    assert once.next_after(datetime(2026, 5, 1, 19, 40, tzinfo=UTC)) == datetime(2026, 5, 2, 19, 40, tzinfo=UTC)


def test_work_has_one_time():
    with pytest.raises(ValueError, match="one of them"):
        Regular(name="x", title="", work="")


def test_a_name_stands_once():
    with pytest.raises(ValueError, match="twice"):
        register(Regular(name=ERASING, title="", work="", every=timedelta(1)))


@pytest.mark.usefixtures("_queue")
def test_one_run_of_each_waits_however_often_the_server_starts():
    actions.begin()
    actions.begin()
    asked = [run.args_kwargs["args"][0] for run in DBTaskResult.objects.filter(queue_name="regular")]
    assert sorted(asked) == sorted(one.name for one in regular.all_regular())


@pytest.mark.usefixtures("_queue")
def test_a_start_does_not_wait_for_what_an_earlier_life_put_off():
    actions.ask(regular.named(ERASING), again=True)
    actions.ask(regular.named(ERASING))
    assert queries.waiting(ERASING).get().run_after <= timezone.now()


@pytest.mark.usefixtures("_queue")
def test_a_run_asks_for_the_next_before_it_works_and_says_how_it_ended(monkeypatch):
    monkeypatch.setattr(keeping, "erase_due", lambda **told: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take_turn.call(ERASING)
    assert timezone.now() < queries.waiting(ERASING).get().run_after < timezone.now() + timedelta(hours=7)
    last = LastRun.objects.get(pk=ERASING)
    assert (last.well, "ZeroDivisionError" in last.said, last.ended_at is not None) == (False, True, True)


@pytest.mark.usefixtures("_queue")
def test_an_unknown_name_of_an_older_version_does_nothing():
    take_turn.call("no-such-work")
    assert not LastRun.objects.exists()


def test_a_turn_erases_what_is_due(hand_in, monkeypatch):
    submission = hand_in([penalty()])
    monkeypatch.setattr("xinheng.apps.clock.now", lambda: submission.accepted_at + timedelta(days=40))
    take_turn.call(ERASING)
    submission.refresh_from_db()
    assert submission.original_erased_at is not None
    assert "1 个批次的原始文件" in LastRun.objects.get(pk=ERASING).said


@pytest.mark.usefixtures("_queue")
def test_out_of_turn_it_is_the_next_and_on_the_trail():
    by, at = Account.objects.create(username="zhongxin", role="centre"), timezone.now()
    actions.ask(regular.named(ERASING), again=True)
    actions.run_soon(regular.named(ERASING), by=by, at=at)
    assert queries.waiting(ERASING).count() == 1
    assert [line.next_at for line in queries.lines() if line.regular.name == ERASING] != [None]
    assert Event.objects.get(action="timetable.run").facts == {"work": ERASING}


@pytest.mark.usefixtures("_queue")
def test_old_tasks_are_forgotten():
    DBTaskResult.objects.all().delete()
    for days in (1, 8):
        take_turn.enqueue(ERASING)
        ended = timezone.now() - timedelta(days=days)
        DBTaskResult.objects.filter(status="READY").update(status="SUCCESSFUL", finished_at=ended)
    assert actions.forget_tasks(at=timezone.now()) == "清理 1 条。"
    assert DBTaskResult.objects.count() == 1
