"""A tax grade D says why."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "grade.reason-missing", Level.FATAL, "reason"
title = "D 级未写原因"
message = "信用级别为 D 级，请填写“直接判级原因”或扣分说明。"
basis, category = "国家税务总局公告2025年第12号", Category.COMPLETENESS

applies = pl.col("grade") == "D"
fails = pl.col("reason").is_null()

good = {"grade": "A", "reason": ""}
bad = {"grade": "D", "reason": ""}
example_item = "eva.tax"
