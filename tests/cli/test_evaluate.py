"""Evaluating on the command line: a demo city, its distribution, one organisation with reasons, and what is refused."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import ON

PERSON = "11010519491231002X"
MODEL = Path(__file__).parents[2] / "policy/shenzhen/evaluation/comprehensive.toml"


class City:
    """A demo city, and commands run on it."""

    def __init__(self, folder: Path) -> None:
        self.var = folder / "var"

    def __call__(self, *args: object) -> subprocess.CompletedProcess:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {"XINHENG_VAR": str(self.var), "XINHENG_DAY": ON.isoformat()}
        return subprocess.run(
            [sys.executable, "-m", "xinheng.cli", *map(str, args)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment,
            check=False,
        )

    def told(self, *args: object) -> dict:
        done = self(*args, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def codes(self, grade: str) -> list[str]:
        with sqlite3.connect(self.var / "xinheng.sqlite3") as file:
            sql = (
                "SELECT s.code FROM evaluation_result r JOIN subjects_subject s ON s.id = r.subject_id "
                "WHERE r.model = 'xh.comprehensive' AND r.current AND r.grade = ? AND s.code IS NOT NULL ORDER BY s.id"
            )
            return [code for (code,) in file.execute(sql, (grade,))]


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    place = City(tmp_path_factory.mktemp("city"))
    done = place("demo", "--organisations", 300)
    assert done.returncode == 0, done.stderr
    return place


def test_the_city_again_gives_the_same_digest_on_every_engine(city):
    told = [city.told("evaluate", "--dry-run", "--engine", engine) for engine in ("local", "polars", "duckdb")]
    assert len({one["digest"] for one in told}) == 1
    assert told[0]["counts"]["B"] > sum(n for grade, n in told[0]["counts"].items() if grade in "DE")


def test_a_run_takes_effect_and_shows_its_distribution(city):
    done = city("evaluate", "--model", "xh.risk")
    assert done.returncode == 0, done.stderr
    assert "信用风险低" in done.stdout
    assert "结果摘要 sha256:" in done.stdout


def test_one_organisation_with_its_reasons(city):
    code = (city.codes("C") + city.codes("D") + city.codes("E"))[0]
    done = city("evaluate", "--subject", code)
    assert done.returncode == 0, done.stderr
    assert "遵纪守法" in done.stdout
    assert "可以怎样做：" in done.stdout
    told = city.told("evaluate", "--subject", code)
    assert told["score"] == sum(d["clamped"] for d in told["dimensions"])
    assert told["inputs_hash"].startswith("sha256:")
    assert all(c["legal_basis"] for c in told["contributions"])


def test_a_past_day_is_evaluated_by_what_was_known(city):
    code = city.codes("B")[0]
    done = city("evaluate", "--subject", code, "--as-of", "2020-01-01")
    assert done.returncode == 2
    assert "没有代码为" in done.stderr


def test_the_lake_is_verified_and_exported_by_what_changed(city):
    assert city("lake", "verify").returncode == 0
    told = city.told("lake", "export")
    assert (told["whole"], told["subjects"]) == (False, 0)
    assert city.told("lake", "export", "--rebuild")["whole"] is True


def test_a_person_is_refused_without_opening_the_register(tmp_path):
    done = City(tmp_path)("evaluate", "--subject", PERSON)
    assert done.returncode == 2
    assert "自然人不评价" in done.stderr
    assert PERSON not in done.stderr + done.stdout
    assert not (tmp_path / "var" / "xinheng.sqlite3").exists()


def test_a_model_file_with_an_error_is_refused_with_its_line(city, tmp_path):
    text = MODEL.read_text(encoding="utf-8").replace("points = -120", "points = 120", 1)
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    done = city("evaluate", "--file", path)
    assert done.returncode == 2
    line = next(n for n, one in enumerate(text.splitlines(), 1) if one == "cap = -240")
    assert f"{path}:{line} indicator.L01.cap" in done.stderr


def test_an_unknown_model_and_engine_are_told(city):
    assert "xh.comprehensive" in city("evaluate", "--model", "nothing").stderr
    assert "可用：local" in city("evaluate", "--engine", "abacus", "--dry-run").stderr
