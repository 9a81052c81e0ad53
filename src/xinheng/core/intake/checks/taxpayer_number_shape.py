"""A taxpayer number has 15, 17, 18 or 20 characters."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "taxpayer.number-shape", Level.WARNING, "taxpayer_no"
title = "纳税人识别号位数少见"
message = "“纳税人识别号”通常为 18 位（早年 15、17、20 位），请核对。"
basis, category = "税务登记编码规则", Category.ACCURACY

applies = pl.col("taxpayer_no").is_not_null()
fails = ~pl.col("taxpayer_no").str.len_chars().is_in([15, 17, 18, 20])

good = {"taxpayer_no": "91440399999100014C"}
bad = {"taxpayer_no": "4403991"}
example_item = "eva.tax"
