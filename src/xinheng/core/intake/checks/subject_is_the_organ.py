"""A body rarely penalises or licenses itself."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "subject.is-the-organ", Level.WARNING, "subject_code"
title = "相对人与机关相同"
message = "行政相对人的代码与作出决定的机关相同，请核对是否填错列。"
basis, category = "发改办财金〔2018〕790号", Category.ACCURACY

applies = pl.col("subject_code").is_not_null()
fails = pl.col("subject_code") == pl.col("organ_code")

good = {"subject_code": "91440399999100014C"}
bad = {"subject_code": "1144039999110001XG", "organ_code": "1144039999110001XG"}
