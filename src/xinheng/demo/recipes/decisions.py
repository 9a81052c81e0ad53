"""Licences and penalties (双公示): by trade, with texts that say what the columns say."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.demo.dice import plus_days
from xinheng.demo.draw import Draw
from xinheng.demo.fields import money
from xinheng.demo.permits import PERMITS, Permit
from xinheng.demo.recipes import rates
from xinheng.demo.recipes.recipe import Columns, Recipe
from xinheng.demo.violations import VIOLATIONS, Violation

_NO_END = pl.lit(date(2099, 12, 31))
_CONFISCATIONS = ("没收违法所得", "没收非法财物")
_ON_CERTIFICATE = ("吊销许可证件", "暂扣许可证件", "降低资质等级")


def _column(values: list[str], which: object) -> pl.Series:
    return pl.Series(values, dtype=pl.String).gather(which)  # type: ignore[arg-type]


def _named_by_old_codes(draw: Draw) -> Columns:
    """A few parties are named by their registration number alone, as in old files: they are matched, or wait to be."""
    old = draw.dice.chance(draw.n, 0.002) & (draw.party["kind"] == "E")
    given = draw.only(draw.dice.chance(draw.n, 0.3), draw.party["regno"])
    return {
        "subject_code": draw.only(~old, draw.party["code"]),
        "regno": draw.where(old, draw.party["regno"], given),
        "orgcode": draw.only(~old & draw.dice.chance(draw.n, 0.3), draw.party["orgcode"]),
    }


def _licence(draw: Draw) -> Columns:
    which = draw.fitting([p.sections for p in PERMITS], [p.weight for p in PERMITS])

    def word(of: str) -> pl.Series:
        return _column([str(getattr(p, of)) for p in PERMITS], which)

    draw.decide_by([p.domain for p in PERMITS], which, districts=0.12)
    certificate, mark, day = word("certificate"), word("mark"), draw.day
    number = word("prefix") + day.dt.year().cast(pl.String) + draw.serial.cast(pl.String).str.zfill(6)
    years = pl.Series([p.years for p in PERMITS]).gather(which)
    end = draw.where(years == 0, _NO_END, plus_days(day, years * 365 - 1))
    has_certificate = certificate != ""
    return _named_by_old_codes(draw) | {
        "doc_title": word("document"),
        "doc_no": draw.where(mark == "", number, draw.doc_number(mark)),
        "licence_class": word("kind"),
        "certificate_name": draw.only(has_certificate, certificate),
        "certificate_no": draw.only(has_certificate, number),
        "content": word("content"),
        "decided_on": day,
        "valid_from": day,
        "valid_to": end,
        "state": draw.where(end < draw.on, _state(draw, "无效"), _state(draw, "有效")),
    }


def _state(draw: Draw, word: str) -> str:
    codelist = draw.item.field("state").codelist
    labels = draw.labels(codelist) if codelist else (word,)
    return next((label for label in labels if label == word), labels[0])


def _penalty(draw: Draw) -> Columns:
    social = pl.Series([v.domain == "民政" for v in VIOLATIONS])
    weights = [3.0 if v.domain in ("市场监督", "交通运输", "城市管理", "税务", "消防") else 1.0 for v in VIOLATIONS]
    weights = [0.02 if is_social else w for is_social, w in zip(social, weights, strict=True)]
    which = draw.fitting([v.sections for v in VIOLATIONS], weights)
    draw.decide_by([v.domain for v in VIOLATIONS], which, districts=0.15)

    def word(of: str) -> pl.Series:
        return _column([str(getattr(v, of)) for v in VIOLATIONS], which)

    more = _column([";".join(v.also) for v in VIOLATIONS], which)
    more = draw.where((more == "警告") | draw.dice.chance(draw.n, 0.35), more, "")
    yuan = _fines(draw, VIOLATIONS, which)
    fined = yuan > 0
    more = draw.where(~fined & (more == ""), "警告", more)
    kinds = _join(
        draw.only(more.str.starts_with("警告"), "警告"),
        draw.only(fined, "罚款"),
        draw.only(~more.str.starts_with("警告") & (more != ""), more),
    )
    taken = draw.where(kinds.str.contains("没收违法所得"), draw.dice.skewed(1, 300, draw.n) * 100, 0)
    confiscates = kinds.str.contains("没收")
    certificate = draw.only(
        kinds.str.contains("|".join(_ON_CERTIFICATE)), "相关许可证件 " + draw.serial.cast(pl.String).str.zfill(8)
    )
    found = plus_days(draw.day, -draw.dice.whole(12, 80, draw.n))
    facts = (
        "经查，"
        + pl.select(word("facts").str.replace("{on}", found.dt.strftime("%Y年%m月%d日"), literal=True)).to_series()
        + "。"
    )
    return _named_by_old_codes(draw) | {
        "doc_no": draw.doc_number(word("mark")),
        "violation_type": word("kind"),
        "facts": facts,
        "legal_ground": word("basis"),
        "kinds": kinds,
        "content": _content(draw, kinds, yuan, taken),
        "fine_wan": draw.only(fined, money(yuan, wan=True)),
        "confiscated_wan": draw.only(confiscates, money(taken, wan=True)),
        "certificate": certificate,
        "decided_on": draw.day,
        "valid_to": plus_days(draw.day, 365),
        "publish_until": draw.only(draw.dice.chance(draw.n, 0.2), plus_days(draw.day, 364)),
        "case_procedure": draw.where(
            yuan.is_between(1, 1000) & draw.dice.chance(draw.n, 0.5), _procedure(draw, "简"), _procedure(draw, "普")
        ),
        "credit_grade": _grade(draw, kinds, yuan),
        "state": draw.text(None),
    }


def _grade(draw: Draw, kinds: pl.Series, yuan: pl.Series) -> pl.Series:
    """The grade of the bad-credit information, which organs state since Order 36; half of them do."""
    grave = kinds.str.contains("吊销|责令停产停业|降低资质")
    slight = (kinds == "警告") | (yuan.is_between(1, 1000) & ~kinds.str.contains("没收"))
    grade = draw.where(grave, "严重", draw.where(slight, "轻微", "一般"))
    return draw.only((draw.day >= date(2026, 4, 1)) & draw.dice.chance(draw.n, 0.5), grade)


def _procedure(draw: Draw, sign: str) -> str:
    spec = draw.item.by_name.get("case_procedure")
    labels = draw.labels(spec.codelist) if spec is not None and spec.codelist else (sign,)
    return next((label for label in labels if label.startswith(sign)), labels[-1])


def _fines(draw: Draw, violations: tuple[Violation, ...], which: object) -> pl.Series:
    low = pl.Series([float(v.low) for v in violations]).gather(which)  # type: ignore[arg-type]
    high = pl.Series([float(v.high) for v in violations]).gather(which)  # type: ignore[arg-type]
    luck = pl.Series(draw.dice.random.random(draw.n) ** 3)
    raw = low + (high - low) * luck
    rounded = draw.where(raw < 2000, (raw / 50).round() * 50, (raw / 500).round() * 500)
    return rounded.cast(pl.Int64)


def _join(*parts: pl.Series) -> pl.Series:
    frame = pl.DataFrame([part.alias(str(i)) for i, part in enumerate(parts)])
    return frame.select(pl.concat_str(pl.all(), separator=";", ignore_nulls=True)).to_series()


def _content(draw: Draw, kinds: pl.Series, yuan: pl.Series, taken: pl.Series) -> pl.Series:
    """The operative part says the same as the columns, in words: 警告；罚款人民币5000元；没收违法所得300元。"""
    parts = [draw.only(kinds.str.contains("警告"), "给予警告")]
    parts.append(draw.only(yuan > 0, "罚款人民币" + yuan.cast(pl.String) + "元"))
    parts.append(draw.only(kinds.str.contains("没收违法所得"), "没收违法所得" + taken.cast(pl.String) + "元"))
    parts.append(draw.only(kinds.str.contains("没收非法财物"), "没收涉案物品"))
    for kind in (*_ON_CERTIFICATE, "责令停产停业"):
        parts.append(draw.only(kinds.str.contains(kind), kind))
    frame = pl.DataFrame([part.alias(str(i)) for i, part in enumerate(parts)])
    return frame.select(pl.concat_str(pl.all(), separator="；", ignore_nulls=True) + "。").to_series()


RECIPES = {
    "adm.licence": Recipe(per_thousand=1250, fill=_licence),
    "adm.review": Recipe(per_thousand=rates.rows(rates.REVIEWS)),
    "adm.litigation": Recipe(per_thousand=rates.rows(rates.SUITS)),
    "adm.penalty": Recipe(per_thousand=rates.rows(rates.PENALTIES), fill=_penalty),
}

__all__ = ["RECIPES", "Permit"]
