"""The facts say more than the type of the unlawful act."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "penalty.facts-repeat-type", Level.WARNING, "facts"
title = "违法事实过于简单"
message = "“违法事实”与“违法行为类型”相同或不足 4 个字，请写明时间、地点和具体行为。"
basis, category = "发改办财金〔2018〕790号", Category.COMPLETENESS

applies = pl.col("facts").is_not_null()
# Three characters are twelve bytes at most: only texts as short as that are worth counting.
_short = pl.when(pl.col("facts").str.len_bytes() <= 12).then("facts")
fails = (pl.col("facts") == pl.col("violation_type")) | (_short.str.len_chars() < 4).fill_null(False)

good = {"violation_type": "未按规定公示", "facts": "当事人未在经营场所显著位置公示许可证"}
bad = {"violation_type": "未按规定公示", "facts": "未按规定公示"}
