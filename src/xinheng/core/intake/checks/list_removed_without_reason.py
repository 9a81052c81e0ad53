"""A removal from a list states its reason."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "list.removed-without-reason", Level.FATAL, "removed_reason"
title = "移出未写原因"
message = "填写了“移出日期”，请同时填写“移出原因”。"
basis, category = "深圳经济特区社会信用条例第七十七条", Category.COMPLETENESS

applies = pl.col("removed_on").is_not_null()
fails = pl.col("removed_reason").is_null()

good = {"removed_on": "", "removed_reason": ""}
bad = {"removed_on": "2026/05/09", "removed_reason": ""}
example_item = "list.market"
