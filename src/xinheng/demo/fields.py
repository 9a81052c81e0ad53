"""A valid value for any field of any item: what the recipes leave out is made from the catalogue's own words."""

from __future__ import annotations

import polars as pl

from xinheng.core.policy.model import Field, FieldType, Required
from xinheng.demo.dice import plus_days
from xinheng.demo.draw import Draw
from xinheng.demo.organisations import people

# Fields that every row takes from its organisation, its department or the city, wherever they occur.
_ORGAN_NAMES = (
    "organ",
    "court",
    "authority",
    "dept_name",
    "organ_name",
    "source_name",
    "decision_organ",
    "list_organ",
    "accept_organ",
)
# What the demo leaves empty: numbers of persons, entrusted bodies, and columns only older files or other systems fill.
_BLANK = (
    *("person_id", "person_id_type", "legal_rep_id", "legal_rep_id_type", "entrust_name", "entrust_code"),
    *("op", "record_no", "remark", "updated_on", "province_name", "area_name"),
    *("tax_regno", "institution_certno", "social_org_regno", "confiscated_gains_wan", "confiscated_goods_wan"),
)
_PLACEHOLDER_URL = "https://xinyong.example/notice/"


def complete(draw: Draw) -> pl.DataFrame:
    """Fill every field of the item that no recipe has made, and return the columns in catalogue order."""
    fields = sorted(draw.item.fields, key=lambda f: _order(draw, f))
    for spec in fields:
        if spec.name not in draw.made:
            draw.made[spec.name] = make(draw, spec)
    return pl.DataFrame([draw.made[f.name].alias(f.name) for f in draw.item.fields])


def _order(draw: Draw, spec: Field) -> int:
    """Dates after those they may not precede, conditional fields after what decides about them."""
    steps = 0
    if spec.before is not None:
        steps = 1 + _order(draw, draw.item.field(spec.before))
    if spec.required_when is not None:
        steps = max(steps, 1 + _order(draw, draw.item.field(spec.required_when[0])))
    return steps


def make(draw: Draw, spec: Field) -> pl.Series:
    """Return one column for this field: filled where it must be, and where optional filled now and then."""
    if spec.name in _BLANK and spec.required is not Required.MANDATORY:
        return pl.Series([None], dtype=pl.Date if spec.type is FieldType.DATE else pl.String).new_from_index(0, draw.n)
    values = _values(draw, spec)
    if spec.required_when is not None:
        other, wanted = spec.required_when
        return draw.only(_holds(draw, other, wanted), values)
    if spec.required is Required.OPTIONAL:
        share = 0.25 if spec.type is FieldType.DATE else 0.6
        return draw.only(draw.dice.chance(draw.n, share), values)
    return values


def _holds(draw: Draw, other: str, wanted: tuple[str, ...]) -> pl.Series:
    column = draw.made[other]
    if draw.item.field(other).type is FieldType.SET:
        padded = ";" + column + ";"
        hits = [padded.str.contains(f";{w}(-|;)") for w in wanted]
    else:
        hits = [column == w for w in wanted]
    held = hits[0]
    for hit in hits[1:]:
        held = held | hit
    return held.fill_null(False)


def _values(draw: Draw, spec: Field) -> pl.Series:
    known = _known(draw, spec)
    if known is not None:
        return known
    return _BY_TYPE[spec.type](draw, spec)


def _known(draw: Draw, spec: Field) -> pl.Series | None:
    name, party, organ = spec.name, draw.party, draw.organ
    if name == draw.item.governing and spec.type is FieldType.DATE:
        return draw.day
    taken = {
        "subject_name": "name",
        "subject_code": "code",
        "legal_rep": "legal_rep",
        "operator": "legal_rep",
        "address": "address",
        "address_reg": "address",
        "scope": "scope",
        "industry": "industry",
        "taxpayer_no": "code",
        "region": "region",
        "district": "district",
    }.get(name)
    if taken is not None:
        return party[taken]
    if name == "subject_type":
        return draw.where(party["kind"] == "T", "个体工商户", "法人及非法人组织")
    if name in ("regno", "orgcode"):
        return draw.only(draw.dice.chance(draw.n, 0.3), party[name])
    if name in _ORGAN_NAMES:
        return organ["name"]
    if name in ("organ_code", "dept_code", "source_code"):
        return organ["code"]
    return None


def _text(draw: Draw, spec: Field) -> pl.Series:
    body = spec.example or f"{spec.zh}见{draw.item.zh}原件"
    if spec.max_length is not None:
        body = body[: max(spec.max_length - 8, 1)]
    if spec.name not in draw.item.identity:
        return draw.text(body)
    return draw.text(body) + draw.serial.cast(pl.String)


def _code(draw: Draw, spec: Field) -> pl.Series:
    labels = [label for label in draw.labels(_list_of(spec)) if label != "自然人"]
    return draw.dice.pick(labels, draw.n, [1 / (i + 1) for i in range(len(labels))])


