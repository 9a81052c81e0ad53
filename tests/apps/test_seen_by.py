"""What an account may not see is not found."""

from __future__ import annotations

from support.builders import penalty
from xinheng.apps.accounts.models import Account, Role
from xinheng.apps.clock import local_date, now
from xinheng.apps.intake import queries
from xinheng.apps.intake.tasks import check_submission


def test_a_department_sees_its_own_submissions_and_the_centre_all(hand_in, officer, colleague, centre):
    mine, theirs = hand_in([penalty()]), hand_in([penalty()], by=colleague)
    assert list(queries.submissions(visible_to=officer)) == [mine]
    assert list(queries.submissions(visible_to=colleague)) == [theirs]
    assert list(queries.submissions(visible_to=centre)) == [theirs, mine]


def test_an_account_without_a_department_sees_none(hand_in):
    hand_in([penalty()])
    nobody = Account(username="x", role=Role.REPORTER)
    assert not queries.submissions(visible_to=nobody).exists()


def test_checking_behind_the_page_shows_its_progress(officer):
    from support.builders import AT
    from xinheng.apps.intake import actions

    submission = actions.receive(
        source=[penalty(), penalty(facts=None)], department=officer.department, by=officer, at=AT, item="adm.penalty"
    )
    check_submission.enqueue(submission.pk, officer.pk)
    told = queries.progress(submission)
    assert (told["state"], told["progress"], told["total"]) == ("checked", 2, 2)
    assert queries.returned_rows(submission, still_open=True).count() == 1


def test_a_demo_city_lives_on_its_own_day(settings):
    from datetime import date

    settings.XINHENG_DAY = date(2026, 3, 9)
    assert local_date(now()) == date(2026, 3, 9)
    settings.XINHENG_DAY = None
    assert local_date(now()) != date(2026, 3, 9)
