"""The files of the demo city, and whether the pipeline sends back exactly the rows the generator spoiled."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from xinheng.core.identifiers import citizen_id
from xinheng.core.intake.checked import GOOD
from xinheng.core.intake.engine import check_source
from xinheng.core.intake.headers import known_headers
from xinheng.core.intake.reading import open_source
from xinheng.core.intake.table import ROW
from xinheng.core.policy.loader import default_policy
from xinheng.demo import city, dirt, files, look
from xinheng.demo.dice import Dice
from xinheng.demo.files import DemoFile

ON = date(2026, 11, 23)
POLICY = default_policy()


def a_city(organisations: int = 900) -> city.City:
    return city.build(POLICY, organisations_count=organisations, seed=20260401, on=ON)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[DemoFile]:
    return list(files.write_files(tmp_path_factory.mktemp("city"), a_city()))


def judge(file: DemoFile) -> tuple[int, set[int], dict[int, set[str]]]:
    """Return rows read, the rows that came back, and why each did."""
    checking = check_source(
        open_source(file.path, known_headers=known_headers(POLICY)),
        POLICY,
        on=ON,
        item_id=file.item.id,
        examples=100_000,
    )
    returned: set[int] = set()
    codes: dict[int, set[str]] = {}
    for block in checking:
        returned |= set(block.rows.filter(~pl.col(GOOD))[ROW].to_list())
        for row, code in block.findings.select("row", "code").iter_rows():
            codes.setdefault(row, set()).add(code)
    return checking.report.rows, returned, codes


@pytest.mark.slow
def test_every_file_is_read_whole_and_exactly_the_spoiled_rows_come_back(written: list[DemoFile]) -> None:
    wrong = []
    for file in written:
        rows, returned, codes = judge(file)
        expected = {e.row for e in file.expected}
        unexplained = [e for e in file.expected if e.code not in codes.get(e.row, set())]
        if rows != file.rows or returned != expected or unexplained:
            wrong.append((file.path.name, rows, file.rows, returned ^ expected, unexplained[:3]))
    assert wrong == []


def test_about_three_in_a_hundred_rows_are_spoiled_in_about_a_fifth_of_the_files(written: list[DemoFile]) -> None:
    rows = sum(file.rows for file in written)
    spoiled = sum(len(file.expected) for file in written)
    dirty = sum(bool(file.expected) for file in written)
    assert 0.02 < spoiled / rows < 0.04
    assert 0.12 < dirty / len(written) < 0.35


def test_many_kinds_of_mistakes_occur(written: list[DemoFile]) -> None:
    kinds = {e.code for file in written for e in file.expected}
    assert len(kinds) >= 14
    assert {"duplicate.in-file", "uscc.letter-for-digit", "code.unknown", "date.impossible"} <= kinds


def test_penalties_hold_the_mistakes_of_penalties() -> None:
    item = POLICY.item("adm.penalty", on=ON)
    cells = look.render(a_city().rows(item, 400).drop("_organ"), item, look.PLAIN)
    _, done = dirt.spoil(cells, item, POLICY, Dice(3), ON, share=0.5)
    kinds = {s.code for s in done}
    assert {"penalty.amount-contradicts-text", "penalty.fine-without-amount", "subject.person-gate"} <= kinds


def test_only_synthetic_numbers_of_persons_occur() -> None:
    for number in dirt.PERSON_NUMBERS:
        assert number.startswith("440399")
        assert citizen_id.is_valid(number)


def test_departments_write_in_many_ways(written: list[DemoFile]) -> None:
    licence = POLICY.item("adm.licence", on=ON)
    looks = [file.look for file in written] + [look.look_for(licence, 2000, Dice(n)) for n in range(40)]
    assert {one.format for one in looks} == {"xlsx", "csv", "jsonl"}
    assert {one.encoding for one in looks} == {"utf-8", "gb18030", "utf-8-sig", "utf-16"}
    assert {one.headers for one in looks} == {"zh", "code", "alias", "name"}
    assert len({one.dates for one in looks}) >= 7
    for habit in (
        "title_rows",
        "groups",
        "totals",
        "hidden",
        "own_column",
        "unknown_column",
        "wide_digits",
        "lower_case",
        "numbers",
    ):
        assert any(getattr(one, habit) for one in looks), habit
    assert sum(file.look.format == "xlsx" for file in written) > len(written) / 2


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(written: list[DemoFile], tmp_path: Path) -> None:
    again = list(files.write_files(tmp_path, a_city()))
    assert [f.path.name for f in again] == [f.path.name for f in written]
    assert [f.expected for f in again] == [f.expected for f in written]
    for one, other in zip(written, again, strict=True):
        assert sha256(one.path.read_bytes()).digest() == sha256(other.path.read_bytes()).digest(), one.path.name
