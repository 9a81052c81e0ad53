"""Who does not want an honour recorded is not recorded."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "award.opted-out", Level.FATAL, "opt_out"
title = "本人要求不记入"
message = "“本人不记入”为是，依法不得记入信用记录，请删除本行。"
basis, category = "深圳经济特区社会信用条例第三十九条", Category.COMPLIANCE

applies = pl.col("opt_out").is_not_null()
fails = pl.col("opt_out") == "是"

good = {"opt_out": "否"}
bad = {"opt_out": "是"}
example_item = "hon.award"
