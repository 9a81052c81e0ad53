"""From the tables of a model file to a model: each word is checked, each refusal says where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xinheng.core.evaluation import shapes
from xinheng.core.evaluation.building_indicators import Builder
from xinheng.core.evaluation.model import (
    Band,
    Cap,
    Card,
    Dimension,
    Direction,
    Family,
    Indicator,
    Model,
    NoResult,
    Scope,
    Status,
)
from xinheng.core.evaluation.organisations import OrganisationKind
from xinheng.core.policy.building import build_basis
from xinheng.core.policy.errors import Problems
from xinheng.core.policy.model import Basis, Certainty
from xinheng.core.policy.shape import conforms, one_of

Table = Mapping[str, Any]
_KINDS = frozenset(OrganisationKind)
_PUBLIC = frozenset(("grade", "score"))


def build_model(table: Table, path: str, problems: Problems) -> Model | None:
    """Build one model, or note what is wrong and return None."""
    before = len(problems.found)
    if not conforms(table, shapes.MODEL, shapes.MODEL_NEEDS, path, "model", problems):
        return None
    scope = _scope(table, path, problems)
    bases = _bases(table, path, problems)
    words = (("family", Family), ("direction", Direction), ("status", Status), ("certainty", Certainty))
    for key, allowed in words:
        one_of(table[key], frozenset(allowed), path, key, problems)
    for word in table.get("public", ()):
        one_of(word, _PUBLIC, path, "public", problems)
    conforms(table["card"], shapes.CARD, tuple(shapes.CARD), path, "card", problems)
    builder = Builder(path, bases, problems)
    dimensions = _each(
        table, "dimension", shapes.DIMENSION, ("id", "zh", "en", "start", "least", "most"), path, problems
    )
    bands = _each(table, "band", shapes.BAND, ("grade", "from", "zh", "en"), path, problems)
    indicators = [builder.indicator(row) for row in table["indicator"]]
    caps = [_cap(row, builder) for row in table.get("cap", ())]
    no_results = _each(table, "no_result", shapes.NO_RESULT, ("id", "zh", "en"), path, problems)
    if len(problems.found) > before or scope is None:
        return None
    try:
        return _model(table, path, scope, bases, indicators, caps, dimensions, bands, no_results)
    except (ValueError, TypeError) as wrong:
        problems.add(path, "model", "model.impossible", str(wrong), f"不成立：{wrong}")
        return None


def _model(
    table: Table,
    path: str,
    scope: Scope,
    bases: Mapping[str, Basis],
    indicators: list[Indicator | None],
    caps: list[Cap | None],
    dimensions: list[Table],
    bands: list[Table],
    no_results: list[Table],
) -> Model:
    plain = (
        "id", "version", "zh", "en", "authority", "organ", "notice_days", "valid_months", "effective_from",
        "effective_to", "approved_by", "approved_document",
    )  # fmt: skip
    return Model(
        **{name: table[name] for name in plain if name in table},
        family=Family(table["family"]),
        direction=Direction(table["direction"]),
        status=Status(table["status"]),
        certainty=Certainty(table["certainty"]),
        scope=scope,
        dimensions=tuple(Dimension(**row) for row in dimensions),
        indicators=tuple(i for i in indicators if i is not None),
        bands=tuple(Band(**{("least" if k == "from" else k): v for k, v in row.items()}) for row in bands),
        caps=tuple(c for c in caps if c is not None),
        no_results=tuple(_no_result(row) for row in no_results),
        bases=tuple(bases.values()),
        card=Card(**table["card"]),
        public=tuple(table.get("public", ())),
        bad_grades=tuple(table.get("bad_grades", ())),
        path=path,
    )


def _no_result(row: Table) -> NoResult:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return NoResult(**values)


def _each(
    table: Table, key: str, shape: Mapping[str, str], needs: tuple[str, ...], path: str, problems: Problems
) -> list[Table]:
    found = []
    for number, row in enumerate(table.get(key, ()), start=1):
        name = row.get("id") or row.get("grade") or number
        if conforms(row, shape, needs, path, f"{key}.{name}", problems):
            found.append(row)
    return found


def _bases(table: Table, path: str, problems: Problems) -> dict[str, Basis]:
    found: dict[str, Basis] = {}
    for row in table["basis"]:
        name = row.get("id", "")
        if not name or name in found:
            problems.add(
                path, f"basis.{name}", "basis.nameless", "each basis needs an id of its own", "每条依据须有自己的 id"
            )
            continue
        basis = build_basis({k: v for k, v in row.items() if k != "id"}, path, f"basis.{name}", problems)
        if basis is not None:
            found[name] = basis
    return found


def _scope(table: Table, path: str, problems: Problems) -> Scope | None:
    for key in ("kinds", "on_application"):
        for kind in table.get(key, ()):
            if kind == "N":
                problems.add(
                    path,
                    key,
                    "person.evaluated",
                    "natural persons are never evaluated: there is no such kind",
                    "自然人不评价：评价模型没有“自然人”这一类主体",
                )
                return None
            if not one_of(kind, _KINDS, path, key, problems):
                return None
    builder = Builder(path, {}, problems)
    holding = [builder.take(text, {"current": True}, "holding") for text in table.get("holding", ())]
    return Scope(
        kinds=frozenset(OrganisationKind(kind) for kind in table["kinds"]),
        on_application=frozenset(OrganisationKind(kind) for kind in table.get("on_application", ())),
        divisions=tuple(table.get("divisions", ())),
        regions=tuple(table.get("regions", ())),
        holding=tuple(take for take in holding if take is not None),
    )


def _cap(row: Table, builder: Builder) -> Cap | None:
    where = f"cap.{row.get('id', '?')}"
    if not conforms(row, shapes.CAP, ("id", "zh", "en", "at_best"), builder.path, where, builder.problems):
        return None
    takes = []
    for one in row.get("take", ()):
        if conforms(one, shapes.CAP_TAKE, ("of",), builder.path, f"{where}.take", builder.problems):
            takes.append(builder.take(one["of"], one, f"{where}.take"))
    return Cap(
        id=row["id"],
        zh=row["zh"],
        en=row["en"],
        at_best=row["at_best"],
        takes=tuple(take for take in takes if take is not None),
        grades=tuple((name, tuple(levels)) for name, levels in row.get("indicator_levels", {}).items()),
        younger_than_months=row.get("younger_than_months"),
        bases=builder.named(row.get("basis", ()), where),
        advice=row.get("advice", ""),
        advice_en=row.get("advice_en", ""),
    )
