"""A fine of ten thousand 万元 or more is probably written in yuan."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "penalty.amount-looks-like-yuan", Level.WARNING, "fine_wan"
title = "金额疑似按元填写"
message = "“罚款金额（万元）”达到 1 亿元以上，请确认单位是万元而不是元。"
basis, category = "发改办财金〔2018〕790号", Category.ACCURACY

applies = pl.col("fine_wan").is_not_null()
fails = pl.col("fine_wan") >= 10_000_000_000  # 10,000 万元 in 分

good = {"kinds": "罚款", "fine_wan": "9999.99", "content": "罚款9999.99万元"}
bad = {"kinds": "罚款", "fine_wan": "10000", "content": "罚款10000万元"}
