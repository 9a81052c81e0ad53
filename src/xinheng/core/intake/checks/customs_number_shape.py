"""A customs registration number has ten characters."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "customs.number-shape", Level.WARNING, "customs_reg"
title = "海关备案编码不是 10 位"
message = "“海关备案编码”应为 10 位，请核对。"
basis, category = "海关备案编码规则", Category.ACCURACY

applies = pl.col("customs_reg").is_not_null()
fails = ~pl.col("customs_reg").str.contains("^[0-9A-Z]{10}$")

good = {"customs_reg": "4403960001"}
bad = {"customs_reg": "440396001"}
example_item = "eva.customs"
