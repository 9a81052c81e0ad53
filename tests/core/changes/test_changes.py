"""A new edition of an item: what it may alter, what differs, and what that does to senders and to rights."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import tomli_w

from xinheng.core.changes.differing import Difference, differences
from xinheng.core.changes.editing import Edits, NothingChanged, UnknownField, new_edition
from xinheng.core.changes.impact import Weight, effects, may_be_approved
from xinheng.core.policy import PolicyError, default_policy, load_policy
from xinheng.core.policy.model import Privacy, Required

ROOT = Path(__file__).resolve().parents[3] / "policy"
POLICY = default_policy("shenzhen")
ON, FROM = date(2026, 11, 23), date(2027, 1, 1)
PENALTY, CITYS = POLICY.item("adm.penalty", on=ON), POLICY.item("eva.gov", on=ON)


def table(item):
    return tomllib.loads((ROOT / item.layer / "catalog" / f"{item.id}.toml").read_text(encoding="utf-8"))


def edition(item, folder: Path, **edits):
    """Write an edition where the loader reads it, and return the item before and after, with the policy."""
    told = new_edition(table(item), item, Edits(**({"attributes": {}} | edits)), effective_from=FROM)
    place = folder / item.layer / "catalog" / f"{item.id}@{FROM}.toml"
    place.parent.mkdir(parents=True)
    place.write_text(tomli_w.dumps(told), encoding="utf-8")
    policy = load_policy(ROOT, overlay=folder)
    return *policy.item_versions[item.id], policy


BORROWER, FROM_A_BLOCK = next(
    (item, field.name)
    for item in POLICY.items(on=ON)
    for field in item.fields
    if item.status.value == "active" and field.name not in {told["name"] for told in table(item).get("field", ())}
)
ADDED = {"name": "site_area", "zh": "场所面积", "type": "decimal", "required": "O", "privacy": "internal"}


def test_an_added_field_is_there_from_its_day_and_not_before(tmp_path):
    before, after, policy = edition(PENALTY, tmp_path, added=[ADDED])
    assert (before.effective_to, after.effective_from) == (FROM, FROM)
    assert "site_area" not in policy.item("adm.penalty", on=date(2026, 12, 31)).by_name
    assert policy.item("adm.penalty", on=FROM).field("site_area").zh == "场所面积"
    assert policy.digest != POLICY.digest


def test_everything_else_of_the_item_stays_as_it_was(tmp_path):
    before, after, _policy = edition(PENALTY, tmp_path, added=[ADDED])
    kept = replace(
        after,
        fields=tuple(f for f in after.fields if f.name != "site_area"),
        effective_from=before.effective_from,
        effective_to=before.effective_to,
    )
    assert kept == before


@pytest.mark.parametrize(
    "item", [i for i in POLICY.items(on=ON) if i.status.value == "active"][:40], ids=lambda i: i.id
)
def test_every_item_survives_a_new_edition(item, tmp_path):
    before, after, _policy = edition(item, tmp_path, attributes={"channel": "改写的渠道"})
    assert differences(before, after) == (Difference("", "channel", before.channel, "改写的渠道"),)


def test_a_field_that_comes_with_a_standard_block_can_be_changed(tmp_path):
    block = BORROWER.field(FROM_A_BLOCK)
    aliases = [*block.aliases, "一个新列名（测试）"]
    _before, after, _policy = edition(BORROWER, tmp_path, changed={FROM_A_BLOCK: {"aliases": aliases}})
    assert after.field(FROM_A_BLOCK) == replace(block, aliases=tuple(aliases))


@pytest.mark.parametrize(
    "edits",
    [
        {"added": [{"name": "doc_no", "zh": "又一个文号"}]},
        {"changed": {"no_such": {"zh": "x"}}},
        {"changed": {"doc_no": {"name": "other"}}},
        {"ended": ["no_such"]},
        {"attributes": {"identity": ["doc_no"]}},
    ],
)
def test_what_does_not_fit_the_item_is_refused(edits):
    with pytest.raises(UnknownField):
        new_edition(table(PENALTY), PENALTY, Edits(**({"attributes": {}} | edits)), effective_from=FROM)


def test_a_field_of_a_standard_block_is_not_one_items_to_leave_out():
    with pytest.raises(UnknownField):
        new_edition(table(BORROWER), BORROWER, Edits(attributes={}, ended=[FROM_A_BLOCK]), effective_from=FROM)


def test_an_edition_without_a_change_is_none():
    with pytest.raises(NothingChanged):
        new_edition(table(PENALTY), PENALTY, Edits(attributes={}), effective_from=FROM)


@pytest.mark.parametrize(
    ("edits", "code"),
    [
        ({"added": [ADDED | {"zh": "宗教信仰"}]}, "deny.word"),
        ({"added": [ADDED | {"zh": "处罚决定日期"}]}, "field.twice"),
        ({"changed": {"decided_on": {"type": "text"}}}, "field.not-a-date"),
    ],
)
def test_an_edition_the_policy_would_refuse_is_refused(tmp_path, edits, code):
    with pytest.raises(PolicyError) as caught:
        edition(PENALTY, tmp_path, **edits)
    assert code in {problem.code for problem in caught.value.errors}


def test_a_file_that_stands_in_the_way_of_the_policys_own_is_refused(tmp_path):
    place = tmp_path / "national/catalog/adm.penalty.toml"
    place.parent.mkdir(parents=True)
    place.write_text(tomli_w.dumps(table(PENALTY)), encoding="utf-8")
    with pytest.raises(PolicyError, match=r"overlay\.in-the-way"):
        load_policy(ROOT, overlay=tmp_path)


def weigh(item, **told):
    new = replace(item, **told)
    found = effects(differences(item, new), old=item, new=new, authority="shenzhen")
    return {(one.weight, one.code) for one in found}, may_be_approved(found)


@pytest.mark.parametrize(
    ("told", "weight", "code"),
    [
        ({"publish": "P"}, Weight.RIGHTS, "publish.wider"),
        ({"share": "U"}, Weight.RIGHTS, "share.wider"),
        ({"retention": "P9Y"}, Weight.RIGHTS, "retention"),
        ({"publication_rule": "permanent"}, Weight.RIGHTS, "term"),
        ({"score_use": True}, Weight.RIGHTS, "score"),
        ({"frequency": "w"}, Weight.SENDERS, "frequency"),
        ({"deadline_working_days": 3}, Weight.SENDERS, "deadline_working_days"),
        ({"zh": "新名"}, Weight.NOTE, "words"),
    ],
)
def test_what_a_change_of_the_citys_own_item_weighs(told, weight, code):
    item = replace(
        CITYS, publish="G", share="C", score_use=False, publication_rule="valid", deadline_working_days=7, frequency="m"
    )
    found, approvable = weigh(item, **told)
    assert found == {(weight, code)}
    assert approvable


@pytest.mark.parametrize("told", [{"identity": ("subject_code",)}, {"storage": "lake"}, {"klass": "99"}])
def test_what_makes_statements_the_same_cannot_be_changed(told):
    _found, approvable = weigh(CITYS, **told)
    assert not approvable


def test_narrowing_touches_no_rights():
    found, _ = weigh(replace(CITYS, publish="P", share="U"), publish="G", share="N")
    assert {weight for weight, _code in found} == {Weight.NOTE}


def with_field(item, name, **told):
    return tuple(replace(f, **told) if f.name == name else f for f in item.fields)


def test_tightening_a_field_hits_senders_and_opening_one_touches_rights():
    name = next(
        f.name
        for f in CITYS.fields
        if (f.required is Required.OPTIONAL and f.privacy is Privacy.INTERNAL) or f.required is Required.OPTIONAL
    )
    assert (Weight.SENDERS, "field.required") in weigh(
        CITYS, fields=with_field(CITYS, name, required=Required.MANDATORY)
    )[0]
    closed = replace(CITYS, fields=with_field(CITYS, name, privacy=Privacy.PERSONAL))
    opened, _ = weigh(closed, fields=with_field(closed, name, privacy=Privacy.PUBLIC))
    assert (Weight.RIGHTS, "field.privacy") in opened


def test_a_field_left_out_hits_senders():
    name = next(f.name for f in CITYS.fields if f.required is Required.OPTIONAL)
    found, _ = weigh(CITYS, fields=tuple(f for f in CITYS.fields if f.name != name))
    assert (Weight.SENDERS, "field.ended") in found


def test_a_higher_authoritys_item_takes_optional_fields_and_titles_only(tmp_path):
    before, after, _policy = edition(PENALTY, tmp_path, added=[ADDED])
    assert may_be_approved(effects(differences(before, after), old=before, new=after, authority="shenzhen"))
    for told in ({"retention": "P9Y"}, {"publish": "X"}, {"fields": with_field(PENALTY, "doc_no", max_length=10)}):
        new = replace(PENALTY, **told)
        found = effects(differences(PENALTY, new), old=PENALTY, new=new, authority="shenzhen")
        assert not may_be_approved(found), told
    must = replace(after, fields=with_field(after, "site_area", required=Required.MANDATORY))
    assert not may_be_approved(effects(differences(before, must), old=before, new=must, authority="shenzhen"))
