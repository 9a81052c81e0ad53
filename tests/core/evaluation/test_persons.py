"""Natural persons are never evaluated: there is no type, no word and no way in."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from xinheng.core.evaluation.loading import ModelRefused, read_model
from xinheng.core.evaluation.model import Scope
from xinheng.core.evaluation.organisations import (
    NotAnOrganisation,
    Organisation,
    OrganisationKind,
    SubjectIsNaturalPerson,
    organisation_code,
)
from xinheng.core.policy import default_policy
from xinheng.core.policy.model import SubjectKind

PERSON = "11010519491231002X"  # the example of GB 11643
FILE = Path(__file__).parents[3] / "policy/shenzhen/evaluation/comprehensive.toml"


def test_the_type_does_not_exist() -> None:
    assert {kind.value for kind in OrganisationKind} == {kind.value for kind in SubjectKind} - {"N"}
    with pytest.raises(ValueError, match="N"):
        OrganisationKind("N")


@pytest.mark.parametrize("kind", ["N", SubjectKind.PERSON, "自然人", None])
def test_no_organisation_can_be_made_of_a_person(kind: Any) -> None:
    with pytest.raises(SubjectIsNaturalPerson):
        Organisation(code=None, kind=kind)


def test_a_persons_number_is_recognised_even_where_a_code_is_asked_for() -> None:
    for text in (PERSON, PERSON.lower(), " 110105 19491231 002X "):
        with pytest.raises(SubjectIsNaturalPerson) as refused:
            organisation_code(text)
        assert PERSON not in str(refused.value)
        assert PERSON not in repr(refused.value.facts)
    with pytest.raises(SubjectIsNaturalPerson):
        Organisation(code=PERSON, kind=OrganisationKind.ENTERPRISE)
    with pytest.raises(NotAnOrganisation):
        organisation_code("张三")


def test_no_model_can_be_for_persons() -> None:
    with pytest.raises(TypeError):
        Scope(kinds=frozenset({SubjectKind.PERSON}))  # type: ignore[arg-type]
    text = FILE.read_text(encoding="utf-8")
    for changed in (
        text.replace('kinds = ["E", "I", "O"]', 'kinds = ["E", "N"]'),
        text.replace('on_application = ["T"]', 'on_application = ["N"]'),
    ):
        with pytest.raises(ModelRefused) as refused:
            read_model(changed, default_policy(), "x.toml")
        assert refused.value.problems[0].code == "person.evaluated"


def test_no_value_of_the_evaluation_has_a_place_for_a_person() -> None:
    from xinheng.core.evaluation import evidence, model, organisations, result

    words = re.compile(r"person|legal_rep|operator|owner|id_number|citizen", re.IGNORECASE)
    for module in (evidence, model, organisations, result):
        for value in vars(module).values():
            if isinstance(value, type) and hasattr(value, "__dataclass_fields__"):
                assert not [f.name for f in fields(value) if words.search(f.name)], value


def test_evidence_about_persons_is_refused() -> None:
    from xinheng.core.evaluation.words_of_evidence import TABLE, read_vocabulary
    from xinheng.core.policy.errors import Problems
    from xinheng.core.policy.model import Policy

    policy = default_policy()
    rows = [
        {"id": "a", "zh": "一", "en": "a", "items": ["prof.medical"]},
        {"id": "b", "zh": "二", "en": "b", "items": ["reg.enterprise"], "fact": ["legal_rep"]},
        {"id": "c", "zh": "三", "en": "c", "items": ["fin.tax"]},
        {"id": "d", "zh": "四", "en": "d", "items": ["reg.enterprise"], "value": {"field": "reg_capital"}},
        {"id": "e", "zh": "五", "en": "e", "items": ["adm.nothing"]},
    ]
    changed = Policy(
        authority=policy.authority,
        digest="test",
        item_versions=policy.item_versions,
        codelists=policy.codelists,
        departments=(),
        tables={TABLE: {"evidence": rows}},
    )
    problems = Problems()
    read_vocabulary(changed, problems)
    codes = {p.where.removeprefix("evidence."): p.code for p in problems.found}
    assert codes["a"] in ("element.forbidden", "person.evaluated")
    assert (codes["b"], codes["c"], codes["d"], codes["e"]) == (
        "element.unrelated",
        "element.forbidden",
        "element.unrelated",
        "item.unknown",
    )


def test_the_day_is_an_argument() -> None:
    from xinheng.core.evaluation import plain

    with pytest.raises(TypeError):
        plain.evaluate(None, None, [])  # type: ignore[arg-type, call-arg]
    assert date(2026, 1, 1)
