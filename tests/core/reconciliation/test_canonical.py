"""The canonical form: published vectors, the plain form as reference, and the fast form held to it."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import builders
from xinheng.core.intake.canonical import canonical
from xinheng.core.policy.model import Field, FieldType, Privacy
from xinheng.core.reconciliation import canonical as module
from xinheng.core.reconciliation.canonical import Form, canonical_column, canonical_text, content, digest
from xinheng.core.reconciliation.elements import element_prints, name_of_record_key, names_of_keys

PAGE = Path(__file__).parents[3] / "docs" / "formats" / "reconciliation.md"
FORM = Form("adm.penalty", frozenset({"phone"}), frozenset({"kinds"}))


def vectors(name: str) -> list[dict]:
    found = re.search(rf"<!-- vectors: {name} -->\s*```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None, f"the page has no vectors called {name}"
    told = json.loads(found[1])
    assert len(told) >= 2
    return told


@pytest.mark.parametrize("vector", vectors("canonical"), ids=lambda vector: vector["about"])
def test_the_published_vectors_hold(vector):
    form = Form("x", frozenset(vector.get("left_out", ())), frozenset(vector.get("sets", ())))
    text = canonical_text(vector["fields"], form)
    assert text == vector["canonical"]
    assert digest(text).hex() == vector["sha256"]


@pytest.mark.parametrize("vector", vectors("names"), ids=lambda vector: vector["about"])
def test_the_published_names_and_fingerprints_hold(vector):
    name = names_of_keys(pl.Series(["\x1f".join(vector["key"])]))[0]
    assert name.hex() == vector["name"]
    low, high = element_prints([name], [bytes.fromhex(vector["digest"])], bytes.fromhex(vector["pair_key"]))[0]
    assert f"{high:016x}{low:016x}" == vector["print"]


def test_names_are_what_the_register_stores():
    from xinheng.apps.records.digests import key_digests

    keys = pl.Series(["adm.penalty\x1f9144030000000001XX\x1fdoc", "x\x1f测试公司\x1f", "x\x1f\x1fonly", '{"a":"b"}'])
    assert names_of_keys(keys) == [name_of_record_key(key) for key in key_digests(keys).to_list()]


def test_personal_fields_travel_only_under_a_grant_and_sealed_ones_never():
    fields = (
        Field(name="a", zh="甲"),
        Field(name="phone", zh="电话", privacy=Privacy.PERSONAL),
        Field(name="person_id", zh="证件号码", privacy=Privacy.SEALED),
        Field(name="kinds", zh="种类", type=FieldType.SET),
    )
    item = builders._item("x", "测试", fields)
    assert Form.of(item).left_out == {"phone", "person_id"}
    assert Form.of(item, granted=frozenset({"phone", "person_id"})).left_out == {"person_id"}
    assert Form.of(item).sets == {"kinds"}


def test_every_plain_character_folds_as_nfkc_does_and_joins_with_none():
    plain = [chr(c) for c in range(0x10000) if not 0xD800 <= c < 0xE000]
    column = pl.Series(plain)
    safe = column.filter(~column.str.contains(module._PLAIN))
    assert len(safe) > 20_000
    assert safe.str.replace_many(module._WIDE, module._NARROW).to_list() == [
        unicodedata.normalize("NFKC", c) for c in safe.to_list()
    ]
    # None of them is drawn into the character before it.
    assert not [c for c in safe.to_list() if unicodedata.combining(c)]
    assert unicodedata.normalize("NFKC", "".join(safe.to_list())) == "".join(
        unicodedata.normalize("NFKC", c) for c in safe.to_list()
    )


TRICKY = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "罚款，。（）ＡＢ１２；;：\"＂\\＼﹨/\n\r\t 　\u00a0\u2003\u0303\u0301ｶﾞ㈱①Å\u212bé\u200b,{}:n'n·—…"
        ),
        st.characters(codec="utf-8", exclude_characters="\x00"),
    ),
    max_size=12,
)
NAMES = ["content", "decided_on", "kinds", "phone", "zz"]


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), TRICKY, max_size=5), min_size=1, max_size=12))
def test_the_fast_form_equals_the_plain_one(rows):
    frame = pl.DataFrame(
        [{name: row.get(name) for name in NAMES} for row in rows], schema=dict.fromkeys(NAMES, pl.String)
    )
    stored = canonical(frame, NAMES)
    assert canonical_column(stored, FORM).to_list() == [
        canonical_text({k: v for k, v in row.items() if v is not None}, FORM) for row in rows
    ]


@given(st.dictionaries(st.sampled_from(NAMES), TRICKY, max_size=5))
def test_what_is_compared_stays_the_same_when_written_again(fields):
    once = content(fields, FORM)
    assert content(once, FORM) == once
    assert json.loads(canonical_text(fields, FORM)) == once
