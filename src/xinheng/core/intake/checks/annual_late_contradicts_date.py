"""An annual report filed after 30 June is late, and only then."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "annual.late-contradicts-date", Level.WARNING, "late"
title = "逾期标志与报送日期矛盾"
message = "年度报告应于次年 6 月 30 日前报送，“是否逾期”与“报送日期”不一致，请核对。"
basis, category = "企业信息公示暂行条例第八条", Category.CONSISTENCY

_DEADLINE = pl.date(pl.col("year").cast(pl.Int32, strict=False) + 1, 6, 30)

applies = pl.col("late").is_not_null() & pl.col("filed_on").is_not_null()
fails = (pl.col("late") == "是") != (pl.col("filed_on") > _DEADLINE)

good = {"year": "2025", "filed_on": "2026/06/30", "late": "否"}
bad = {"year": "2025", "filed_on": "2026/07/01", "late": "否"}
example_item = "reg.annual"
