"""The amount in 万元 agrees with the decision's own words."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "penalty.amount-contradicts-text", Level.FATAL, "fine_wan"
title = "金额单位与处罚内容矛盾"
message = "“处罚内容”写的罚款是元，所填金额与该数字相同，但本列单位是万元。请除以 10000 后填写（5000 元填 0.5）。"
basis, category = "发改办财金〔2018〕790号", Category.CONSISTENCY

# Only a figure that follows 罚款 and carries 元 counts: other figures in the text are confiscations, weights or dates.
_yuan_in_text = (
    pl.col("content")
    .str.extract(r"罚款[^0-9;；。]{0,12}([0-9][0-9,]*)(?:\.0+)?\s*元", 1)
    .str.replace_all(",", "", literal=True)
    .cast(pl.Int64, strict=False)
)

# Whoever writes yuan into this column writes at least ten.
applies = (pl.col("fine_wan") >= 10_000_000) & pl.col("content").is_not_null()
fails = pl.col("fine_wan") == _yuan_in_text * 1_000_000

good = {"kinds": "罚款", "fine_wan": "0.5", "content": "罚款5000元"}
bad = {"kinds": "罚款", "fine_wan": "5000", "content": "罚款人民币5,000元整"}
