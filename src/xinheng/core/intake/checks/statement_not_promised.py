"""Who volunteers information vouches for it."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "statement.not-promised", Level.FATAL, "promise"
title = "未作真实性承诺"
message = "自愿申报的信息须由主体承诺真实，“真实性承诺”应为“是”。"
basis, category = "深圳经济特区社会信用条例第三十条", Category.COMPLIANCE

applies = pl.col("promise").is_not_null()
fails = pl.col("promise") == "否"

good = {"promise": "是"}
bad = {"promise": "否"}
example_item = "vol.statement"
