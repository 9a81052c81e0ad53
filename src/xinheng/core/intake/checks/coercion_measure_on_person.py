"""Restricting personal freedom concerns persons only."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "coercion.measure-on-person", Level.FATAL, "measure"
title = "对单位填了限制人身自由"
message = "“限制公民人身自由”只适用于自然人，不能用于单位，请核对措施种类。"
basis, category = "行政强制法第九条", Category.CONSISTENCY

applies = pl.col("measure").is_not_null()
fails = pl.col("measure") == "限制公民人身自由"

good = {"measure": "扣押财物"}
bad = {"measure": "限制公民人身自由"}
example_item = "adm.coercion_measure"
