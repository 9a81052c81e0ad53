"""A closed enforcement case says how it was closed."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "enforcement.closed-without-how", Level.FATAL, "closed_how"
title = "已结案未写结案方式"
message = "填写了“结案日期”，请同时填写“结案方式”。"
basis, category = "民事诉讼法（执行）", Category.COMPLETENESS

applies = pl.col("closed_on").is_not_null()
fails = pl.col("closed_how").is_null()

good = {"closed_on": "", "closed_how": ""}
bad = {"closed_on": "2026/05/09", "closed_how": ""}
example_item = "jud.enforcement"
