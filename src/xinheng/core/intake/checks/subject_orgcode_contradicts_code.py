"""Characters 9 to 17 of the unified code are the organisation code."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "subject.orgcode-contradicts-code", Level.WARNING, "orgcode"
title = "组织机构代码与统一代码不符"
message = "“组织机构代码”应与统一社会信用代码第 9 至 17 位相同，请核对。"
basis, category = "GB 32100-2015", Category.CONSISTENCY

applies = pl.col("orgcode").is_not_null() & pl.col("subject_code").is_not_null()
fails = pl.col("orgcode").str.replace_all("-", "", literal=True) != pl.col("subject_code").str.slice(8, 9)

good = {"subject_code": "91440399999100014C", "orgcode": "999100014"}
bad = {"subject_code": "91440399999100014C", "orgcode": "71526726X"}
