"""The kind of subject is one the catalogue item is about."""

import polars as pl

from xinheng.core.intake.check import Category, Context
from xinheng.core.intake.finding import Level
from xinheng.core.policy.model import SubjectKind

code, level, field = "subject.kind-outside-item", Level.FATAL, "subject_code"
title = "主体类别不在目录项范围"
message = "从统一社会信用代码看，该主体的类别不属于本目录项的归集范围，请核对代码，或改用对应的目录项报送。"
basis, category = "深圳经济特区社会信用条例第三十四条、第三十五条", Category.COMPLIANCE

# Department and category, positions 1 and 2 of GB 32100. Pairs not named here are left alone: the table is amended
# now and then, and what is merely unknown harms nobody.
_PREFIXES = {
    SubjectKind.ENTERPRISE: ("91", "93"),
    SubjectKind.TRADER: ("92",),
    SubjectKind.INSTITUTION: ("12",),
    SubjectKind.SOCIAL_ORG: ("51", "52", "53"),
    SubjectKind.GOVERNMENT: ("11", "13"),
}


applies = pl.col("subject_code").is_not_null()


def fails(context: Context) -> pl.Expr:
    """The code's department and category belong to a kind the item does not name."""
    outside = [p for kind, prefixes in _PREFIXES.items() if kind not in context.item.kinds for p in prefixes]
    return pl.col("subject_code").str.slice(0, 2).is_in(outside)


good = {"subject_code": "91440399999100014C"}
bad = {"subject_code": "92440399999200015Y"}
example_item = "reg.enterprise"
