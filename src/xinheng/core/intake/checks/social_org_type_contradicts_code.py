"""51, 52 and 53 are associations, service bodies and foundations."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "social-org.type-contradicts-code", Level.FATAL, "so_type"
title = "组织类型与代码不符"
message = "统一社会信用代码 51 开头为社会团体、52 为社会服务机构（民办非企业单位）、53 为基金会，请核对类型或代码。"
basis, category = "GB 32100-2015", Category.CONSISTENCY

_CODES = {"社会团体": "51", "社会服务机构": "52", "基金会": "53"}

applies = pl.col("subject_code").is_not_null() & pl.col("so_type").is_in(list(_CODES))
fails = pl.col("subject_code").str.slice(0, 2) != pl.col("so_type").replace(_CODES)

good = {"so_type": "社会团体", "subject_code": "514403999951000171"}
bad = {"so_type": "基金会", "subject_code": "514403999951000171"}
example_item = "reg.social_org"
