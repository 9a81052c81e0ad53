"""No penalty is published longer than three years."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "penalty.publish-until-outside-term", Level.WARNING, "publish_until"
title = "公示截止期超过最长公示期"
message = "“公示截止期”超过决定日期起三年，平台将按规定的最长公示期停止公示。"
basis, category = "信用修复管理办法（国家发展改革委令第36号）", Category.COMPLIANCE

applies = pl.col("publish_until").is_not_null()
fails = pl.col("publish_until") > pl.col("decided_on").dt.offset_by("3y")

good = {"decided_on": "2026/04/08", "publish_until": "2029/04/08"}
bad = {"decided_on": "2026/04/08", "publish_until": "2029/04/09"}
