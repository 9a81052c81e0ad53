"""Whatever the evidence, dirty or not, the engines equal the plain method to the point."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.evaluation.cases import as_row, by_kernel, by_plain, by_polars
from xinheng.core.evaluation import plain
from xinheng.core.evaluation.evidence import MOST, Evidence
from xinheng.core.evaluation.loading import models_of
from xinheng.core.evaluation.method import Method
from xinheng.core.evaluation.organisations import Organisation, OrganisationKind
from xinheng.core.evaluation.words_of_evidence import vocabulary_of
from xinheng.core.policy import default_policy

POLICY = default_policy()
KINDS = vocabulary_of(POLICY).kinds
DOMAINS = ("", "other", *(name for name, _ in vocabulary_of(POLICY).domains))
DAYS = st.dates(date(2019, 1, 1), date(2027, 12, 31))
# Around ends of months and leap days, where counting months is easy to get wrong.
EDGES = st.sampled_from(
    [date(2024, 2, 29), date(2026, 2, 28), date(2026, 5, 31), date(2026, 6, 30), date(2025, 12, 31)]
)
VALUES = st.one_of(st.sampled_from([0, 1, 2, 3, 2022, 2023, 2024, 2025, MOST]), st.integers(0, 10**9))

TRADES = st.sampled_from(["", "14", "47", "48", "54", "70", "77", "99"])
ORGANISATIONS = st.builds(
    Organisation,
    code=st.none(),
    kind=st.sampled_from(OrganisationKind),
    division=TRADES,
    region=st.sampled_from(["", "440304", "440305"]),
    applied=st.booleans(),
)


@st.composite
def evidence(draw: st.DrawFn, kinds: tuple[str, ...]) -> Evidence:
    """One record: any level, known or not, days that contradict each other, values out of all proportion."""
    kind = draw(st.sampled_from(kinds))
    on = draw(st.one_of(DAYS, EDGES))
    later = st.one_of(st.none(), st.integers(-400, 1200).map(lambda days: on + timedelta(days=days)))
    levels = ("", "unheard-of", *(level.id for level in KINDS[kind].levels))
    return Evidence(
        kind=kind,
        level=draw(st.sampled_from(levels)),
        domain=draw(st.sampled_from(DOMAINS)) if KINDS[kind].domain else "",
        on=on,
        until=draw(later),
        stops=draw(later),
        value=draw(VALUES),
        fact=draw(st.sampled_from(["", "", "", "one", "two"])),
        contested=draw(st.booleans()),
        record=draw(st.integers(1, 10**6)),
    )


@pytest.mark.parametrize("model", models_of(POLICY), ids=lambda model: model.key)
@settings(max_examples=12)
@given(data=st.data(), on=st.one_of(DAYS, EDGES))
def test_on_generated_cases(model, data, on) -> None:
    method = Method(model=model, kinds=KINDS)
    used = tuple(sorted({take.kind for take in model.takes()} | {"registration"}))
    cases = data.draw(st.lists(st.lists(evidence(used), max_size=14), min_size=1, max_size=5))
    who = [data.draw(ORGANISATIONS) for _ in cases]
    for engine in (by_kernel, by_polars):
        rows = {row.pop("subject"): row for row in engine(method, cases, on, who).to_dicts()}
        for number, case in enumerate(cases):
            once, _ = plain.one_of_each_fact(method, case)
            assert (number in rows) == plain.concerns(method, who[number], once, on)
            if number in rows:
                result = by_plain(method, case, on)
                want, got = as_row(method, result), rows[number]
                if result.score is None:  # how much of it is contested does not matter then
                    want["contested"] = got["contested"]
                assert got == want
