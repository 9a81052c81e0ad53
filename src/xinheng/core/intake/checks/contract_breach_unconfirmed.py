"""A breach counts only when a judgment, award, admission or finding confirms it."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "contract.breach-unconfirmed", Level.FATAL, "confirmed_by"
title = "违约未经认定"
message = "违约须有生效裁判、仲裁裁决、当事人承认或主管部门认定，请填写“认定文书”；尚未认定的请填“争议中”。"
basis, category = "深圳经济特区社会信用条例第十条", Category.COMPLIANCE

applies = pl.col("state").is_in(["违约", "部分违约"])
fails = pl.col("confirmed_by").is_null()

good = {"state": "争议中"}
bad = {"state": "违约", "breach_party": "相对方", "breach_cause": "其他", "confirmed_by": ""}
example_item = "con.gov"
