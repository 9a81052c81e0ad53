"""Region codes of every revision are known: a code keeps the region of its first issue."""

import pytest

from xinheng.core.identifiers import gb2260


@pytest.mark.parametrize(
    "code",
    ["440000", "440300", "440301", "440303", "440311", "110000", "100000", "310230", "820000", "659001", "441521"],
)
def test_a_code_that_was_ever_given_out_is_known(code):
    assert code in gb2260.KNOWN


@pytest.mark.parametrize("code", ["449999", "440312", "000000", "990000"])
def test_a_code_that_never_was_is_not(code):
    assert code not in gb2260.KNOWN


def test_the_region_of_examples_is_quiet_and_belongs_to_nobody():
    assert gb2260.FOR_EXAMPLES in gb2260.KNOWN
    assert len(gb2260.KNOWN) == 3839
    assert all(len(code) == 6 and code[:2] in gb2260.PROVINCES | {"10"} for code in gb2260.KNOWN)
