"""The published vectors hold on the plain method and on both engines of one machine, to the point."""

from __future__ import annotations

from typing import Any

import pytest

from core.evaluation.cases import VECTORS, as_row, by_kernel, by_plain, by_polars, evidence_of, method

_MODELS = {"comprehensive": "xh.comprehensive", "risk": "xh.risk"}
_CASES = [pytest.param(family, vector, id=vector["name"]) for family in _MODELS for vector in VECTORS[family]]


@pytest.mark.parametrize(("family", "vector"), _CASES)
def test_the_plain_method_gives_what_is_published(family: str, vector: dict[str, Any]) -> None:
    expected, model = vector["expect"], method(_MODELS[family])
    result = by_plain(model, evidence_of(vector))
    assert result.score == expected.get("score", expected.get("points"))
    assert result.grade == expected.get("grade", expected.get("class"))
    if result.score is None:
        return
    assert {d.dimension: d.total for d in result.dimensions} == expected.get("dimensions", expected.get("families"))
    assert {c.indicator: c.points for c in result.contributions if c.points} == expected["contributions"]
    if "caps" in expected:
        assert [cap.cap for cap in result.caps] == expected["caps"]
    assert set(expected.get("overrides", ())) <= {cap.cap for cap in result.caps}


@pytest.mark.parametrize("family", _MODELS)
def test_engines_give_the_same(family: str) -> None:
    model = method(_MODELS[family])
    cases = [evidence_of(vector) for vector in VECTORS[family]]
    wanted = [as_row(model, by_plain(model, case)) for case in cases]
    for engine in (by_kernel, by_polars):
        rows = engine(model, cases).sort("subject").drop("subject").to_dicts()
        for vector, row, want in zip(VECTORS[family], rows, wanted, strict=True):
            if want["no_result"]:
                assert row["no_result"] == want["no_result"]
                assert row["score"] is None
                assert row["place"] is None
            else:
                assert row == want, vector["name"]
