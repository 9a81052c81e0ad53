"""A fine (罚款) states its amount."""

import polars as pl

from xinheng.core.intake.check import Category, has
from xinheng.core.intake.finding import Level

code, level, field = "penalty.fine-without-amount", Level.FATAL, "fine_wan"
title = "罚款未填金额"
message = "处罚类别含“罚款”，请在“罚款金额（万元）”填写大于 0 的金额（5000 元填 0.5）。"
basis, category = "发改办财金〔2018〕790号", Category.COMPLETENESS

applies = has("kinds", "罚款")
fails = pl.col("fine_wan").is_null() | (pl.col("fine_wan") <= 0)

good = {"kinds": "警告;罚款", "fine_wan": "0.5"}
bad = {"kinds": "警告;罚款", "fine_wan": ""}
