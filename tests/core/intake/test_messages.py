"""Every code a sender may meet has a level, a title and a sentence that says what to do."""

import re
from datetime import date
from pathlib import Path

import pytest

import xinheng.core.identifiers
import xinheng.core.intake
from xinheng.core.intake.check import all_checks
from xinheng.core.intake.identifier_words import WORDS as IDENTIFIER_WORDS
from xinheng.core.intake.messages import WORDS, basis_of, category_of, level_of, sentences, title_of
from xinheng.core.policy import default_policy

ITEM = default_policy().item("adm.penalty", on=date(2026, 11, 23))
FOLDERS = (Path(xinheng.core.intake.__file__).parent / "fields", Path(xinheng.core.identifiers.__file__).parent)
# Modules whose reasons reach a sender through a column of their type.
IN_USE = ("uscc", "orgcode", "regno", "citizen_id", "doc_no", "region")
CODE = re.compile(r'"((?:text|code|date|amount|bool|year|month|url|json|uscc|orgcode|regno|doc-no|region)\.[a-z-]+)"')


def codes_in_the_readers() -> set[str]:
    files = [*FOLDERS[0].glob("*.py"), *(FOLDERS[1] / f"{name}.py" for name in IN_USE)]
    return {code for file in files for code in CODE.findall(file.read_text())}


def test_every_reason_a_reader_gives_has_words():
    assert codes_in_the_readers() <= set(WORDS) | set(IDENTIFIER_WORDS)


@pytest.mark.parametrize("code", sorted({*WORDS, *IDENTIFIER_WORDS, *all_checks()}))
def test_words_are_complete(code):
    assert level_of(code)
    assert category_of(code)
    assert basis_of(code)
    assert 2 <= len(title_of(code)) <= 24
    text = sentences(code, item=ITEM, field=ITEM.field("fine_wan"))("5000", "与登记库不同。")
    assert text.endswith("。")
    assert "{" not in text


def test_long_cells_are_cut_in_the_sentence():
    text = sentences("date.unreadable", item=ITEM, field=ITEM.field("decided_on"))("长" * 500, None)
    assert len(text) < 120
