"""The legal ground names an article."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "penalty.ground-without-article", Level.WARNING, "legal_ground"
title = "处罚依据未写条款"
message = "“处罚依据”应写明法律法规名称和具体条款（第×条）。"
basis, category = "发改办财金〔2018〕790号", Category.COMPLETENESS

applies = pl.col("legal_ground").is_not_null()
fails = ~pl.col("legal_ground").str.contains(r"第.{1,12}条")

good = {"legal_ground": "《中华人民共和国食品安全法》第一百二十二条"}
bad = {"legal_ground": "《中华人民共和国食品安全法》"}
