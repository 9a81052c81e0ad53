"""A licence rarely begins before it is granted."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "licence.valid-from-before-decision", Level.WARNING, "valid_from"
title = "有效期早于决定日期"
message = "“有效期自”早于“许可决定日期”，延续换证时可能如此，请核对。"
basis, category = "发改办财金〔2018〕790号", Category.ACCURACY

applies = pl.col("valid_from").is_not_null()
fails = pl.col("valid_from") < pl.col("decided_on")

good = {"decided_on": "2026/03/09", "valid_from": "2026/03/09"}
bad = {"decided_on": "2026/03/09", "valid_from": "2026/03/08"}
example_item = "adm.licence"
