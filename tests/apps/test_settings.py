"""What the installation is told from outside."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.core.checks import run_checks

from xinheng.project import environment


def test_without_an_address_the_database_is_a_file(tmp_path):
    told = environment.database({}, tmp_path)
    assert told["ENGINE"].endswith("sqlite3")
    assert told["NAME"] == str(tmp_path / "xinheng.sqlite3")
    assert told["CONN_MAX_AGE"] is None


@pytest.mark.parametrize(
    ("url", "name", "host", "port", "user", "password", "options"),
    [
        ("postgres://u:p%40ss@db.test:5433/credit", "credit", "db.test", "5433", "u", "p@ss", {}),
        ("postgresql://u@/credit?host=/run/pg", "credit", "/run/pg", "", "u", "", {}),
        ("postgres://db.test/credit?sslmode=require", "credit", "db.test", "", "", "", {"sslmode": "require"}),
    ],
)
def test_an_address_of_postgres(url, name, host, port, user, password, options):
    told = environment.database({"DATABASE_URL": url}, Path("var"))
    assert (told["NAME"], told["HOST"], told["PORT"]) == (name, host, port)
    assert (told["USER"], told["PASSWORD"], told["OPTIONS"]) == (user, password, options)


def test_an_unknown_database_is_refused():
    with pytest.raises(ValueError, match="DATABASE_URL"):
        environment.database({"DATABASE_URL": "mysql://u@h/db"}, Path("var"))


def test_the_secret_is_drawn_once_and_only_its_user_reads_it(tmp_path):
    first = environment.secret_key({}, tmp_path / "var")
    assert environment.secret_key({}, tmp_path / "var") == first
    assert len(first) > 50
    assert stat.S_IMODE((tmp_path / "var" / "secret-key").stat().st_mode) == 0o600
    assert environment.secret_key({"XINHENG_SECRET_KEY": "told"}, tmp_path) == "told"


def test_start_up_checks_say_what_to_do(settings, tmp_path):
    settings.XINHENG_VAR, settings.XINHENG_POLICY = tmp_path, tmp_path
    (tmp_path / "secret-key").write_text("x")
    (tmp_path / "secret-key").chmod(0o644)
    found = {message.id: message.hint for message in run_checks(tags=["xinheng"])}
    assert set(found) == {"xinheng.W001", "xinheng.E002"}
    assert all(found.values())


def test_a_sound_installation_has_nothing_to_say(db, settings, tmp_path):
    settings.XINHENG_VAR = tmp_path
    assert run_checks(tags=["xinheng"], databases=["default"]) == []
