"""个体工商户 carry codes that begin 92, and nobody else does."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "subject.type-contradicts-code", Level.FATAL, "subject_type"
title = "主体类别与代码不符"
message = "统一社会信用代码以 92 开头的是个体工商户，其余是法人及非法人组织，请核对“行政相对人类别”或代码。"
basis, category = "GB 32100-2015；790号填报规则", Category.CONSISTENCY

applies = pl.col("subject_code").is_not_null() & pl.col("subject_type").is_in(["法人及非法人组织", "个体工商户"])
fails = pl.col("subject_code").str.starts_with("92") != (pl.col("subject_type") == "个体工商户")

good = {"subject_type": "个体工商户", "subject_code": "92440399999200015Y"}
bad = {"subject_type": "法人及非法人组织", "subject_code": "92440399999200015Y"}
