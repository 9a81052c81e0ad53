"""A ban from government procurement lasts one to three years."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "list.ban-outside-term", Level.FATAL, "ban_to"
title = "禁止期不在一至三年"
message = "禁止参加政府采购活动的期限为一至三年，请核对起止日期。"
basis, category = "政府采购法第七十七条", Category.COMPLIANCE

applies = pl.col("ban_from").is_not_null() & pl.col("ban_to").is_not_null()
# The last day may be written as the day before the anniversary.
fails = (pl.col("ban_to") < pl.col("ban_from").dt.offset_by("1y").dt.offset_by("-1d")) | (
    pl.col("ban_to") > pl.col("ban_from").dt.offset_by("3y")
)

good = {"ban_from": "2026/03/08", "ban_to": "2027/03/07"}
bad = {"ban_from": "2026/03/08", "ban_to": "2027/03/06"}
example_item = "list.procurement"
