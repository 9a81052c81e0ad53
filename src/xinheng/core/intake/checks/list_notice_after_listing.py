"""A subject is told before it is listed."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "list.notice-after-listing", Level.FATAL, "notified_on"
title = "先列入、后告知"
message = "“事先告知日期”晚于“列入日期”。列入严重失信主体名单前应当告知当事人，请核对。"
basis, category = "深圳经济特区社会信用条例第七十八条", Category.COMPLIANCE

applies = pl.col("notified_on").is_not_null()
fails = pl.col("notified_on") > pl.col("listed_on")

good = {"notified_on": "2026/03/02", "listed_on": "2026/03/09"}
bad = {"notified_on": "2026/03/10", "listed_on": "2026/03/09"}
example_item = "list.market"
