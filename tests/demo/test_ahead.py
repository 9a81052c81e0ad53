"""Files written ahead by a process of their own are the very files the city would have written itself."""

from datetime import date

import pytest

from xinheng.apps.policy import current_policy
from xinheng.demo import city as cities
from xinheng.demo.ahead import Ahead, WritingStopped
from xinheng.demo.files import write_files

DAY = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _settings(monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "xinheng.project.settings")


def test_ahead_is_the_same_city(tmp_path):
    policy = current_policy()
    ahead = Ahead(tmp_path / "ahead", organisations=120, seed=7, on=DAY)
    here = write_files(tmp_path / "here", cities.build(policy, organisations_count=120, seed=7, on=DAY))
    for there, mine in zip(ahead.files(policy), here, strict=True):
        assert (there.path.name, there.item, there.department, there.rows, there.look, there.expected) == (
            mine.path.name, mine.item, mine.department, mine.rows, mine.look, mine.expected
        )  # fmt: skip
        if mine.path.suffix != ".xlsx":  # a workbook holds the second it was made in
            assert there.path.read_bytes() == mine.path.read_bytes()


def test_a_writer_that_dies_is_told(tmp_path):
    (tmp_path / "ahead").write_bytes(b"")  # a file where the folder should be
    ahead = Ahead(tmp_path / "ahead", organisations=120, seed=7, on=DAY)
    with pytest.raises(WritingStopped):
        list(ahead.files(current_policy()))
