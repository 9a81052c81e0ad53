"""What one block of a hand-in has learnt about organisations, the next need not ask."""

from __future__ import annotations

import pytest

from support.builders import code, penalty
from xinheng.apps.records import staging
from xinheng.apps.records.models import Version
from xinheng.apps.subjects import known, linking

pytestmark = pytest.mark.django_db
CODES = [code(n) for n in (11, 12, 13)]


@pytest.fixture
def asked(monkeypatch):
    """The codes the register was asked about, call by call."""
    calls: list[list[str]] = []
    real = known.by_code

    def by_code(codes, *, own):
        calls.append(list(codes))
        return real(codes, own=own)

    monkeypatch.setattr(known, "by_code", by_code)
    return calls


def _blocks(monkeypatch, size):
    real = staging.Stager.stage

    def stage(self, block):
        """Stage the rows a few at a time, as the blocks of a long file come."""
        done = None
        for part in block.rows.iter_slices(size):
            told = real(self, Part(block, part))
            done = told if done is None else _sum(done, told)
        return done

    monkeypatch.setattr(staging.Stager, "stage", stage)


class Part:
    """A piece of a checked block."""

    def __init__(self, block, rows):
        self.item, self.sheet, self.rows = block.item, block.sheet, rows


def _sum(one, other):
    for name in ("new", "versions", "unchanged", "returned", "waiting"):
        setattr(one, name, getattr(one, name) + getattr(other, name))
    return one


def _rows():
    """Six rows about three organisations, each in turn: every block of two tells of one the last has told of."""
    parties = [{"subject_code": one, "subject_name": f"深圳市第{n}有限公司"} for n, one in enumerate(CODES)]
    return [penalty(**parties[n % 3]) for n in range(6)]


def test_an_organisation_is_asked_about_once_in_a_hand_in(hand_in, asked, monkeypatch):
    _blocks(monkeypatch, 2)
    assert hand_in(_rows()).counts["new"] == 6
    assert sorted(one for codes in asked for one in codes) == sorted(CODES)
    assert sorted(Version.objects.values_list("subject__code", flat=True)) == sorted(CODES * 2)


def test_where_they_become_too_many_it_begins_anew(hand_in, asked, monkeypatch):
    _blocks(monkeypatch, 2)
    monkeypatch.setattr(linking, "_MOST", 2)
    assert hand_in(_rows()).counts["new"] == 6
    assert len([one for codes in asked for one in codes]) > 3
    assert sorted(Version.objects.values_list("subject__code", flat=True)) == sorted(CODES * 2)
