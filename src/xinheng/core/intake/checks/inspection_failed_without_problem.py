"""An inspection that failed says what was found."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "inspection.failed-without-problem", Level.FATAL, "problems"
title = "检查不合格未写问题"
message = "检查结果为“不合格”，请填写“发现问题”。"
basis, category = "行政许可法第六十一条", Category.COMPLETENESS

applies = pl.col("result") == "不合格"
fails = pl.col("problems").is_null()

good = {"result": "不合格", "problems": "未公示许可证", "handling": "责令改正", "correct_by": "2026/05/09"}
bad = {"result": "不合格", "problems": ""}
example_item = "adm.inspection"
