"""A licence does not end before it is granted."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "licence.valid-to-before-decision", Level.WARNING, "valid_to"
title = "有效期届满早于决定日期"
message = "“有效期至”早于“许可决定日期”，请核对。"
basis, category = "发改办财金〔2018〕790号", Category.ACCURACY

applies = pl.col("valid_to").is_not_null()
fails = pl.col("valid_to") < pl.col("decided_on")

good = {"decided_on": "2026/03/09", "valid_from": "2026/03/09", "valid_to": "2031/03/08"}
bad = {"decided_on": "2026/03/09", "valid_from": "2025/01/01", "valid_to": "2026/03/08"}
example_item = "adm.licence"
