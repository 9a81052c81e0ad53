"""Change proposals from proposal to force: two people, a report, a dated edition the loader reads, and the past left alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from edges import town
from edges.conftest import (  # noqa: F401  the town on the real policy
    _a_fixed_day,
    admin,
    centre,
    hand_in,
    market,
    neighbour,
    officer,
    on_record,
)
from xinheng.apps.accounts.models import Account, Role
from xinheng.apps.accounts.rights import NotAllowed
from xinheng.apps.audit import actions as audit
from xinheng.apps.audit.models import Event
from xinheng.apps.changes import actions, editions, queries
from xinheng.apps.changes import refusals as no
from xinheng.apps.changes.models import Change, ChangeState
from xinheng.apps.clock import now
from xinheng.apps.policy import current_policy, overlay_folder
from xinheng.core.changes.editing import Edits

FROM = date(2027, 1, 1)
AREA = {"name": "site_area", "zh": "场所面积", "type": "decimal", "required": "O", "privacy": "internal"}


@pytest.fixture(autouse=True)
def _policy():
    """The real policy, not the small one of the other tests here."""


@pytest.fixture
def second(market):  # noqa: F811
    return Account.objects.create(username="zhou", display_name="周复核", role=Role.CENTRE)


def propose(by, **told):
    given = {
        "item": "adm.penalty",
        "edits": Edits(attributes={}, added=[AREA]),
        "title": "记下场所面积",
        "reason": "核对许可面积",
        "basis": "《测试用办法》第三条",
        "effective_from": FROM,
    }
    return actions.propose(**given | told, by=by, at=now())


def test_a_proposal_becomes_an_edition_from_its_day(officer, centre, on_record):  # noqa: F811
    change = actions.report(change=propose(officer), at=now())
    before = current_policy()
    actions.approve(change=change, decision="同意", by=centre, at=now())
    after = current_policy()
    assert (change.policy_before, change.policy_after) == (before.digest, after.digest)
    assert before.digest != after.digest
    assert "site_area" not in after.item("adm.penalty", on=town.DAY).by_name
    assert after.item("adm.penalty", on=FROM).field("site_area").zh == "场所面积"
    assert set(Event.objects.filter(about_type="changes.change").values_list("action", flat=True)) == {
        "change.proposed",
        "change.reported",
        "change.approved",
    }


def test_the_edition_takes_rows_in_from_its_day_and_not_before(officer, centre, hand_in, settings):  # noqa: F811
    actions.approve(change=actions.report(change=propose(officer), at=now()), decision="同意", by=centre, at=now())
    early = hand_in([town.penalty() | {"场所面积": "30"}], dirty=True)
    assert "场所面积" in early.report["quarantined"]
    settings.XINHENG_DAY = FROM
    later = hand_in([town.penalty() | {"场所面积": "30"}])
    assert later.report["columns"]["场所面积"] == "site_area"


def test_the_report_says_what_differs_whom_it_hits_and_how_recent_records_fare(officer, hand_in):  # noqa: F811
    hand_in([town.penalty(), town.penalty()])
    change = actions.report(change=propose(officer), at=now())
    told = change.report
    assert [(d["field"], d["key"]) for d in told["differences"]] == [("site_area", "field")]
    assert told["trial"] == {"rows": 2, "returned": 0, "because": {}}
    assert "市市场监管局" in told["senders"]["departments"]
    assert told["senders"]["officers"] == 1


def test_the_trial_counts_the_records_a_tighter_edition_would_send_back(officer, hand_in):  # noqa: F811
    hand_in([town.penalty(), town.penalty()])
    edits = Edits(attributes={}, added=[AREA | {"required": "M"}])
    told = actions.report(change=propose(officer, edits=edits), at=now()).report
    assert (told["trial"]["rows"], told["trial"]["returned"]) == (2, 2)
    assert told["trial"]["because"] == {"field.required": 2}


def test_nobody_decides_the_own_proposal(centre, second):  # noqa: F811
    change = actions.report(change=propose(centre), at=now())
    with pytest.raises(no.OwnProposal):
        actions.approve(change=change, decision="同意", by=centre, at=now())
    actions.approve(change=change, decision="同意", by=second, at=now())
    assert change.state == ChangeState.APPROVED


def test_an_officer_proposes_within_the_own_powers_and_decides_nothing(officer, neighbour):  # noqa: F811
    change = actions.report(change=propose(officer), at=now())
    with pytest.raises(NotAllowed):
        actions.approve(change=change, decision="同意", by=neighbour, at=now())
    with pytest.raises(NotAllowed):
        propose(neighbour, item="reg.enterprise")


@pytest.mark.parametrize("day", [town.DAY, town.DAY - timedelta(days=1)])
def test_an_edition_begins_on_a_day_to_come(officer, day):  # noqa: F811
    with pytest.raises(no.NotDated):
        propose(officer, effective_from=day)


def test_an_edition_whose_day_has_come_before_the_decision_is_not_approved(officer, centre, settings):  # noqa: F811
    change = actions.report(change=propose(officer), at=now())
    settings.XINHENG_DAY = FROM
    with pytest.raises(no.NotDated):
        actions.approve(change=change, decision="同意", by=centre, at=now())


def test_what_the_policy_would_not_load_is_not_even_proposed(officer):  # noqa: F811
    with pytest.raises(no.NotSound, match="禁止归集"):
        propose(officer, edits=Edits(attributes={}, added=[AREA | {"zh": "宗教信仰"}]))
    assert not Change.objects.exists()


def test_what_belongs_to_a_higher_authority_is_stopped(officer, centre):  # noqa: F811
    change = actions.report(change=propose(officer, edits=Edits(attributes={"retention": "P50Y"})), at=now())
    with pytest.raises(no.Stopped, match="上级"):
        actions.approve(change=change, decision="同意", by=centre, at=now())
    assert current_policy().item("adm.penalty", on=FROM).retention != "P50Y"


@pytest.mark.parametrize("told", [{"reason": " "}, {"basis": ""}])
def test_a_proposal_has_a_reason_and_a_basis(officer, told):  # noqa: F811
    with pytest.raises(no.NoReasonGiven):
        propose(officer, **told)


def test_without_a_report_or_a_word_nothing_is_approved(officer, centre):  # noqa: F811
    change = propose(officer)
    with pytest.raises(no.NotReported):
        actions.approve(change=change, decision="同意", by=centre, at=now())
    actions.report(change=change, at=now())
    with pytest.raises(no.NoReasonGiven):
        actions.approve(change=change, decision=" ", by=centre, at=now())


def test_a_report_made_before_another_change_is_made_anew(officer, centre, second):  # noqa: F811
    first = actions.report(change=propose(officer), at=now())
    other = actions.report(change=propose(officer, item="adm.licence", title="许可也要"), at=now())
    actions.approve(change=first, decision="同意", by=centre, at=now())
    with pytest.raises(no.Overtaken):
        actions.approve(change=other, decision="同意", by=centre, at=now())
    actions.approve(change=other, decision="看过新的报告", by=centre, at=now())
    assert {i for i in ("adm.penalty", "adm.licence") if "site_area" in current_policy().item(i, on=FROM).by_name} == {
        "adm.penalty",
        "adm.licence",
    }


def test_two_editions_of_one_item_do_not_overtake_each_other(officer, centre):  # noqa: F811
    actions.approve(change=actions.report(change=propose(officer), at=now()), decision="同意", by=centre, at=now())
    with pytest.raises(no.NotDated):
        propose(officer, effective_from=FROM)
    later = propose(
        officer,
        effective_from=date(2027, 6, 1),
        edits=Edits(attributes={}, changed={"site_area": {"zh": "经营场所面积"}}),
    )
    actions.approve(change=actions.report(change=later, at=now()), decision="同意", by=centre, at=now())
    policy = current_policy()
    assert [policy.item("adm.penalty", on=on).by_name.get("site_area") for on in (town.DAY,)] == [None]
    assert policy.item("adm.penalty", on=date(2027, 5, 31)).field("site_area").zh == "场所面积"
    assert policy.item("adm.penalty", on=date(2027, 6, 1)).field("site_area").zh == "经营场所面积"


def test_refused_and_taken_back_change_nothing(officer, centre):  # noqa: F811
    before = current_policy().digest
    refused = actions.refuse(
        change=actions.report(change=propose(officer), at=now()), decision="先不加", by=centre, at=now()
    )
    back = actions.take_back(change=propose(officer), by=officer, at=now())
    assert (refused.state, back.state) == (ChangeState.REFUSED, ChangeState.WITHDRAWN)
    for change in (refused, back):
        with pytest.raises(no.AlreadyDecided):
            actions.refuse(change=change, decision="再一次", by=centre, at=now())
    assert current_policy().digest == before


def test_where_the_audit_cannot_be_written_no_edition_takes_force(officer, centre, monkeypatch):  # noqa: F811
    change = actions.report(change=propose(officer), at=now())
    before = current_policy().digest

    def broken(*args, **kwargs):
        raise OSError("no audit")

    monkeypatch.setattr(audit.Event.objects, "create", broken)
    with pytest.raises(OSError, match="no audit"):
        actions.approve(change=change, decision="同意", by=centre, at=now())
    assert Change.objects.get().state == ChangeState.PROPOSED
    assert current_policy().digest == before


def test_editions_lost_or_left_over_on_disk_follow_the_database(officer, centre):  # noqa: F811
    actions.approve(change=actions.report(change=propose(officer), at=now()), decision="同意", by=centre, at=now())
    kept = current_policy().digest
    (place,) = overlay_folder().rglob("adm.penalty@*.toml")
    place.unlink()
    stray = place.with_name("adm.licence@2027-02-01.toml")
    stray.write_text("id = 'x'", encoding="utf-8")
    assert editions.write_all() == 1
    assert place.is_file()
    assert not stray.exists()
    assert current_policy().digest == kept


def test_a_department_sees_its_own_proposals(officer, neighbour, centre):  # noqa: F811
    change = propose(officer)
    assert list(queries.changes(visible_to=officer)) == [change]
    assert list(queries.changes(visible_to=neighbour)) == []
    assert list(queries.changes(visible_to=centre)) == [change]
