"""The total owed is not less than what is owed for the period."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "arrears.total-below-period", Level.FATAL, "total_balance"
title = "累计欠税小于当期欠税"
message = "“累计欠税余额”小于“当期欠税额”，请核对两列是否填反。"
basis, category = "税收征收管理法第四十五条", Category.ACCURACY

applies = pl.col("total_balance").is_not_null()
fails = pl.col("total_balance") < pl.col("period_balance")

good = {"period_balance": "100", "total_balance": "100"}
bad = {"period_balance": "100", "total_balance": "99.99"}
example_item = "cmp.tax_arrears"
