"""Matters the regulation excludes are not handled by commitment (告知承诺)."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "commitment.excluded-matter", Level.FATAL, "excluded"
title = "属于不适用告知承诺的事项"
message = "“不适用情形核对”填写了情形，依法不适用告知承诺制，请按一般程序办理，不报送本条。"
basis, category = "深圳经济特区社会信用条例第五十九条", Category.COMPLIANCE

applies = pl.lit(True)
fails = pl.col("excluded").is_not_null()

good = {"excluded": ""}
bad = {"excluded": "第五十九条第一项"}
example_item = "com.notify"
