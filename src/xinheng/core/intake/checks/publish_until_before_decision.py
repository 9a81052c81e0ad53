"""Publication ends after the decision."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "penalty.publish-until-before-decision", Level.FATAL, "publish_until"
title = "公示截止期早于决定日期"
message = "“公示截止期”须晚于“处罚决定日期”；不确定时可留空，由平台按规定推算。"
basis, category = "发改办财金〔2018〕790号", Category.ACCURACY

applies = pl.col("publish_until").is_not_null()
fails = pl.col("publish_until") <= pl.col("decided_on")

good = {"decided_on": "2026/04/08", "publish_until": "2027/04/08"}
bad = {"decided_on": "2026/04/08", "publish_until": "2026/04/08"}
