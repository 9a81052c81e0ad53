"""The erasing runs by itself: each run asks for the next, and however often it is asked for, one waits."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import task_backends
from django_tasks_db.models import DBTaskResult

from support.builders import penalty
from xinheng.apps.intake import keeping, tasks
from xinheng.apps.intake.tasks import erase_originals, keep_erasing, keep_recovering, recover_submissions

pytestmark = pytest.mark.django_db


@pytest.fixture
def _queue(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    task_backends._settings = task_backends.configure_settings(None)
    yield
    task_backends._settings = None


def waiting():
    return DBTaskResult.objects.filter(task_path=erase_originals.module_path, status="READY")


@pytest.mark.usefixtures("_queue")
def test_one_run_waits_however_often_the_server_starts():
    keep_erasing()
    keep_erasing()
    assert waiting().count() == 1


@pytest.mark.usefixtures("_queue")
def test_a_start_does_not_wait_for_what_an_earlier_life_put_off():
    keep_erasing(after=timedelta(hours=6))
    keep_erasing()
    assert waiting().get().run_after <= timezone.now()


@pytest.mark.usefixtures("_queue")
def test_recovery_comes_again_too():
    keep_recovering()
    recover_submissions.call()
    asked = DBTaskResult.objects.filter(task_path=recover_submissions.module_path, status="READY")
    assert asked.get().run_after <= timezone.now() + timedelta(minutes=6)


@pytest.mark.usefixtures("_queue")
def test_a_run_asks_for_the_next_before_it_works(monkeypatch):
    monkeypatch.setattr(keeping, "erase_due", lambda **told: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        erase_originals.call()
    assert timezone.now() < waiting().get().run_after < timezone.now() + timedelta(hours=7)


def test_the_task_erases_what_is_due(hand_in, monkeypatch):
    submission = hand_in([penalty()])
    monkeypatch.setattr(tasks, "now", lambda: submission.accepted_at + timedelta(days=40))
    erase_originals.call()
    submission.refresh_from_db()
    assert submission.original_erased_at is not None