def _set(draw: Draw, spec: Field) -> pl.Series:
    labels = draw.labels(_list_of(spec))
    first, second = draw.dice.places(len(labels), draw.n), draw.dice.places(len(labels), draw.n)
    one, other = pl.Series(labels).gather(first), pl.Series(labels).gather(second)
    two = draw.dice.chance(draw.n, 0.2) & pl.Series(first != second)
    return draw.where(two, one + ";" + other, one)


def _list_of(spec: Field) -> str:
    if spec.codelist is None:
        raise ValueError(f"field {spec.name} is a {spec.type} without a code list")
    return spec.codelist


def _date(draw: Draw, spec: Field) -> pl.Series:
    if spec.before is not None and spec.before in draw.made:
        # Terms run from a few days (a seizure) to years (a ban): short ones are more usual, long ones occur.
        days = plus_days(draw.made[spec.before], draw.dice.skewed(1, 60 if spec.past else 1000, draw.n))
    else:
        days = plus_days(draw.day, -draw.dice.whole(0, 7, draw.n))
    if spec.past:
        days = days.clip(
            upper_bound=draw.on
        )  # a later day than the earlier one is never needed: both lie before ``on``
    if spec.open_ended:
        days = draw.where(draw.dice.chance(draw.n, 0.2), pl.date(2099, 12, 31), days)
    return days


def _month(draw: Draw, spec: Field) -> pl.Series:
    return draw.day.dt.strftime("%Y-%m")


def _year(draw: Draw, spec: Field) -> pl.Series:
    return draw.dice.whole(draw.on.year - 2, draw.on.year - 1, draw.n).cast(pl.String)


def _int(draw: Draw, spec: Field) -> pl.Series:
    return draw.dice.skewed(1, 45, draw.n)


def _amount(draw: Draw, spec: Field) -> pl.Series:
    if spec.unit == "万元":
        return money(draw.dice.skewed(1, 9000, draw.n) * 500, wan=True)
    return draw.dice.skewed(10, 30_000, draw.n).cast(pl.String) + "00.00"[: 2 + (3 if spec.scale >= 2 else 0)]


def _decimal(draw: Draw, spec: Field) -> pl.Series:
    return pl.select(pl.format("0.{}", draw.dice.whole(70, 99, draw.n))).to_series()


def _bool(draw: Draw, spec: Field) -> pl.Series:
    return draw.where(draw.dice.chance(draw.n, 0.1), "是", "否")


def _uscc(draw: Draw, spec: Field) -> pl.Series:
    if any(word in spec.name for word in ("organ", "dept", "gov", "superior", "source", "respondent")):
        return draw.organ["code"]
    return draw.party["code"]


def _person_id(draw: Draw, spec: Field) -> pl.Series:
    return draw.text(None)  # demo people have no numbers; dirty files carry the published synthetic ones


def _doc_no(draw: Draw, spec: Field) -> pl.Series:
    return draw.doc_number("信字")


def _url(draw: Draw, spec: Field) -> pl.Series:
    return draw.text(_PLACEHOLDER_URL) + draw.serial.cast(pl.String)


def _datetime(draw: Draw, spec: Field) -> pl.Series:
    return draw.day.dt.strftime("%Y-%m-%d") + draw.dice.pick((" 09:30:00", " 10:15:00", " 15:40:00"), draw.n)


def _json(draw: Draw, spec: Field) -> pl.Series:
    return pl.select(
        pl.format('[{"name":"{}"}]'.replace('{"', '{{"').replace('"}', '"}}'), people(draw.dice, draw.n))
    ).to_series()


_BY_TYPE = {
    FieldType.TEXT: _text,
    FieldType.CODE: _code,
    FieldType.SET: _set,
    FieldType.DATE: _date,
    FieldType.MONTH: _month,
    FieldType.YEAR: _year,
    FieldType.INT: _int,
    FieldType.AMOUNT: _amount,
    FieldType.DECIMAL: _decimal,
    FieldType.BOOL: _bool,
    FieldType.USCC: _uscc,
    FieldType.ORGCODE: lambda draw, spec: draw.party["orgcode"],
    FieldType.REGNO: lambda draw, spec: draw.party["regno"],
    FieldType.PERSON_ID: _person_id,
    FieldType.DOC_NO: _doc_no,
    FieldType.REGION: lambda draw, spec: draw.party["region"],
    FieldType.URL: _url,
    FieldType.DATETIME: _datetime,
    FieldType.JSON: _json,
}


def money(yuan: pl.Series, *, wan: bool = False) -> pl.Series:
    """Return amounts as text: in 万元 without useless zeros, or in yuan with two decimals."""
    if not wan:
        return yuan.cast(pl.String) + ".00"
    fraction = (yuan % 10_000).cast(pl.String).str.zfill(4).str.strip_chars_end("0")
    whole = (yuan // 10_000).cast(pl.String)
    return pl.select(pl.when(fraction == "").then(whole).otherwise(whole + "." + fraction)).to_series()
