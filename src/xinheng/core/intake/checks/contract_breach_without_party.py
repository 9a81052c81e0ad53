"""A breach names who broke the contract."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "contract.breach-without-party", Level.FATAL, "breach_party"
title = "违约未写违约方"
message = "履行状态为违约，请填写“违约方”和“违约原因”。"
basis, category = "深圳经济特区社会信用条例第十条", Category.COMPLETENESS

applies = pl.col("state").is_in(["违约", "部分违约"])
fails = pl.col("breach_party").is_null() | pl.col("breach_cause").is_null()

good = {"state": "履行中"}
bad = {"state": "违约", "breach_party": "", "breach_cause": "", "confirmed_by": "（2026）粤 0399 民初 1 号"}
example_item = "con.gov"
