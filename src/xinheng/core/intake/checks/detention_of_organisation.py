"""Only persons can be detained (行政拘留)."""

import polars as pl

from xinheng.core.intake.check import Category, has
from xinheng.core.intake.finding import Level

code, level, field = "penalty.detention-of-organisation", Level.FATAL, "kinds"
title = "对单位填了行政拘留"
message = "行政拘留只适用于自然人，不能用于法人、非法人组织和个体工商户，请核对处罚类别或相对人类别。"
basis, category = "行政处罚法第九条（推定）", Category.CONSISTENCY

applies = has("kinds", "行政拘留")
fails = pl.col("subject_type").is_null() | (pl.col("subject_type") != "自然人")

good = {"kinds": "罚款", "fine_wan": "0.5"}
bad = {"kinds": "罚款;行政拘留", "fine_wan": "0.5"}
