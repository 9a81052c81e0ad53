"""Accounts: invitations, appointments, locks, second factors, keys. Each action: allowed, refused, audited or nothing done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import authenticate

from support import builders
from xinheng.apps.accounts import appointing, factors, inviting, keys, locking, rights
from xinheng.apps.accounts.models import Account, ApiKey, Appointment, Invitation, Role, SignInTrouble
from xinheng.apps.audit import actions as audit
from xinheng.apps.audit.models import Event
from xinheng.apps.intake import actions as intake
from xinheng.apps.intake.refusals import NotYourDepartment, NotYourItem

AT = builders.AT
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def admin(db):
    return Account.objects.create(username="sun", role=Role.ADMIN)


def invited(admin, departments, **told):
    given = {
        "username": "new",
        "display_name": "新来",
        "role": Role.REPORTER,
        "department": departments[0],
        "post": "报送",
        "items": [],
    }
    return inviting.invite(**given | told, by=admin, at=AT)


def test_an_invitation_lets_its_holder_set_the_password_once(admin, departments, rf):
    account, secret = invited(admin, departments)
    assert not account.has_usable_password()
    inviting.accept(secret=secret, password="a-long-password", at=AT + timedelta(days=6))
    assert authenticate(rf.post("/"), username="new", password="a-long-password") == account
    with pytest.raises(inviting.InvitationOver):
        inviting.accept(secret=secret, password="another-password", at=AT + timedelta(days=6))
    actions = set(Event.objects.values_list("action", flat=True))
    assert {"account.opened", "account.invited", "account.password-set"} <= actions


def test_only_the_hash_of_a_link_is_kept(admin, departments):
    _account, secret = invited(admin, departments)
    assert secret not in str(Invitation.objects.values())


@pytest.mark.parametrize("late", [timedelta(days=7), timedelta(days=400)])
def test_an_invitation_runs_out(admin, departments, late):
    _account, secret = invited(admin, departments)
    with pytest.raises(inviting.InvitationOver):
        inviting.open_invitation(secret, at=AT + late)


def test_a_new_link_makes_the_old_one_good_for_nothing(admin, departments):
    account, old = invited(admin, departments)
    new = inviting.renew(account=account, by=admin, at=AT)
    with pytest.raises(inviting.InvitationOver):
        inviting.open_invitation(old, at=AT)
    assert inviting.open_invitation(new, at=AT).account == account


def test_a_name_is_taken_whatever_its_case(admin, departments):
    invited(admin, departments)
    with pytest.raises(inviting.NameTaken):
        invited(admin, departments, username="NEW")


def test_only_administrators_invite(officer, centre, departments):
    for somebody in (officer, centre):
        with pytest.raises(rights.NotAllowed):
            invited(somebody, departments)
    assert not Account.objects.filter(username="new").exists()


def test_an_appointment_is_dated_and_the_old_one_ended(admin, officer, departments):
    appointing.record_appointment(officer, role=officer.role, department=officer.department, post="甲", items=(), at=AT)
    later = AT + timedelta(days=30)
    appointing.appoint(
        account=officer,
        role=Role.REPORTER,
        department=departments[1],
        post="乙",
        items=["adm.penalty"],
        by=admin,
        at=later,
    )
    past, present = Appointment.objects.filter(account=officer).order_by("pk")
    assert (past.post, past.effective_to, present.post, present.effective_to) == ("甲", later.date(), "乙", None)
    officer.refresh_from_db()
    assert (officer.department, officer.items) == (departments[1], ["adm.penalty"])
    assert rights.may(officer, "submission.certify", department=departments[1], item="adm.penalty")
    assert not rights.may(officer, "submission.certify", department=departments[1], item="reg.enterprise")
    assert not rights.may(officer, "submission.certify", department=departments[0])


def test_a_reporter_has_a_department(admin, officer):
    with pytest.raises(appointing.NoDepartment):
        appointing.appoint(account=officer, role=Role.REPORTER, department=None, post="", items=(), by=admin, at=AT)


def test_nobody_changes_the_own_rights(admin):
    told = {"account": admin, "by": admin, "at": AT}
    for action in (appointing.close, appointing.reopen, lambda **t: factors.reset(**t, because="x"), inviting.renew):
        with pytest.raises(appointing.NotYourself):
            action(**told)


def test_a_closed_account_may_nothing(admin, officer):
    appointing.close(account=officer, by=admin, at=AT)
    officer.refresh_from_db()
    assert not rights.may(officer, "submission.read", department=officer.department)
    appointing.reopen(account=officer, by=admin, at=AT)
    officer.refresh_from_db()
    assert rights.may(officer, "submission.read", department=officer.department)


@pytest.mark.parametrize(
    "act",
    [
        lambda a, o, d: appointing.close(account=o, by=a, at=AT),
        lambda a, o, d: appointing.appoint(
            account=o, role=Role.CENTRE, department=None, post="", items=(), by=a, at=AT
        ),
        lambda a, o, d: appointing.allow_sign_on(account=o, allowed=True, by=a, at=AT),
        lambda a, o, d: inviting.renew(account=o, by=a, at=AT),
        lambda a, o, d: invited(a, d),
        lambda a, o, d: factors.reset(account=o, because="x", by=a, at=AT),
        lambda a, o, d: locking.unlock(account=o, by=a, at=AT),
        lambda a, o, d: issue(a, o),
    ],
)
def test_where_the_audit_cannot_be_written_nothing_is_done(admin, officer, departments, monkeypatch, act):
    TOTP.activate(officer, SECRET)
    SignInTrouble.objects.create(name=officer.username, locks=1)

    def broken(*args, **kwargs):
        raise OSError("no audit")

    def everything():
        models = (Account, Appointment, Invitation, Authenticator, SignInTrouble, ApiKey, Event)
        return [list(model.objects.order_by("pk").values()) for model in models]

    before = everything()
    monkeypatch.setattr(audit.Event.objects, "create", broken)
    with pytest.raises(OSError, match="no audit"):
        act(admin, officer, departments)
    assert everything() == before


def test_five_wrong_passwords_lock_a_name_whether_it_exists_or_not(officer):
    for name in ("wang", "nobody"):
        for _ in range(5):
            locking.note_failure(name=name, at=AT, what="password")
        assert locking.is_locked(name.upper(), at=AT)
        assert not locking.is_locked(name, at=AT + timedelta(minutes=16))
    assert Event.objects.filter(action="account.locked").count() == 1  # the trail knows accounts only


def test_an_administrator_unlocks(admin, officer):
    for _ in range(5):
        locking.note_failure(name="wang", at=AT, what="code")
    locking.unlock(account=officer, by=admin, at=AT)
    assert not locking.is_locked("wang", at=AT)
    with pytest.raises(rights.NotAllowed):
        locking.unlock(account=officer, by=officer, at=AT)


def test_old_attempts_are_forgotten(db):
    locking.note_failure(name="a", at=AT, what="password")
    locking.note_failure(name="b", at=AT + timedelta(days=3), what="password")
    assert list(SignInTrouble.objects.values_list("name", flat=True)) == ["b"]


def test_the_secret_of_an_authenticator_lies_encrypted(officer):
    TOTP.activate(officer, SECRET)
    stored = Authenticator.objects.get(user=officer).data["secret"]
    assert SECRET not in stored
    assert factors.has_second_factor(officer)


def test_roles_that_see_everything_need_a_second_factor(officer, centre):
    assert factors.is_missing(centre)
    assert not factors.is_missing(officer)
    TOTP.activate(centre, SECRET)
    assert not factors.is_missing(centre)


def test_the_code_of_a_demo_account_is_shown_in_a_demo_city_only(centre):
    made = TOTP.activate(centre, SECRET).instance
    assert factors.shown_code(centre) == ""
    made.data["demo"] = True
    made.save()
    assert factors.shown_code(centre) == ""  # marked, but the register was never begun as a demo
    Event.objects.create(at=AT, action="demo.begun", about_type="intake.register", about_id="1")
    assert len(factors.shown_code(centre)) == 6
    made.data.pop("demo")
    made.save()
    assert factors.shown_code(centre) == ""  # a demo city, but a real second factor


def issue(admin, officer, **told):
    given = {
        "name": "执法系统",
        "department": officer.department,
        "items": ["adm.penalty"],
        "purposes": ["submission.send", "submission.read"],
        "answers_for": officer,
        "expires_at": AT + timedelta(days=90),
    }
    return keys.issue(**given | told, by=admin, at=AT)


def test_a_key_is_shown_once_and_kept_as_a_hash(admin, officer):
    key, text = issue(admin, officer)
    assert text.split(".")[1] not in str(ApiKey.objects.values())
    assert keys.holder_of(text, action="submission.send", at=AT) == key
    key.refresh_from_db()
    assert (key.last_used_at, key.last_used_for) == (AT, "submission.send")


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"expires_at": AT}, keys.KeyTooLong),
        ({"expires_at": AT + timedelta(days=367)}, keys.KeyTooLong),
        ({"purposes": []}, keys.KeyForNothing),
        ({"purposes": ["submission.withdraw"]}, keys.KeyForNothing),
        ({"purposes": ["link.decide"]}, keys.KeyForNothing),
    ],
)
def test_a_key_ends_within_a_year_and_has_a_purpose_machines_have(admin, officer, told, refusal):
    with pytest.raises(refusal):
        issue(admin, officer, **told)


def test_the_officer_who_answers_belongs_to_the_department(admin, officer, colleague):
    with pytest.raises(keys.NotOfDepartment):
        issue(admin, officer, answers_for=colleague)


def test_only_administrators_issue_and_revoke(admin, officer, centre):
    with pytest.raises(rights.NotAllowed):
        issue(centre, officer)
    key, _text = issue(admin, officer)
    with pytest.raises(rights.NotAllowed):
        keys.revoke(key=key, by=centre, at=AT)


@pytest.mark.parametrize("spoil", ["wrong", "expired", "revoked"])
def test_a_key_that_is_no_longer_good_opens_nothing(admin, officer, spoil):
    key, text = issue(admin, officer)
    at = AT
    if spoil == "wrong":
        text = text[:-1] + ("a" if text[-1] != "a" else "b")
    elif spoil == "expired":
        at = AT + timedelta(days=90)
    else:
        keys.revoke(key=key, by=admin, at=AT)
    with pytest.raises(keys.KeyUnknown):
        keys.holder_of(text, action="submission.send", at=at)


def test_a_key_is_good_for_its_purposes_only(admin, officer):
    _key, text = issue(admin, officer)
    with pytest.raises(rights.NotAllowed):
        keys.holder_of(text, action="submission.certify", at=AT)


def test_a_key_hands_in_for_its_department_and_items_only(admin, officer, departments):
    key, _text = issue(admin, officer)
    machine = key.account
    told = {"by": machine, "at": AT}
    assert intake.receive(
        source=[builders.penalty()], department=officer.department, item="adm.penalty", **told
    ).channel
    with pytest.raises(NotYourDepartment):
        intake.receive(source=[builders.penalty()], department=departments[1], item="adm.penalty", **told)
    with pytest.raises(NotYourItem):
        intake.receive(source=[builders.registration()], department=officer.department, item="reg.enterprise", **told)
