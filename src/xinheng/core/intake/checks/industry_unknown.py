"""The trade is a code of GB/T 4754."""

import polars as pl

from xinheng.core.intake.check import Category, Context
from xinheng.core.intake.finding import Level

code, level, field = "industry.unknown", Level.WARNING, "industry"
title = "行业代码不存在"
message = "“行业代码”不在 GB/T 4754-2017 国民经济行业分类中，请填写门类、大类、中类或小类代码，如 I6510。"
basis, category = "GB/T 4754-2017", Category.ACCURACY

applies = pl.col("industry").is_not_null()


def fails(context: Context) -> pl.Expr:
    """Neither the code as written nor the code without its section letter is in the table."""
    rows = context.policy.tables["codelists/industry"]
    known = {row["code"] for row in rows}  # type: ignore[attr-defined]
    known |= {f"{code}0" for code in known if len(code) == 4}  # a group written with four digits: I6510
    known |= {code[1:] for code in known if len(code) > 1}
    return ~pl.col("industry").str.to_uppercase().is_in(sorted(known))


good = {"industry": "I6510"}
bad = {"industry": "Z9999"}
example_item = "reg.enterprise"
