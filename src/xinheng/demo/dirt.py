"""What goes wrong in the files of real departments, put in on purpose and written down: which row must come back, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from xinheng.core.policy.model import Field, FieldType, Item, Policy, Required
from xinheng.demo.codes import break_check_digit
from xinheng.demo.dice import Dice

# Synthetic numbers whose region was never assigned (440399): nobody holds them. All carry a right check digit.
PERSON_NUMBERS = (
    "440399194912312102",
    "440399199107040012",
    "440399198808150033",
    "440399197509300025",
    "440399196805050011",
)

Row = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One kind of mistake: the code it must come back with, whether a row offers itself, and how the row is changed."""

    code: str
    fits: Callable[[Row], bool]
    change: Callable[[Row], None]


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A row that must come back: its place in the frame and the code expected."""

    place: int
    code: str


def spoil(
    frame: pl.DataFrame, item: Item, policy: Policy, dice: Dice, on: date, *, share: float
) -> tuple[pl.DataFrame, list[Spoiled]]:
    """Return the frame with about ``share`` of its rows made wrong, and what was done; duplicates are added at the end."""
    wanted = max(round(frame.height * share), 1)
    places = np.sort(dice.random.choice(frame.height, size=min(wanted, frame.height), replace=False))
    possible = mistakes(item, policy, on)
    rows, done, again = frame.rows(named=True), [], []
    for turn, place in enumerate(int(p) for p in places):
        row = rows[place]
        options = [m for m in possible if m.fits(row)]
        if turn % 12 == 11 and _has_identity(row, item):
            again.append(dict(row))
        elif options:
            mistake = _one_of(options, dice)
            mistake.change(row)
            done.append(Spoiled(place, mistake.code))
    done.extend(Spoiled(len(rows) + i, "duplicate.in-file") for i in range(len(again)))
    return pl.DataFrame(rows + again, schema=frame.schema, orient="row"), done


def _one_of(options: list[Mistake], dice: Dice) -> Mistake:
    """Choose the kind of mistake first, then where it is made: else long tables would know only over-long texts."""
    codes = list(dict.fromkeys(m.code for m in options))
    code = codes[int(dice.random.integers(len(codes)))]
    fitting = [m for m in options if m.code == code]
    return fitting[int(dice.random.integers(len(fitting)))]


def _has_identity(row: Row, item: Item) -> bool:
    names = [name for name in item.identity if name not in ("subject_code", "subject_name")]
    return bool(row.get("subject_code")) and (not names or any(row.get(name) for name in names))


def mistakes(item: Item, policy: Policy, on: date) -> list[Mistake]:
    """Return the mistakes that can be made under an item."""
    found: list[Mistake] = []
    for field in item.fields:
        found.extend(_of_field(field, policy, on))
    known = item.by_name
    if "subject_code" in known:
        found.extend(_of_code())
    if {
        "subject_type",
        "person_id",
        "person_id_type",
        "subject_code",
    } <= known.keys() and "subject.person-gate" in item.checks:
        found.append(Mistake("subject.person-gate", lambda row: row["subject_type"] == "法人及非法人组织", _person))
    if "penalty.fine-without-amount" in item.checks:
        found.append(Mistake("penalty.fine-without-amount", _has("fine_wan"), _set("fine_wan", None)))
        found.append(Mistake("penalty.amount-contradicts-text", _whole_yuan, _yuan_for_wan))
    if "subject.type-contradicts-code" in item.checks and "subject_type" in known:
        found.append(
            Mistake(
                "subject.type-contradicts-code",
                lambda row: row["subject_type"] == "个体工商户",
                _set("subject_type", "法人及非法人组织"),
            )
        )
    return found


def _has(name: str) -> Callable[[Row], bool]:
    return lambda row: bool(row.get(name))


def _set(name: str, value: str | None) -> Callable[[Row], None]:
    def change(row: Row) -> None:
        row[name] = value

    return change


def _edit(name: str, edit: Callable[[str], str]) -> Callable[[Row], None]:
    def change(row: Row) -> None:
        row[name] = edit(row[name] or "")

    return change


def _of_field(field: Field, policy: Policy, on: date) -> list[Mistake]:
    name, found = field.name, []
    if field.required is Required.MANDATORY and field.type is FieldType.TEXT:
        found.append(Mistake("field.required", _has(name), _set(name, None)))
    if field.type is FieldType.DATE and field.required is Required.MANDATORY:
        found.append(Mistake("date.impossible", _has(name), _set(name, f"{on.year - 1}/02/30")))
        if field.past:
            future = on + timedelta(days=400)
            found.append(Mistake("date.future", _has(name), _set(name, f"{future:%Y/%m/%d}")))
    if (
        field.type is FieldType.CODE
        and field.codelist
        and policy.codelists[field.codelist].closed
        and name != "subject_type"
    ):
        found.append(Mistake("code.unknown", _has(name), _set(name, "见附件说明")))
    if field.type is FieldType.AMOUNT:
        found.append(Mistake("amount.not-a-number", _has(name), _set(name, "详见决定书")))
    if (
        field.type is FieldType.TEXT
        and field.max_length is not None
        and field.max_length <= 400
        and name != "subject_name"
    ):
        extra = "（重复粘贴的内容）" * (field.max_length // 8 + 1)
        found.append(Mistake("text.too-long", _has(name), _edit(name, lambda text: text + extra)))
    if name in ("facts", "content", "scope", "duty"):
        found.append(Mistake("text.html", _has(name), _edit(name, lambda text: text + "<br/>")))
    return found


def _of_code() -> list[Mistake]:
    def valid(row: Row) -> bool:
        code = row.get("subject_code") or ""
        return len(code) == 18 and code.isascii() and code == code.upper()

    edits: list[tuple[str, Callable[[str], str]]] = [
        ("uscc.check-digit", break_check_digit),
        (
            "uscc.letter-for-digit",
            lambda code: code[:3] + "4O3" + code[6:] if code[3:6] == "403" else code[:4] + "O" + code[5:],
        ),
        ("uscc.too-short", lambda code: code[:17]),
        ("uscc.placeholder", lambda code: "000000000000000000"),
    ]
    return [Mistake(code, valid, _edit("subject_code", edit)) for code, edit in edits]


def _person(row: Row) -> None:
    """The row is about a natural person: it stops at the person gate."""
    number = PERSON_NUMBERS[sum(map(ord, row["subject_name"] or "")) % len(PERSON_NUMBERS)]
    told = {"subject_name": "张示例", "subject_type": "自然人", "person_id_type": "身份证", "person_id": number}
    row.update(dict.fromkeys(row.keys() & {"subject_code", "regno", "orgcode", "legal_rep"}) | told)


def _whole_yuan(row: Row) -> bool:
    return bool(row.get("fine_wan")) and "罚款人民币" in (row.get("content") or "")


def _yuan_for_wan(row: Row) -> None:
    """The fine is given in yuan in a column of 万元, the commonest real mistake."""
    text = row["content"] or ""
    row["fine_wan"] = text.split("罚款人民币", 1)[1].split("元", 1)[0]
