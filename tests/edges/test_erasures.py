"""Erasure on the desk: asked for on the record's page, approved by a second person, gone from every page afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edges import town
from edges.conftest import _account, sign_in, with_factor
from xinheng.apps.accounts.models import Account, Role
from xinheng.apps.audit.models import Event
from xinheng.apps.intake.models import Submission
from xinheng.apps.ledger.models import Erasure
from xinheng.apps.records.models import Version

pytestmark = pytest.mark.django_db


def test_one_asks_another_approves_and_the_content_is_gone(
    centre: Account, auditor: Account, hand_in: Callable[..., Submission]
) -> None:
    version = hand_in([town.penalty()]).versions.get()
    asking, deciding = sign_in(centre), sign_in(with_factor(_account("second", "钱复核", Role.CENTRE, None)))
    page = f"/workbench/records/{version.record_id}/"
    assert f"{page}erase" in asking.get(page).content.decode()
    assert asking.post(f"{page}erase", {"basis": "", "because": "x"}).status_code == 422
    told = {"basis": "深中法〔2026〕1号判决", "basis_on": "2026-03-01", "because": "处罚决定被判决撤销"}
    assert asking.post(f"{page}erase", told).status_code == 302
    place = f"/workbench/erasures/{Erasure.objects.get().pk}/decide"
    assert asking.post(place, {"do": "approve"}).status_code == 409  # the own request
    assert deciding.post(place, {"do": "refuse"}).status_code == 409  # without a reason
    assert "深中法〔2026〕1号判决" in deciding.get("/workbench/erasures/").content.decode()
    assert deciding.post(place, {"do": "approve"}).status_code == 302
    assert Version.objects.get().canonical == ""
    event = Event.objects.get(action="record.erased")
    assert (event.by.username, event.facts["asked_by"]) == ("second", centre.username)
    listed = sign_in(auditor).get("/workbench/erasures/").content.decode()
    assert "已清除" in listed
    assert "/decide" not in listed
    assert f"{page}erase" not in asking.get(page).content.decode()
