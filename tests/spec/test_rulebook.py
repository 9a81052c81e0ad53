"""The printed rulebook says what the tests say."""

from spec import rulebook


def test_the_printed_rulebook_is_fresh():
    pages = dict(rulebook.pages())
    stale = [str(p.relative_to(rulebook.ROOT)) for p, text in pages.items() if not p.exists() or p.read_text() != text]
    assert not stale, f"print the rulebook anew: PYTHONPATH=src:tests python -m spec.rulebook ({', '.join(stale)})"


def test_no_page_is_left_behind_by_a_rule_that_is_gone():
    assert set(rulebook.PAGES.rglob("*.md")) == {path for path, _ in rulebook.pages()}
