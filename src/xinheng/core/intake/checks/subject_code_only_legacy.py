"""A subject without a unified code waits to be matched by its old one."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "subject.code-only-legacy", Level.WARNING, "subject_code"
title = "只有旧代码，待匹配"
message = "没有统一社会信用代码，将按工商注册号或组织机构代码进入待匹配队列，确认主体前不公示。"
basis, category = "发改办财金〔2018〕790号", Category.COMPLETENESS

applies = pl.col("subject_code").is_null()
fails = pl.col("regno").is_not_null() | pl.col("orgcode").is_not_null()

good = {"subject_code": "91440399999100014C", "regno": ""}
bad = {"subject_code": "", "regno": "440399100000019"}
