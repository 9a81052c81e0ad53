"""An organisation is named by its unified social credit code."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "subject.code-missing", Level.FATAL, "subject_code"
title = "缺少统一社会信用代码"
message = "法人、非法人组织和个体工商户必须填写统一社会信用代码；2015 年前注销、没有该代码的主体，请至少填写工商注册号或组织机构代码。"
basis, category = "发改办财金〔2018〕790号", Category.COMPLETENESS

applies = (pl.col("subject_type") != "自然人").fill_null(True) & pl.col("person_id").is_null()
fails = pl.all_horizontal(pl.col(c).is_null() for c in ("subject_code", "regno", "orgcode"))

good = {"subject_code": "91440399999100014C"}
bad = {"subject_code": ""}
