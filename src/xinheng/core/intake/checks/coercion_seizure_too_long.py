"""Sealing, seizing and freezing last at most 30 days, once extended 60."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "coercion.seizure-too-long", Level.FATAL, "to"
title = "查封扣押冻结期限过长"
message = "查封、扣押、冻结不得超过 30 日，经批准延长的合计不得超过 60 日，请核对起止日期和延长期限。"
basis, category = "行政强制法第二十五条、第三十二条", Category.COMPLIANCE

applies = pl.col("measure").str.contains("查封|扣押|冻结")
fails = ((pl.col("to") - pl.col("from")).dt.total_days() > 30) | (
    (pl.col("extended_to") - pl.col("from")).dt.total_days() > 60
)

good = {"measure": "扣押财物", "from": "2026/05/08", "to": "2026/06/07"}
bad = {"measure": "扣押财物", "from": "2026/05/08", "to": "2026/06/08"}
example_item = "adm.coercion_measure"
