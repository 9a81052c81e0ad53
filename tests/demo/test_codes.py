"""Codes of invented organisations: valid, unique, and nobody's."""

import numpy as np
import pytest

from xinheng.core.identifiers import orgcode, regno, uscc
from xinheng.demo.codes import BODIES, REGION, break_check_digit, organisation_codes, registration_numbers

KINDS = ["11", "12", "51", "52", "53", "91", "92", "93"]


def test_every_code_passes_both_check_characters() -> None:
    codes = organisation_codes(KINDS * 500)
    judged = uscc.judge(codes)
    assert judged["reason"].null_count() == len(codes)
    assert judged["value"].to_list() == codes.to_list()


def test_the_inner_organisation_code_is_valid_by_itself() -> None:
    assert all(orgcode.is_valid(code[8:17]) for code in organisation_codes(KINDS * 20))


def test_no_two_organisations_share_a_body() -> None:
    bodies = organisation_codes(["91"] * 50_000).str.slice(8, 8)
    more = organisation_codes(["92"] * 50_000, start=50_000).str.slice(8, 8)
    assert bodies.append(more).n_unique() == 100_000


def test_every_code_lies_in_the_region_that_was_never_assigned() -> None:
    assert set(organisation_codes(KINDS).str.slice(2, 6)) == {REGION} == {"440399"}


def test_asking_for_more_bodies_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="bodies"):
        organisation_codes(["91"], start=BODIES)


def test_a_broken_check_digit_is_found() -> None:
    for code in organisation_codes(KINDS):
        assert uscc.is_valid(code)
        assert not uscc.is_valid(break_check_digit(code))


def test_registration_numbers_are_valid_and_tell_the_kind() -> None:
    numbers = registration_numbers(np.array([0, 4, 6] * 100))
    assert all(regno.is_valid(number) for number in numbers)
    assert numbers.n_unique() == 300
    assert set(numbers.str.slice(6, 1)) == {"0", "4", "6"}
