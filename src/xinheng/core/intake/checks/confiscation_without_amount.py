"""A confiscation (没收) states its amount; goods without a value are stated as 0."""

import polars as pl

from xinheng.core.intake.check import Category, has
from xinheng.core.intake.finding import Level

code, level, field = "penalty.confiscation-without-amount", Level.FATAL, "confiscated_wan"
title = "没收未填金额"
message = "处罚类别含没收，请填写没收违法所得、没收非法财物的金额（万元）；财物无法估价的填 0。"
basis, category = "发改办财金〔2018〕790号", Category.COMPLETENESS

applies = has("kinds", "没收违法所得", "没收非法财物", "没收违法所得、没收非法财物")
fails = pl.col("confiscated_wan").is_null()

good = {"kinds": "没收违法所得", "fine_wan": "", "confiscated_wan": "0.3"}
bad = {"kinds": "没收违法所得", "fine_wan": "", "confiscated_wan": ""}
