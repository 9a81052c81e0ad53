"""A wholly new catalogue item, from the proposal to the first row on record: refused where the law or the code says no."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from edges import town
from edges.conftest import _a_fixed_day, centre, hand_in, market, neighbour, officer  # noqa: F401
from xinheng.apps.accounts.models import Account, Role
from xinheng.apps.accounts.rights import NotAllowed
from xinheng.apps.changes import actions, editions
from xinheng.apps.changes import refusals as no
from xinheng.apps.changes.models import Change, ChangeState
from xinheng.apps.clock import now
from xinheng.apps.policy import current_policy, overlay_folder
from xinheng.apps.records.models import Record
from xinheng.core.changes.adding import AlreadyThere, Basis, NotInForce, NotWellFormed, PersonsOnly
from xinheng.core.changes.editing import Edits
from xinheng.core.policy.model import UnknownItem

FROM = date(2027, 1, 1)
BASIS = Basis(document="深圳经济特区社会信用条例", article="第三十九条", effective_from=date(2023, 3, 1))
ITEM = {
    "id": "hon.integrity_shop", "zh": "诚信商户信息", "en": "shops of integrity", "class": "11", "kinds": ["E", "T"],
    "behaviour": "被认定为诚信商户", "sources": ["市市场监管局"], "channel": "报送页面或接口", "frequency": "e",
    "share": "U", "share_scope": ["行政机关"], "publish": "P", "publication_rule": "valid", "retention": "P5Y",
    "polarity": "positive", "governing": "awarded_on", "closing": "valid_to", "title": "level", "identity": ["awarded_on"],
}  # fmt: skip
FIELDS = [
    {"name": "level", "zh": "认定等级", "type": "code", "codelist": "honour_level", "required": "M", "privacy": "public"},
    {"name": "awarded_on", "zh": "认定日期", "type": "date", "required": "M", "privacy": "public"},
    {"name": "valid_to", "zh": "有效期至", "type": "date", "required": "O", "privacy": "public"},
]  # fmt: skip


@pytest.fixture
def second(market):  # noqa: F811
    return Account.objects.create(username="zhou", display_name="周复核", role=Role.CENTRE)


@pytest.fixture(autouse=True)
def _policy():
    """The real policy, not the small one of the other tests here."""


def propose(by, *, fields=FIELDS, basis=BASIS, effective_from=FROM, reason="现有目录没有", **told):
    return actions.propose_item(
        told={**ITEM, **told},
        fields=fields,
        basis=basis,
        title="诚信商户",
        reason=reason,
        effective_from=effective_from,
        by=by,
        at=now(),
    )


def approved(change, by):
    return actions.approve(change=actions.report(change=change, at=now()), decision="同意", by=by, at=now())


def test_a_new_item_is_a_dated_file_and_takes_rows_in_from_its_day(officer, centre, hand_in, settings):  # noqa: F811
    hand_in([town.registration(town.SHOP)], item="reg.enterprise")
    before = current_policy().digest
    change = approved(propose(officer), centre)
    (place,) = overlay_folder().rglob("*.toml")
    assert place.name == "hon.integrity_shop@2027-01-01.toml"
    assert tomllib.loads(place.read_text("utf-8"))["basis"][0]["effective_from"] == date(2023, 3, 1)
    policy = current_policy()
    assert (change.policy_before, change.policy_after) == (before, policy.digest)
    with pytest.raises(UnknownItem):
        policy.item("hon.integrity_shop", on=town.DAY)
    settings.XINHENG_DAY = FROM
    row = {
        "主体名称": town.NAMES[town.SHOP],
        "统一社会信用代码": town.SHOP,
        "认定等级": "市级",
        "认定日期": "2026-12-01",
        "有效期至": "2028-12-01",
    }
    hand_in([row], item="hon.integrity_shop")
    assert Record.objects.filter(item="hon.integrity_shop").count() == 1


def test_a_field_required_on_a_condition_is_asked_for_where_it_holds(officer, centre, hand_in, settings):  # noqa: F811
    hand_in([town.registration(town.SHOP)], item="reg.enterprise")
    when = {"field": "level", "has": ["国家级", "省部级"]}
    approver = {"name": "approver", "zh": "批准机关", "required": "C", "privacy": "public", "required_when": when}
    change = propose(officer, fields=[*FIELDS, approver])
    told = actions.report(change=change, at=now()).report
    assert any("“认定等级”为“国家级”或“省部级”时必填" in one["message"] for one in told["effects"])
    approved(change, centre)
    settings.XINHENG_DAY = FROM
    row = {"主体名称": town.NAMES[town.SHOP], "统一社会信用代码": town.SHOP, "认定日期": "2026-12-01"}
    hand_in([row | {"认定等级": "市级"}], item="hon.integrity_shop")
    assert Record.objects.filter(item="hon.integrity_shop").count() == 1
    with pytest.raises(AssertionError, match=r"field\.required-when"):  # says the fixture where a row comes back
        hand_in([row | {"认定等级": "国家级", "认定日期": "2026-12-02"}], item="hon.integrity_shop")


def test_the_report_names_the_rights_it_touches_and_who_would_send(officer):  # noqa: F811
    told = actions.report(change=propose(officer), at=now()).report
    rights = {one["code"] for one in told["effects"] if one["weight"] == "rights"}
    assert rights == {"item.new", "retention", "publish.wider", "share.wider", "field.collects"}
    assert told["senders"]["departments"] == ["市市场监管局"]
    assert told["senders"]["officers"] == 1
    said = {(one["field"], one["key"]): one["after"] for one in told["differences"]}
    assert said["", "basis"] == "深圳经济特区社会信用条例 第三十九条"
    assert said["level", "field"] == "认定等级"
    assert said["", "publish_person"] == "X"
    assert all(one["before"] == "" for one in told["differences"])


def test_one_with_natural_persons_among_its_subjects_says_so_and_is_never_shown_for_them(officer, centre):  # noqa: F811
    change = propose(officer, kinds=["E", "N"], polarity="negative", publish="G", publication_rule="never", share="N")
    told = actions.report(change=change, at=now()).report
    assert {"persons", "negative"} <= {one["code"] for one in told["effects"] if one["weight"] == "rights"}
    assert "publish.wider" not in {one["code"] for one in told["effects"]}
    approved(change, centre)
    item = current_policy().item("hon.integrity_shop", on=FROM)
    assert (item.publish_person, item.score_use) == ("X", False)
    assert "person_id" in item.by_name


@pytest.mark.parametrize(
    ("told", "refusal", "because"),
    [
        ({"kinds": ["N"]}, PersonsOnly, None),
        ({"id": "eva.shop", "kinds": ["E", "N"]}, no.NotSound, "自然人不得评级"),  # graded, with persons among those it is about
        ({"id": "fin.shop"}, no.NotSound, "不得向社会公开"),  # shared for financing, and published
        ({"zh": "宗教信仰情况"}, no.NotSound, "禁止归集"),
        ({"basis": Basis(document="某某部门规章", article="", effective_from=date(2020, 1, 1))}, no.NotSound, "地方性法规"),
        ({"basis": Basis(document=" ", article="", effective_from=date(2020, 1, 1))}, no.NoReasonGiven, None),
        ({"basis": Basis(document="深圳经济特区某条例", article="", effective_from=date(2027, 2, 1))}, NotInForce, None),
        ({"reason": " "}, no.NoReasonGiven, None),
        ({"effective_from": town.DAY}, no.NotDated, None),
        ({"id": "adm.penalty"}, AlreadyThere, None),
        ({"zh": "行政处罚信息"}, AlreadyThere, None),
        ({"id": "Shop"}, NotWellFormed, None),
        ({"retention": "五年"}, NotWellFormed, "retention"),
        ({"publication_rule": "forever"}, NotWellFormed, None),
        ({"score_use": True}, NotWellFormed, "score_use"),
        ({"governing": "level"}, no.NotSound, "须是日期"),
        ({"sources": ["国家某部"]}, no.NoSender, None),
        ({"sources": ["市生态环境局"]}, no.NotYourItem, None),
        ({"fields": [*FIELDS, {"name": "x", "zh": "等级", "type": "code"}]}, no.NotSound, "须指定代码表"),  # a code without a list
    ],
)  # fmt: skip
def test_what_may_not_be_is_not_even_proposed(officer, told, refusal, because):  # noqa: F811
    with pytest.raises(refusal, match=because):
        propose(officer, **told)
    assert not Change.objects.exists()


def test_it_needs_another_person_who_decides(officer, centre, second, neighbour):  # noqa: F811
    own = actions.report(change=propose(centre), at=now())
    with pytest.raises(no.OwnProposal):
        actions.approve(change=own, decision="同意", by=centre, at=now())
    with pytest.raises(NotAllowed):
        actions.approve(change=own, decision="同意", by=neighbour, at=now())
    assert overlay_folder().is_dir() is False
    assert actions.approve(change=own, decision="同意", by=second, at=now()).state == ChangeState.APPROVED


def test_of_two_proposals_of_one_item_the_second_is_stopped(officer, centre):  # noqa: F811
    first, late = (actions.report(change=propose(officer, zh=zh), at=now()) for zh in ("诚信商户", "诚信商户信息"))
    approved(first, centre)
    with pytest.raises(no.Overtaken):
        actions.approve(change=late, decision="同意", by=centre, at=now())
    with pytest.raises(no.Stopped, match="诚信商户"):
        actions.approve(change=late, decision="同意", by=centre, at=now())


def test_its_own_officer_takes_it_back_and_changes_it_later(officer, centre):  # noqa: F811
    assert actions.take_back(change=propose(officer), by=officer, at=now()).state == ChangeState.WITHDRAWN
    approved(propose(officer), centre)
    later = actions.propose(
        item="hon.integrity_shop",
        edits=Edits(attributes={"retention": "P3Y"}),
        title="缩短保存期限",
        reason="三年够用",
        basis="深圳经济特区社会信用条例",
        effective_from=date(2027, 6, 1),
        by=officer,
        at=now(),
    )
    approved(later, centre)
    policy = current_policy()
    assert [policy.item("hon.integrity_shop", on=on).retention for on in (FROM, date(2027, 6, 1))] == ["P5Y", "P3Y"]
    assert editions.write_all() == 2
