"""A deferral that was approved is not arrears."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "arrears.deferral-approved", Level.FATAL, "approved_deferral"
title = "经批准缓缴，不算欠缴"
message = "已批准缓缴的不属于欠缴，请删除本行。"
basis, category = "住房公积金管理条例第二十条", Category.COMPLIANCE

applies = pl.col("approved_deferral").is_not_null()
fails = pl.col("approved_deferral") == "是"

good = {"approved_deferral": "否"}
bad = {"approved_deferral": "是"}
example_item = "cmp.hf_arrears"
