"""Decisions are made by organs, not by companies."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "organ.code-is-enterprise", Level.WARNING, "organ_code"
title = "机关代码像企业"
message = "作出决定机关的代码以 91 或 92 开头（企业、个体工商户），请核对是否填错列。"
basis, category = "GB 32100-2015", Category.ACCURACY

applies = pl.col("organ_code").is_not_null()
fails = pl.col("organ_code").str.contains("^9[12]")

good = {"organ_code": "1144039999110001XG"}
bad = {"organ_code": "914403999991000227"}
