"""The rules of the policy, and a builder of facts."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from xinheng.core.policy.model import SubjectKind
from xinheng.core.publication.facts import PublicationFacts
from xinheng.core.publication.rules import Rules

FOLDER = Path(__file__).parents[3] / "policy/national/publication"
RULES = Rules.from_tables(tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml")))


@pytest.fixture(scope="session")
def rules():
    return RULES


@pytest.fixture(scope="session")
def penalty():
    def build(**given):
        item_state = given.pop("item_state", None)
        values = {name: given.pop(name) for name in list(given) if name in VALUES}
        facts = {
            "item": "adm.penalty",
            "publish": "P",
            "publication_rule": "grade",
            "subject_kind": SubjectKind.ENTERPRISE,
            "governing_on": date(2026, 4, 8),
        } | given
        return PublicationFacts(**facts, values={"kinds": "罚款", "state": item_state} | values)

    return build


VALUES = ("kinds", "credit_grade", "case_procedure", "organ_name", "opt_out")
