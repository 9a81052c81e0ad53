"""What a government body has paid rarely exceeds what it owed."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "dishonest.paid-over-due", Level.WARNING, "amount_paid"
title = "已履行超过应履行"
message = "“已履行金额”超过“应履行金额”，如含迟延履行利息可忽略，否则请核对两列是否填反。"
basis, category = "民事诉讼法（执行）", Category.ACCURACY

applies = pl.col("amount_paid").is_not_null()
fails = pl.col("amount_paid") > pl.col("amount_due")

good = {"amount_due": "10000", "amount_paid": "10000"}
bad = {"amount_due": "10000", "amount_paid": "10000.01"}
example_item = "jud.gov_dishonest"
