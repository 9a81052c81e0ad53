"""An amount of fine comes with the kind 罚款."""

import polars as pl

from xinheng.core.intake.check import Category, has
from xinheng.core.intake.finding import Level

code, level, field = "penalty.amount-without-fine", Level.FATAL, "kinds"
title = "有罚款金额但类别无罚款"
message = "填写了罚款金额，但“处罚类别”没有“罚款”。请补选“罚款”，或删去金额。"
basis, category = "发改办财金〔2018〕790号", Category.CONSISTENCY

applies = pl.col("fine_wan") > 0
fails = ~has("kinds", "罚款")

good = {"kinds": "罚款", "fine_wan": "0.5"}
bad = {"kinds": "警告", "fine_wan": "0.5"}
