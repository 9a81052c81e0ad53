"""Whose is each row? The ladder: valid unified code, old code by the dated crosswalk, old code and name. Never by name alone.

Everything is worked out once for each distinct subject of a block, then mapped back to its rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from xinheng.apps.records.models import LinkedBy
from xinheng.apps.subjects import known
from xinheng.apps.subjects.actions import NewCode, NewName, NewSubject, add_codes, add_names, kind_of, make_known
from xinheng.apps.subjects.names import fold_column
from xinheng.apps.subjects.oldcodes import LEGACY, Waiting, link_old_codes
from xinheng.core.intake.checked import GOVERNING
from xinheng.core.policy.model import Item

# These items *are* the registration: they say who exists and by what name, and are not measured against themselves.
REGISTRATIONS = frozenset({"reg.enterprise", "reg.trader", "reg.institution", "reg.social_org", "reg.organ"})
WHO, SUBJECT, BY = "__who", "__subject", "__by"
_CODE, _NAME, _FOLDED = "subject_code", "subject_name", "__folded"
# What was decided about each distinct subject: whose it is, by what, and the register's finding if there is one.
OUTCOME = {
    WHO: pl.UInt32,
    SUBJECT: pl.Int64,
    BY: pl.Int16,
    "code": pl.String,
    "seen": pl.String,
    "detail": pl.String,
}


@dataclass(slots=True)
class Linked:
    """Rows with the number of their subject (WHO), what was decided about each, and those that wait for a person."""

    rows: pl.DataFrame
    outcome: pl.DataFrame
    waiting: dict[int, Waiting] = field(default_factory=dict)


_CODES = {_CODE: pl.String, SUBJECT: pl.Int64}
_NAMES = {SUBJECT: pl.Int64, "name": pl.String, _FOLDED: pl.String, "registered": pl.Boolean}
_MOST = 300_000


@dataclass(slots=True)
class Memory:
    """The organisations of one hand-in and their names: the register is asked about each once, not again for every block."""

    codes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_CODES))
    names: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_NAMES))

    def make_room(self, count: int) -> None:
        """Forget everything where so many more would be too many."""
        if self.codes.height + count > _MOST:
            self.codes, self.names = self.codes.clear(), self.names.clear()

    def keep(self, codes: pl.DataFrame, names: pl.DataFrame) -> None:
        """Remember these too."""
        self.codes, self.names = pl.concat([self.codes, codes]), pl.concat([self.names, names])


def link(rows: pl.DataFrame, item: Item, *, submission: int, memory: Memory | None = None) -> Linked:
    """Say whose each row is. Subjects told of for the first time are created, told by this submission.

    ``memory``: what blocks of the same hand-in before this one have learnt; registrations, which tell new names, do without.
    """
    registration = item.id in REGISTRATIONS
    bare = _CODE not in rows.columns or rows.get_column(_CODE).null_count() > 0
    # Old codes, and the day they are judged by, make two subjects different only where they matter.
    keys = [_CODE, _NAME, *((*LEGACY, GOVERNING) if bare or registration else ())]
    missing = [pl.lit(None, dtype=pl.String).alias(name) for name in keys if name not in rows.columns]
    work = rows.with_columns(missing).select(keys)
    who = work.unique(maintain_order=True).with_row_index(WHO).with_columns(fold_column(pl.col(_NAME)).alias(_FOLDED))
    back = work.join(who.select(WHO, *keys), on=keys, how="left", nulls_equal=True, maintain_order="left")
    linked = Linked(rows.with_columns(back.get_column(WHO)), pl.DataFrame(schema=OUTCOME))
    coded = who.filter(pl.col(_CODE).is_not_null())
    if coded.height:
        memory = Memory() if memory is None or registration else memory
        linked.outcome = _by_code(coded, item, submission, memory, registration=registration)
    if coded.height < who.height:
        rest = who.filter(pl.col(_CODE).is_null())
        outcome, linked.waiting = link_old_codes(rest.to_dicts(), submission=submission)
        linked.outcome = pl.concat([linked.outcome, pl.DataFrame(outcome, schema=OUTCOME, orient="row")])
    return linked


def _by_code(who: pl.DataFrame, item: Item, submission: int, memory: Memory, *, registration: bool) -> pl.DataFrame:
    """The first rung: a valid code says whose it is; a name that contradicts the registered one goes back, and is not guessed."""
    memory.make_room(who.height)
    strange = who.join(memory.codes, on=_CODE, how="anti", maintain_order="left")
    if strange.height:
        _learn(strange, item, submission, memory, registration=registration)
    who = who.join(memory.codes, on=_CODE, how="left", maintain_order="left")
    names = memory.names.join(who, on=SUBJECT, how="semi", maintain_order="left")
    current = names.group_by(SUBJECT).agg(
        pl.col("name").last(), pl.col(_FOLDED).last().alias("current"), pl.col("registered").any()
    )
    who = who.join(current, on=SUBJECT, how="left", maintain_order="left")
    if registration:
        _tell_changes(who, submission)
        finding = pl.lit(None, dtype=pl.String)
    else:
        told = names.select(SUBJECT, _FOLDED, pl.lit(True).alias("agrees")).unique([SUBJECT, _FOLDED])
        who = who.join(told, on=[SUBJECT, _FOLDED], how="left", maintain_order="left")
        differs = pl.col(_NAME).is_not_null() & pl.col("current").is_not_null() & pl.col("agrees").is_null()
        unregistered = ~pl.col("registered").fill_null(False)
        # A name only other reports have told is no better than this one: the row goes in, and both names are shown.
        finding = (
            pl.when(differs & ~unregistered)
            .then(pl.lit("subject.name-differs"))
            .when(differs)
            .then(pl.lit("subject.name-differs-from-reports"))
            .when(unregistered)
            .then(pl.lit("subject.not-registered"))
        )
    return who.select(
        pl.col(WHO),
        pl.col(SUBJECT),
        pl.lit(LinkedBy.CODE.value, dtype=pl.Int16).alias(BY),
        finding.alias("code"),
        pl.col(_CODE).alias("seen"),
        pl.col("name").alias("detail"),
    )


def _learn(who: pl.DataFrame, item: Item, submission: int, memory: Memory, *, registration: bool) -> None:
    """Ask the register whose these codes are and what their holders are called; make known whom it does not know."""
    codes = who.get_column(_CODE).unique(maintain_order=True).to_list()
    subjects = known.by_code(codes, own=submission)
    subjects |= _make_known(who, subjects, item, submission, registration=registration)
    table = pl.DataFrame({_CODE: list(subjects), SUBJECT: list(subjects.values())}, schema=_CODES)
    new = table.unique(SUBJECT, keep="first").join(memory.codes, on=SUBJECT, how="anti").get_column(SUBJECT)
    names = known.name_rows(new.sort().to_list(), own=submission)
    memory.keep(table, pl.DataFrame(names, schema=_NAMES, orient="row"))


def _make_known(
    who: pl.DataFrame, subjects: dict[str, int], item: Item, submission: int, *, registration: bool
) -> dict[str, int]:
    """Create the subjects whose codes nobody had told us, under the first name given."""
    unknown = who.filter(~pl.col(_CODE).is_in(list(subjects)))
    if unknown.height == 0:
        return {}
    first = unknown.sort(pl.col(_NAME).is_null(), maintain_order=True).unique(_CODE, keep="first", maintain_order=True)
    kind = next(iter(item.kinds)).value if registration and len(item.kinds) == 1 else None
    days = first.get_column(GOVERNING).to_list() if GOVERNING in first.columns else [None] * first.height
    rows = zip(*(first.get_column(name).to_list() for name in (_CODE, _NAME, _FOLDED)), days, strict=True)
    new = [
        NewSubject(code, name, folded or "", kind or kind_of(code), registration, day if registration else None)
        for code, name, folded, day in rows
    ]
    return make_known(new, submission=submission)


def _tell_changes(who: pl.DataFrame, submission: int) -> None:
    """A registration tells new names, and the old codes of the same organisation: the crosswalk grows."""
    renamed = who.filter(pl.col(_NAME).is_not_null() & (pl.col(_FOLDED) != pl.col("current")).fill_null(True))
    told = renamed.unique([SUBJECT, _FOLDED], keep="first", maintain_order=True).sort(GOVERNING, maintain_order=True)
    columns = (SUBJECT, _NAME, _FOLDED, GOVERNING)
    add_names(
        [NewName(s, name, folded, True, day) for s, name, folded, day in told.select(columns).iter_rows()],
        submission=submission,
    )
    codes: dict[tuple[str, str], int] = {}
    for scheme in LEGACY:
        pairs = who.filter(pl.col(scheme).is_not_null()).select(scheme, SUBJECT)
        codes |= {(scheme, value): subject for value, subject in pairs.iter_rows()}
    held = known.holders(list(codes), own=submission)
    fresh = [
        NewCode(subject, scheme, value)
        for (scheme, value), subject in codes.items()
        if all(holder.subject != subject for holder in held.get((scheme, value), ()))
    ]
    add_codes(fresh, submission=submission)
