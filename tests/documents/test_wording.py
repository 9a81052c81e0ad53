"""What intake repairs by itself is told in words."""

import re
from pathlib import Path

import xinheng.core
from xinheng.documents import wording

CORE = Path(xinheng.core.__file__).parent
# Kinds are written in the readers of cells and codes; whatever looks like one there must have words here.
FOLDERS = ("intake/fields", "identifiers")
NOT_REPAIRS = {"utf-8"}


def test_every_kind_of_repair_has_words():
    text = "".join(path.read_text(encoding="utf-8") for folder in FOLDERS for path in (CORE / folder).glob("*.py"))
    kinds = set(
        re.findall(
            r'"([a-z]+(?:-[a-z0-9]+)*-(?:folded|removed|dropped|cased|added|converted|replaced|cleaned|noted|like))"',
            text,
        )
    )
    assert len(kinds) > 10
    assert {kind for kind in kinds - NOT_REPAIRS if "规范写法（" in wording.repair(kind)} == set()
