"""The deciding organ is one the city knows."""

import polars as pl

from xinheng.core.intake.check import Category, Context
from xinheng.core.intake.finding import Level

code, level, field = "organ.unknown", Level.WARNING, "organ_code"
title = "机关不在本市部门名录"
message = "作出决定的机关不在本市部门名录中；外地机关可忽略，本市机关请核对代码，或请信用中心更新名录。"
basis, category = "深圳市部门名录", Category.CONSISTENCY

applies = pl.col("organ_code").is_not_null()


def fails(context: Context) -> pl.Expr:
    """No department of the city has this code."""
    return ~pl.col("organ_code").is_in([d.code for d in context.policy.departments])


good: dict[str, str] = {}
bad = {"organ_code": "124403999912000293"}
