"""Fixtures of the rulebook."""

import pytest

from spec import rulebook


@pytest.fixture
def examples():
    """Check a function against a table of examples."""
    return rulebook.check
